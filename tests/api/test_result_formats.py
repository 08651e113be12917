"""Rows for programs: every format, any part, in any order, at the same time."""

import asyncio
import csv
import gzip
import io
import json
import random
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from headway.api.result_query import ResultFormat
from headway.results.result_store import ResultStore
from headway.results.stored import StoredResult
from tests.api.scene import Scene, a_scene
from tests.results.conftest import NUMBERS, numbers, schema, stream

BATCHES, BATCH_ROWS = 50, 2_000
ROWS = BATCHES * BATCH_ROWS
PLAIN = {"Accept-Encoding": "identity"}
GZIP = {"Accept-Encoding": "deflate, gzip;q=0.5"}
FILES = [ResultFormat.CSV, ResultFormat.PARQUET, ResultFormat.RECORDS]
SUFFIXES = {ResultFormat.RECORDS: "json"}


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> StoredResult:
    """100,000 rows in 50 responses."""
    store = ResultStore(tmp_path_factory.mktemp("many"), 1 << 30)
    with store.create("p1", "j1", NUMBERS) as spool:
        for number in range(BATCHES):
            spool.append(f"r{number}", numbers(number * BATCH_ROWS, BATCH_ROWS), BATCH_ROWS)
        spool.finish()
    return store.open("p1", "j1")


@pytest.fixture
async def scene(many: StoredResult) -> AsyncIterator[Scene]:
    async with a_scene() as scene:
        scene.service.stored = many
        yield scene


def ids_of(file_format: str, body: bytes) -> list[int]:
    match file_format:
        case "arrow":
            return list(pa.ipc.open_stream(body).read_all().column("id").to_pylist())
        case "parquet":
            return list(pq.read_table(io.BytesIO(body)).column("id").to_pylist())
        case "csv":
            head, *rows = csv.reader(io.StringIO(body.decode(), newline=""))
            assert head == ["id", "name"]
            return [int(row[0]) for row in rows]
        case "records":
            return [row["id"] for row in json.loads(body)]
        case _:
            return [row[0] for row in json.loads(body)["rows"]]


@pytest.mark.parametrize("file_format", ResultFormat)
async def test_parts_read_at_once_and_in_any_order_are_the_whole(
    scene: Scene, file_format: ResultFormat
) -> None:
    size = 7_777
    offsets = list(range(0, ROWS, size))
    random.Random(4).shuffle(offsets)  # the same order every time

    async def part(offset: int) -> tuple[int, list[int]]:
        query = {"format": file_format.value, "offset": offset, "limit": size}
        answer = await scene.http.get("/jobs/j1/result", params=query)
        assert answer.headers["X-Row-Count"] == str(ROWS)
        return offset, ids_of(file_format, answer.content)

    parts = sorted(await asyncio.gather(*map(part, offsets)))
    assert [number for _, ids in parts for number in ids] == list(range(ROWS))


@pytest.mark.parametrize("file_format", [*FILES, ResultFormat.ARROW])
async def test_without_a_limit_everything_comes(scene: Scene, file_format: ResultFormat) -> None:
    answer = await scene.http.get("/jobs/j1/result", params={"format": file_format.value, "offset": 3})
    assert ids_of(file_format, answer.content) == list(range(3, ROWS))
    assert answer.headers["X-Result-Complete"] == "true"


@pytest.mark.parametrize("file_format", FILES)
async def test_a_file_has_a_name_and_its_parts_have_others(scene: Scene, file_format: ResultFormat) -> None:
    names = []
    for query in ({}, {"limit": ROWS}, {"offset": 10, "limit": 5}, {"offset": ROWS - 1}):
        query = {"format": file_format.value, **query}
        answer = await scene.http.head("/jobs/j1/result", params=query)
        names.append(answer.headers["content-disposition"].partition("filename=")[2].strip('"'))
    rows = ["", "", "-rows-10-15", f"-rows-{ROWS - 1}-{ROWS}"]
    suffix = SUFFIXES.get(file_format, file_format.value)
    assert names == [f"j1{each}.{suffix}" for each in rows]


@pytest.mark.parametrize("file_format", ResultFormat)
async def test_beyond_the_last_row_there_is_nothing_and_no_error(
    scene: Scene, file_format: ResultFormat
) -> None:
    for query in ({"offset": ROWS}, {"offset": 10**30}, {"offset": 5, "limit": 0}):
        answer = await scene.http.get("/jobs/j1/result", params={"format": file_format.value, **query})
        assert answer.status_code == 200
        assert ids_of(file_format, answer.content) == []


