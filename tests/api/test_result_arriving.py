"""Results that are read while their job runs."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fastapi import FastAPI

from headway.api.result_answer import stream_rows
from headway.api.result_part import part_of
from headway.api.result_query import ResultFormat
from headway.api.result_routes import result_routes
from headway.engine.base import Completed
from headway.engine.scripted import CANCELED, Script
from headway.jobs.errors import NotAllowed, StatementFailed
from headway.jobs.lifecycle import JobState
from headway.results.result_store import ResultStore
from tests.results.conftest import NUMBERS, numbers
from tests.service.conftest import MakeWorld
from tests.service.scene import IDS, P1, World, batch, until


@asynccontextmanager
async def a_face(world: World) -> AsyncIterator[httpx2.AsyncClient]:
    app = FastAPI()
    app.include_router(result_routes(world.service), prefix="/api/v1/{project_id}")
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url=f"http://service/api/v1/{P1}") as http:
        yield http


async def rows_are_there(world: World, job_id: str, count: int) -> None:
    async def look() -> bool:
        try:
            return (await world.service.result(P1, job_id)).row_count == count
        except NotAllowed:
            return False

    await until(look)


async def test_rows_are_read_while_more_of_them_arrive(make_world: MakeWorld) -> None:
    gate = asyncio.Event()
    steps = (IDS, batch(1, 1, 2), batch(2, 3), gate, batch(3, 4), Completed())
    world = await make_world(scripts={"q": Script(steps)})
    job_id = await world.submit("q")
    await rows_are_there(world, job_id, 3)
    async with a_face(world) as http:
        url = f"/jobs/{job_id}/result"
        page = (await http.get(url, params={"format": "json", "offset": 1})).json()
        assert (page["rows"], page["row_count"], page["is_complete"]) == ([[2], [3]], 3, False)
        for file_format in ("arrow", "csv", "parquet"):
            answer = await http.get(url, params={"format": file_format})
            said = (answer.headers["X-Row-Count"], answer.headers["X-Result-Complete"])
            assert said == ("3", "false")
        head = await http.head(url, params={"format": "csv"})
        assert "-rows-0-3.csv" in head.headers["content-disposition"]
        gate.set()
        await world.ended(job_id)
        page = (await http.get(url, params={"format": "json", "offset": 1})).json()
        assert (page["rows"], page["row_count"], page["is_complete"]) == ([[2], [3], [4]], 4, True)
        answer = await http.get(url)
        assert pa.ipc.open_stream(answer.content).read_all().column("id").to_pylist() == [1, 2, 3, 4]
        assert (answer.headers["X-Row-Count"], answer.headers["X-Result-Complete"]) == ("4", "true")


async def test_before_its_schema_a_running_job_has_nothing_to_read(make_world: MakeWorld) -> None:
    gate = asyncio.Event()
    world = await make_world(scripts={"q": Script((gate, IDS, batch(1, 1), Completed()))})
    job_id = await world.submit("q")
    await world.reaches(job_id, JobState.RUNNING)
    async with a_face(world) as http:
        answer = await http.get(f"/jobs/{job_id}/result")
        assert (answer.status_code, answer.json()["error_code"]) == (409, "NotAllowed")
        assert answer.json()["error_msg"] == f"job {job_id} is RUNNING: there is no result to read"
        gate.set()
        await world.ended(job_id)
        assert (await http.get(f"/jobs/{job_id}/result")).status_code == 200


async def test_a_job_that_is_being_cancelled_still_shows_its_rows_and_then_no_more(
    make_world: MakeWorld,
) -> None:
    end = asyncio.Event()
    script = Script((IDS, batch(1, 1, 2), end, StatementFailed(CANCELED)), deaf=True)
    world = await make_world(scripts={"q": script})
    job_id = await world.submit("q")
    await rows_are_there(world, job_id, 2)
    await world.service.cancel(P1, job_id)
    async with a_face(world) as http:
        page = (await http.get(f"/jobs/{job_id}/result", params={"format": "json"})).json()
        assert (page["rows"], page["is_complete"]) == ([[1], [2]], False)
        end.set()
        assert (await world.ended(job_id)).state is JobState.CANCELLED
        assert (await http.get(f"/jobs/{job_id}/result")).status_code == 409


async def test_the_contracts_rows_are_those_of_finished_jobs_alone(make_world: MakeWorld) -> None:
    gate = asyncio.Event()
    world = await make_world(scripts={"q": Script((IDS, batch(1, 1), gate, Completed()))})
    job_id = await world.submit("q")
    await rows_are_there(world, job_id, 1)
    with pytest.raises(NotAllowed, match="is RUNNING: there is no result to read"):
        await world.service.rows(P1, job_id, 10)
    gate.set()
    await world.ended(job_id)
    assert (await world.service.rows(P1, job_id, 10)).rows == [[1]]


@pytest.mark.parametrize("file_format", ["csv", "arrow", "parquet"])
async def test_an_answer_keeps_to_what_it_said_although_more_arrives(
    tmp_path: Path, file_format: str
) -> None:
    store = ResultStore(tmp_path, 1 << 20)
    with store.create("p", "j", NUMBERS) as spool:
        spool.append("a", numbers(0, 5), 5)
        part = part_of(store.open("p", "j", is_complete=False), 1, None)
        answer = stream_rows(part, ResultFormat(file_format), "j", asyncio.Semaphore(1))
        spool.append("b", numbers(5, 5), 5)
        body = b"".join([bytes(piece) async for piece in answer.body_iterator])  # type: ignore[arg-type]
    assert answer.headers["X-Row-Count"] == "5"
    match file_format:
        case "csv":
            rows = list(csv.DictReader(io.StringIO(body.decode(), newline="")))
            assert [row["id"] for row in rows] == ["1", "2", "3", "4"]
        case "arrow":
            assert pa.ipc.open_stream(body).read_all().column("id").to_pylist() == [1, 2, 3, 4]
        case _:
            assert pq.read_table(io.BytesIO(body)).column("id").to_pylist() == [1, 2, 3, 4]
