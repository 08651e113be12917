"""Rows arriving on disk: whole, resumed after a kill at any byte, bounded."""

from itertools import accumulate
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headway.jobs.errors import InvalidRequest, ResultExpired, ResultTooLarge
from headway.results.result_store import ResultStore
from tests.results.conftest import NUMBERS, numbers, schema, stream
from tests.results.spark_answers import answers


def fill(store: ResultStore, sizes: list[int]) -> None:
    """Spool responses r0, r1, … of these sizes and finish."""
    with store.create("p", "j", NUMBERS) as spool:
        for number, (first, size) in enumerate(zip([0, *accumulate(sizes)], sizes, strict=False)):
            spool.append(f"r{number}", numbers(first, size), size)
        spool.finish()


def ids(store: ResultStore) -> list[object]:
    return [row[0] for row in store.open("p", "j").rows(0, 1_000_000)]


def test_the_file_is_one_arrow_stream(store: ResultStore, tmp_path: Path) -> None:
    fill(store, [3, 0, 5])
    table = pa.ipc.open_stream((tmp_path / "p" / "j" / "rows.arrow").read_bytes()).read_all()
    assert table.column("id").to_pylist() == list(range(8))
    assert table.column("name").to_pylist()[-1] == "row 7"


def test_figures_grow_with_the_rows(store: ResultStore) -> None:
    with store.create("p", "j", NUMBERS) as spool:
        assert (spool.row_count, spool.byte_count, spool.last_response_id) == (0, 0, None)
        spool.append("a", numbers(0, 3), 3)
        first = spool.byte_count
        spool.append("b", numbers(3, 4), 4)
        assert (spool.row_count, spool.last_response_id) == (7, "b")
        assert spool.byte_count > first > 0


def test_a_reader_sees_the_rows_while_they_arrive(store: ResultStore) -> None:
    with store.create("p", "j", NUMBERS) as spool:
        result = store.open("p", "j")
        assert (result.row_count, result.rows(0, 10)) == (0, [])
        spool.append("a", numbers(0, 2), 2)
        assert result.row_count == 2
        spool.append("b", numbers(2, 2), 2)
        assert result.rows(1, 2) == [[1, "row 1"], [2, "row 2"]]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    data_cut=st.integers(0, 5_000),
    index_cut=st.integers(0, 500),
    sizes=st.lists(st.integers(0, 9), max_size=4),
)
def test_a_process_killed_at_any_byte_goes_on(
    store: ResultStore, tmp_path: Path, data_cut: int, index_cut: int, sizes: list[int]
) -> None:
    fill(store, sizes)
    files = [
        (tmp_path / "p" / "j" / "rows.arrow", data_cut),
        (tmp_path / "p" / "j" / "rows.index", index_cut),
    ]
    for path, cut in files:
        whole = path.read_bytes()
        path.write_bytes(whole[: max(0, len(whole) - cut)])
    spool = store.resume("p", "j")
    assert spool is not None
    kept = int(spool.last_response_id[1:]) + 1 if spool.last_response_id else 0
    assert spool.row_count == sum(sizes[:kept])
    assert ids(store) == list(range(spool.row_count))
    for number in range(kept, len(sizes)):  # what a reattach gives
        spool.append(f"r{number}", numbers(sum(sizes[:number]), sizes[number]), sizes[number])
    spool.finish()
    assert ids(store) == list(range(sum(sizes)))
    assert pa.ipc.open_stream(files[0][0].read_bytes()).read_all().num_rows == sum(sizes)


def test_rows_written_without_their_index_record_are_cut_off(store: ResultStore, tmp_path: Path) -> None:
    fill(store, [3])
    with (tmp_path / "p" / "j" / "rows.arrow").open("ab") as file:
        file.write(b"half a batch")
    spool = store.resume("p", "j")
    assert spool is not None
    assert (spool.row_count, spool.last_response_id) == (3, "r0")
    spool.append("r1", numbers(3, 2), 2)
    spool.finish()
    assert ids(store) == list(range(5))


def test_a_response_of_several_batches_is_one_step(store: ResultStore) -> None:
    batches = [pa.record_batch({"id": pa.array([i], pa.int64()), "name": [str(i)]}) for i in range(3)]
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batches[0].schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
    with store.create("p", "j", NUMBERS) as spool:
        spool.append("all", bytes(sink.getvalue()), 3)
        assert store.open("p", "j").rows(1, 1) == [[1, "1"]]
        assert store.open("p", "j").rows(2, 9) == [[2, "2"]]


