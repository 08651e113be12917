import io
import json
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from headway.api.arrow_stream import SPARK_SCHEMA
from headway.results.result_store import ResultStore
from headway.results.stored import StoredResult
from tests.api.scene import a_scene

FIELDS = [("n", "long", pa.int64()), ("d", "decimal(5,2)", pa.decimal128(5, 2)), ("s", "string", pa.string())]
SPARK = json.dumps(
    {
        "type": "struct",
        "fields": [
            {"name": name, "type": kind, "nullable": True, "metadata": {}} for name, kind, _ in FIELDS
        ],
    }
)
SCHEMA = pa.schema([pa.field(name, kind) for name, _, kind in FIELDS])


def a_batch(start: int, count: int) -> bytes:
    numbers = range(start, start + count)
    columns = [
        pa.array(list(numbers), pa.int64()),
        pa.array([Decimal(number).scaleb(-2) for number in numbers], pa.decimal128(5, 2)),
        pa.array([None if number % 2 else f"row {number}" for number in numbers], pa.string()),
    ]
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, SCHEMA) as writer:
        writer.write_batch(pa.record_batch(columns, schema=SCHEMA))
    return sink.getvalue()


@pytest.fixture
def stored(tmp_path: Path) -> StoredResult:
    """Ten rows in two batches."""
    store = ResultStore(tmp_path, 1 << 20)
    with store.create("p1", "j1", SPARK) as spool:
        spool.append("r1", a_batch(0, 6), 6)
        spool.append("r2", a_batch(6, 4), 4)
    return store.open("p1", "j1")


async def test_all_rows_come_as_one_arrow_stream_with_sparks_schema(stored: StoredResult) -> None:
    async with a_scene() as scene:
        scene.service.stored = stored
        answer = await scene.http.get("/jobs/j1/result")
    assert answer.headers["content-type"] == "application/vnd.apache.arrow.stream"
    table = pa.ipc.open_stream(answer.content).read_all()
    assert table.column("n").to_pylist() == list(range(10))
    assert table.schema.metadata[SPARK_SCHEMA].decode() == SPARK


async def test_a_part_of_the_rows_may_span_batches(stored: StoredResult) -> None:
    async with a_scene() as scene:
        scene.service.stored = stored
        answer = await scene.http.get("/jobs/j1/result", params={"offset": 4, "limit": 4})
    assert pa.ipc.open_stream(answer.content).read_all().column("n").to_pylist() == [4, 5, 6, 7]


async def test_a_page_of_json_has_exact_decimals_and_real_nulls(stored: StoredResult) -> None:
    async with a_scene() as scene:
        scene.service.stored = stored
        answer = await scene.http.get("/jobs/j1/result", params={"format": "json", "offset": 8, "limit": 5})
    page = json.loads(answer.text, parse_float=Decimal)
    assert page["rows"] == [[8, Decimal("0.08"), "row 8"], [9, Decimal("0.09"), None]]
    assert page["columns"] == [
        {"name": "n", "type": "bigint"},
        {"name": "d", "type": "decimal(5,2)"},
        {"name": "s", "type": "string"},
    ]
    assert (page["offset"], page["row_count"], page["is_complete"]) == (8, 10, True)


async def test_cells_may_be_the_text_that_spark_shows(stored: StoredResult) -> None:
    query: dict[str, str | int] = {"format": "json", "cells": "text", "offset": 9}
    async with a_scene() as scene:
        scene.service.stored = stored
        answer = await scene.http.get("/jobs/j1/result", params=query)
    assert answer.json()["rows"] == [["9", "0.09", None]]


async def test_json_is_for_small_pages_only(stored: StoredResult) -> None:
    async with a_scene() as scene:
        scene.service.stored = stored
        answer = await scene.http.get("/jobs/j1/result", params={"format": "json", "limit": 10_001})
    assert answer.status_code == 400
    assert "format=arrow" in answer.json()["error_msg"]
