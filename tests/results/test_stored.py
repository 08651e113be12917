"""Pages of a kept result."""

from itertools import accumulate
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headway.results import stored
from headway.results.result_store import ResultStore
from tests.results.conftest import NUMBERS, Keep, numbers
from tests.results.spark_answers import answers


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.integers(0, 7), max_size=6), st.integers(0, 40), st.integers(0, 40))
def test_any_page_is_a_slice_of_all_rows(
    store: ResultStore, sizes: list[int], offset: int, limit: int
) -> None:
    with store.create("p", "j", NUMBERS) as spool:
        for number, (first, size) in enumerate(zip([0, *accumulate(sizes)], sizes, strict=False)):
            spool.append(str(number), numbers(first, size), size)
    everything = [[number, f"row {number}"] for number in range(sum(sizes))]
    result = store.open("p", "j")
    assert result.row_count == sum(sizes)
    assert result.rows(offset, limit) == everything[offset : offset + limit]
    as_text = [[str(number), name] for number, name in everything]
    assert result.text_rows(offset, limit) == as_text[offset : offset + limit]
    batches = list(result.batches(offset))
    assert sum(batch.num_rows for batch in batches) == len(everything[offset:])
    assert all(batch.schema == result.arrow_schema for batch in batches)


def test_a_page_reads_only_the_responses_it_needs(
    store: ResultStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.create("p", "j", NUMBERS) as spool:
        for number in range(1000):
            spool.append(str(number), numbers(number * 2, 2), 2)
    read = []
    whole = stored._record_batches

    def counted(data: pa.Buffer, schema: pa.Schema) -> object:
        read.append(data.size)
        return whole(data, schema)

    monkeypatch.setattr(stored, "_record_batches", counted)
    assert store.open("p", "j").rows(1500, 3) == [[number, f"row {number}"] for number in (1500, 1501, 1502)]
    assert len(read) == 2


def test_a_page_does_not_begin_before_the_first_row(store: ResultStore) -> None:
    store.create("p", "j", NUMBERS).finish()
    with pytest.raises(ValueError, match="from 0"):
        store.open("p", "j").rows(-1, 1)


def test_columns_keep_their_order_and_repeated_names(keep: Keep) -> None:
    result = keep(answers()["same names"])
    assert [(column.name, column.type) for column in result.columns] == [
        ("a", "int"),
        ("a", "int"),
        ("A", "int"),
        ("a", "string"),
    ]
    assert result.rows(0, 1) == [[1, 2, 3, "x"]]


def test_a_command_without_columns_has_no_rows(keep: Keep, tmp_path: Path) -> None:
    result = keep(answers()["no columns"])
    assert (result.columns, result.row_count, result.rows(0, 5)) == ((), 0, [])
    assert pa.ipc.open_stream((tmp_path / "p" / "j" / "rows.arrow").read_bytes()).read_all().num_rows == 0