def test_compressed_batches_are_kept_as_they_are(store: ResultStore) -> None:
    batch = pa.record_batch({"id": pa.array(range(1000), pa.int64()), "name": ["same"] * 1000})
    with store.create("p", "j", NUMBERS) as spool:
        spool.append("a", stream(batch, pa.ipc.IpcWriteOptions(compression="zstd")), 1000)
        assert spool.byte_count < 4_000
        spool.append("b", stream(batch, pa.ipc.IpcWriteOptions(compression="lz4")), 1000)
        assert store.open("p", "j").rows(1999, 1) == [[999, "same"]]


def test_a_result_over_the_limit_is_refused_and_what_was_kept_stays(tmp_path: Path) -> None:
    store = ResultStore(tmp_path, limit_bytes=2_000)
    with store.create("p", "j", NUMBERS) as spool:
        spool.append("a", numbers(0, 10), 10)
        with pytest.raises(ResultTooLarge, match=r"2,000 bytes \(results\.limit_bytes\)"):
            spool.append("b", numbers(10, 200), 200)
        assert (spool.row_count, spool.last_response_id) == (10, "a")
        spool.append("c", numbers(10, 1), 1)
    assert ids(store) == list(range(11))


def test_what_is_not_what_it_says_is_refused_and_changes_nothing(store: ResultStore) -> None:
    other = stream(pa.record_batch({"id": ["text"]}))
    with store.create("p", "j", NUMBERS) as spool:
        spool.append("a", numbers(0, 2), 2)
        for data, rows, reason in (
            (numbers(2, 2), 3, "says 3 rows and holds 2"),
            (other, 1, "schema"),
            (b"not arrow", 1, "Arrow"),
            (b"", 0, "Arrow"),
            (numbers(2, 2)[:-60], 2, "Arrow"),
        ):
            with pytest.raises(ValueError, match=reason):
                spool.append("b", data, rows)
        with pytest.raises(ValueError, match="response id"):
            spool.append("x" * 64, numbers(2, 2), 2)
        assert (spool.row_count, spool.last_response_id) == (2, "a")
        spool.append("b", numbers(2, 1), 1)
    assert ids(store) == [0, 1, 2]


def test_a_result_without_any_batch_is_still_a_stream(store: ResultStore, tmp_path: Path) -> None:
    everything = [answer for answer in answers().values() if answer.name not in ("same names", "nanoseconds")]
    for answer in everything:
        store.create("p", "j", answer.schema_json).finish()
        result = store.open("p", "j")
        assert (result.row_count, result.rows(0, 10), result.text_rows(0, 10)) == (0, [], [])
        file_schema = pa.ipc.open_stream((tmp_path / "p" / "j" / "rows.arrow").read_bytes()).schema
        assert file_schema.names == [column.name for column in result.columns]


def test_a_second_attempt_replaces_the_first(store: ResultStore) -> None:
    fill(store, [5])
    with store.create("p", "j", schema(("x", "integer"))) as spool:
        assert spool.row_count == 0
    assert [column.name for column in store.open("p", "j").columns] == ["x"]


def test_deleted_and_unknown_results_are_expired(store: ResultStore) -> None:
    fill(store, [5])
    result = store.open("p", "j")
    store.delete("p", "j")
    store.delete("p", "j")
    with pytest.raises(ResultExpired):
        store.open("p", "j")
    with pytest.raises(ResultExpired):
        result.rows(0, 1)
    with pytest.raises(ResultExpired):
        store.open("other", "j")
    assert store.resume("p", "j") is None


@pytest.mark.parametrize(
    "name", ["..", ".", "", "a/b", "/etc", "a\\b", ".hidden", "a\n", "x" * 65, "ä", "a\0"]
)
def test_names_cannot_lead_out_of_the_directory(store: ResultStore, name: str) -> None:
    for project, job in ((name, "j"), ("p", name)):
        for call in (store.open, store.resume, store.delete):
            with pytest.raises(InvalidRequest):
                call(project, job)
        with pytest.raises(InvalidRequest):
            store.create(project, job, NUMBERS)


def test_files_are_for_their_owner_only(store: ResultStore, tmp_path: Path) -> None:
    fill(store, [1])
    assert (tmp_path / "p" / "j").stat().st_mode & 0o077 == 0
