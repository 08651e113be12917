"""Results as files."""

import csv
import io
import json
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from headway.results.export import Exported, ExportFormat, export_rows, unique_names
from headway.results.result_store import ResultStore
from headway.results.spark_schema import columns_of
from headway.results.stored import StoredResult
from tests.results.conftest import NUMBERS, Keep, numbers, schema, stream
from tests.results.spark_answers import answers

ANSWERS = answers()


def export(result: StoredResult, file_format: ExportFormat) -> tuple[bytes, Exported]:
    sink = io.BytesIO()
    done = export_rows(file_format, result.columns, result.arrow_schema, result.batches(), sink)
    assert not sink.closed
    assert done.row_count == result.row_count
    return sink.getvalue(), done


@pytest.fixture
def many(store: ResultStore) -> StoredResult:
    with store.create("p", "j", NUMBERS) as spool:
        for number in range(3):
            spool.append(str(number), numbers(number * 5_000, 5_000), 5_000)
    return store.open("p", "j")


@pytest.mark.parametrize("file_format", ExportFormat)
@pytest.mark.parametrize("name", list(ANSWERS))
def test_every_type_goes_into_every_format(keep: Keep, name: str, file_format: ExportFormat) -> None:
    data, _ = export(keep(ANSWERS[name]), file_format)
    match file_format:
        case ExportFormat.JSON:
            assert len(json.loads(data)) == ANSWERS[name].row_count
        case ExportFormat.PARQUET:
            assert pq.read_table(io.BytesIO(data)).num_rows == ANSWERS[name].row_count
        case ExportFormat.ARROW:
            assert pa.ipc.open_file(data).read_all().num_rows == ANSWERS[name].row_count
        case ExportFormat.CSV:
            assert data.endswith(b"\r\n")


def test_many_rows_in_every_format(many: StoredResult) -> None:
    rows = [(number, f"row {number}") for number in range(15_000)]
    text = export(many, ExportFormat.CSV)[0].decode()
    assert list(csv.reader(io.StringIO(text, newline=""))) == [
        ["id", "name"],
        *([str(a), b] for a, b in rows),
    ]
    assert json.loads(export(many, ExportFormat.JSON)[0]) == [{"id": a, "name": b} for a, b in rows]
    for table in (
        pq.read_table(io.BytesIO(export(many, ExportFormat.PARQUET)[0])),
        pa.ipc.open_file(export(many, ExportFormat.ARROW)[0]).read_all(),
    ):
        assert list(zip(*table.to_pydict().values(), strict=True)) == rows


def test_parquet_gathers_small_batches(store: ResultStore) -> None:
    with store.create("p", "j", NUMBERS) as spool:
        for number in range(300):
            spool.append(str(number), numbers(number * 10, 10), 10)
    data, _ = export(store.open("p", "j"), ExportFormat.PARQUET)
    assert pq.ParquetFile(io.BytesIO(data)).num_row_groups == 1


def test_csv_tells_null_from_empty_and_quotes_what_needs_it(store: ResultStore) -> None:
    texts = [None, "", "a,b", 'say "x"', "two\r\nlines", " padded", "plain", "NaN"]
    batch = pa.record_batch({'the "x"': texts, "d": pa.array([Decimal("1.50")] * 8, pa.decimal128(5, 2))})
    with store.create("p", "j", schema(('the "x"', "string"), ("d", "decimal(5,2)"))) as spool:
        spool.append("a", stream(batch), 8)
    data, _ = export(store.open("p", "j"), ExportFormat.CSV)
    cells = ["", '""', '"a,b"', '"say ""x"""', '"two\r\nlines"', '" padded"', "plain", "NaN"]
    lines = ['"the ""x""",d', *(f"{cell},1.50" for cell in cells), ""]
    assert data.decode() == "\r\n".join(lines)


def test_nested_csv_cells_are_json(keep: Keep) -> None:
    text = export(keep(ANSWERS["nested"]), ExportFormat.CSV)[0].decode()
    [_, row] = csv.reader(io.StringIO(text, newline=""))
    assert json.loads(row[0]) == [1, None, 3]
    assert json.loads(row[2]) == {"k": 1, "l": None}


def test_json_with_repeated_names_gives_arrays(keep: Keep) -> None:
    assert json.loads(export(keep(ANSWERS["same names"]), ExportFormat.JSON)[0]) == [[1, 2, 3, "x"]]


def test_parquet_says_what_it_renamed(keep: Keep) -> None:
    data, done = export(keep(ANSWERS["same names"]), ExportFormat.PARQUET)
    assert pq.read_table(io.BytesIO(data)).column_names == ["a", "a_2", "A", "a_3"]
    assert done.renamed == (("a", "a_2"), ("a", "a_3"))


def test_names_made_up_do_not_meet_names_there_are() -> None:
    columns = columns_of(schema(*((name, "integer") for name in ("a", "a", "a_2", "a", "b"))))
    assert unique_names(columns) == ["a", "a_3", "a_2", "a_4", "b"]


def test_parquet_writes_intervals_as_text_and_says_so(keep: Keep) -> None:
    result = keep(ANSWERS["intervals"])
    data, done = export(result, ExportFormat.PARQUET)
    table = pq.read_table(io.BytesIO(data))
    [texts] = result.text_rows(0, 1)
    spark = {name: text for name, text in zip(table.column_names, texts, strict=True) if name in done.as_text}
    assert "INTERVAL '1 02:03:04.5' DAY TO SECOND" in spark.values()
    assert {name: table[name][0].as_py() for name in done.as_text} == spark