@pytest.mark.parametrize("file_format", [ResultFormat.JSON, ResultFormat.CSV, ResultFormat.ARROW])
async def test_who_takes_gzip_gets_less_and_the_same(scene: Scene, file_format: ResultFormat) -> None:
    query = {"format": file_format.value, "limit": 5_000}
    plain, refused = [
        await scene.http.get("/jobs/j1/result", params=query, headers=headers)
        for headers in (PLAIN, {"Accept-Encoding": "gzip; q=0"})
    ]
    assert "content-encoding" not in plain.headers
    assert "content-encoding" not in refused.headers
    async with scene.http.stream("GET", "/jobs/j1/result", params=query, headers=GZIP) as answer:
        raw = b"".join([chunk async for chunk in answer.aiter_raw()])
    assert (answer.headers["content-encoding"], answer.headers["vary"]) == ("gzip", "Accept-Encoding")
    assert len(raw) < len(plain.content) / 2
    assert gzip.decompress(raw) == plain.content == refused.content


async def test_parquet_is_compressed_once(scene: Scene) -> None:
    answer = await scene.http.get("/jobs/j1/result", params={"format": "parquet"}, headers=GZIP)
    assert "content-encoding" not in answer.headers
    assert pq.ParquetFile(io.BytesIO(answer.content)).metadata.row_group(0).column(0).compression == "ZSTD"


@pytest.mark.parametrize("file_format", ResultFormat)
async def test_head_says_what_get_says(scene: Scene, file_format: ResultFormat) -> None:
    query = {"format": file_format.value, "offset": 7, "limit": 100}
    head = await scene.http.head("/jobs/j1/result", params=query)
    get = await scene.http.get("/jobs/j1/result", params=query, headers=PLAIN)
    assert (head.status_code, head.content) == (200, b"")
    own = ("content-length", "vary")  # what depends on the bytes
    said = {name: value for name, value in get.headers.items() if name not in own}
    assert dict(head.headers) == said
    assert said["x-row-count"] == str(ROWS)


async def test_head_refuses_what_get_refuses(scene: Scene) -> None:
    query: dict[str, str | int] = {"format": "json", "limit": 10_001}
    assert (await scene.http.head("/jobs/j1/result", params=query)).status_code == 400


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"format": "xml"}, ("format", "arrow", "csv", "json", "parquet")),
        ({"offset": "-1"}, ("offset", "0")),
        ({"limit": "many"}, ("limit", "integer")),
        ({"cells": "html"}, ("cells", "native", "text")),
    ],
)
async def test_what_cannot_be_asked_is_named(
    scene: Scene, query: dict[str, str], words: tuple[str, ...]
) -> None:
    answer = await scene.http.get("/jobs/j1/result", params=query)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "InvalidRequest")
    field, *others = words
    assert answer.json()["error_msg"].startswith(f"{field}: ")
    assert all(word in answer.json()["error_msg"] for word in others)


async def test_csv_tells_null_from_empty_over_the_wire(tmp_path: Path) -> None:
    store = ResultStore(tmp_path, 1 << 20)
    texts = pa.record_batch({"s": [None, "", "ä, ö"], "a": pa.array([[1], None, []], pa.list_(pa.int32()))})
    array = {"type": "array", "elementType": "integer", "containsNull": True}
    with store.create("p1", "j1", schema(("s", "string"), ("a", array))) as spool:
        spool.append("r1", stream(texts), 3)
    async with a_scene() as scene:
        scene.service.stored = store.open("p1", "j1")
        answer = await scene.http.get("/jobs/j1/result", params={"format": "csv"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.decode() == 's,a\r\n,[1]\r\n"",\r\n"ä, ö",[]\r\n'


@pytest.mark.parametrize("file_format", ResultFormat)
async def test_a_statement_without_columns_has_an_empty_file(
    tmp_path: Path, file_format: ResultFormat
) -> None:
    store = ResultStore(tmp_path, 1 << 20)
    store.create("p1", "j1", schema()).finish()
    async with a_scene() as scene:
        scene.service.stored = store.open("p1", "j1")
        answer = await scene.http.get("/jobs/j1/result", params={"format": file_format.value})
    assert (answer.status_code, answer.headers["X-Row-Count"]) == (200, "0")


async def test_the_description_names_every_form_and_has_no_loose_end(scene: Scene) -> None:
    described = scene.app.openapi()
    get = described["paths"]["/api/v1/{project_id}/jobs/{job_id}/result"]["get"]
    assert set(get["responses"]["200"]["content"]) == {
        "application/json",
        "application/vnd.apache.arrow.stream",
        "application/vnd.apache.parquet",
        "text/csv",
    }
    assert {each["name"] for each in get["parameters"]} >= {"format", "cells", "offset", "limit"}
    for reference in _references(described):
        part: Any = described
        for step in reference.removeprefix("#/").split("/"):
            part = part[step]


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        part = list(part.values())
    if isinstance(part, list):
        for each in part:
            yield from _references(each)
