"""The history over HTTP, with its real store, as the client and so the command line see it."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI

from headway.api.history_routes import history_routes
from headway.jobs.profile import Profile, StageRun
from headway.store.database import Database
from headway.store.history_store import HistoryStore

RUN = Profile(9_000, 1_500, 4, (StageRun(0, 400, 8, 2_900, input_bytes=1 << 20),))


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'headway.db'}")
    await database.migrate()
    yield database
    await database.close()


@pytest.fixture
async def history(database: Database) -> HistoryStore:
    history = HistoryStore(database)
    for number, project in enumerate(["p1", "p1", "p2"]):
        await history.remember(project, f"f{number}", "s", f"j{number}", RUN)
    return history


@pytest.fixture
async def http(history: HistoryStore) -> AsyncIterator[httpx2.AsyncClient]:
    app = FastAPI()
    app.include_router(history_routes(history), prefix="/api/v1/{project_id}")
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://service/api/v1/p1") as http:
        yield http


async def test_every_run_of_the_project_is_a_line_of_json(http: httpx2.AsyncClient) -> None:
    answer = await http.get("/history")
    assert answer.headers["content-type"] == "application/x-ndjson"
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert [line["job_id"] for line in lines] == ["j0", "j1"]
    assert lines[0] == {
        "fingerprint": "f0",
        "shape": "s",
        "job_id": "j0",
        "ended_at": 9_000,
        "profile": {
            "ended_at": 9_000,
            "duration_ms": 1_500,
            "cores": 4,
            "stages": [
                {
                    "begun_ms": 0,
                    "ended_ms": 400,
                    "num_tasks": 8,
                    "run_time_ms": 2_900,
                    "input_bytes": 1 << 20,
                    "input_rows": 0,
                    "shuffle_read_bytes": 0,
                    "shuffle_read_rows": 0,
                    "shuffle_write_bytes": 0,
                    "output_bytes": 0,
                    "result_bytes": 0,
                }
            ],
            "table_bytes": {},
            "subjobs_before": None,
        },
    }


async def test_one_statement_or_everything_of_the_project_is_forgotten(
    http: httpx2.AsyncClient, history: HistoryStore
) -> None:
    one = await http.delete("/history", params={"fingerprint": "f0"})
    assert (one.status_code, one.json()) == (200, {"deleted": 1})
    assert (await http.delete("/history")).json() == {"deleted": 1}
    assert (await http.get("/history")).content == b""
    assert await history.recall("p2", "f2") == (RUN,)


async def test_an_empty_fingerprint_deletes_nothing(http: httpx2.AsyncClient, history: HistoryStore) -> None:
    refused = await http.delete("/history", params={"fingerprint": ""})
    assert (refused.status_code, refused.json()["error_code"]) == (400, "InvalidRequest")
    assert await history.recall("p1", "f0") == (RUN,)


async def test_a_store_that_is_away_is_an_error_and_not_a_short_export(
    http: httpx2.AsyncClient, database: Database, tmp_path: Path
) -> None:
    await database.close()
    for file in tmp_path.iterdir():
        file.unlink()
    (tmp_path / "headway.db").mkdir()
    answer = await http.get("/history")
    assert (answer.status_code, answer.json()["error_code"]) == (503, "StoreUnavailable")
