"""What is told of moves, on one database and on one that several processes write at the same time."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import delete, insert

from headway.service.job_moves import LATE_MS, JobMoves
from headway.store.database import Database
from headway.store.event_queries import EventQueries
from headway.store.job_store import JobStore
from headway.store.tables import job_events, jobs
from tests.builders import a_job
from tests.postgres import Databases

NOW = 1_000_000


class Time:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> int:
        return self.now


@pytest.fixture
async def shared(postgres: Databases) -> AsyncIterator[Database]:
    with postgres.fresh() as url:
        database = Database(url)
        yield database
        await database.close()


@pytest.fixture
async def alone(tmp_path: Path, empty_database: Path) -> AsyncIterator[Database]:
    shutil.copy(empty_database, tmp_path / "headway.db")
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'headway.db'}")
    yield database
    await database.close()


async def submit(database: Database) -> str:
    job = a_job(at=NOW)
    await JobStore(database).insert(job)
    return job.job_id


async def test_a_number_is_not_passed_while_it_may_still_be_written(shared: Database) -> None:
    moves = JobMoves(EventQueries(shared), Time())
    first = await submit(shared)
    start = await moves.start(None)
    async with shared.write() as slow:
        event = {"job_id": first, "at": NOW, "source": "QUEUED", "target": "LAUNCHING"}
        await slow.execute(insert(job_events), [event])
        second = await submit(shared)  # has a higher number and is there first
        assert await EventQueries(shared).newest() == start + 2
        assert await moves.settled(start) == start
        assert await moves.start(None) == start
    upto = await moves.settled(start)
    assert upto == start + 2
    page, read = await moves.page("p1", start, upto)
    assert ([each.job.job_id for each in page], read) == ([first, second], upto)


async def test_a_number_that_was_never_written_is_passed_after_a_while(shared: Database) -> None:
    time = Time()
    moves = JobMoves(EventQueries(shared), time)
    first = await submit(shared)
    start = await moves.start(None)
    async with shared.write() as undone:
        event = {"job_id": first, "at": NOW, "source": None, "target": "QUEUED"}
        await undone.execute(insert(job_events), [event])
        await undone.rollback()
    await submit(shared)
    assert await moves.settled(start) == start
    time.now += LATE_MS + 1
    assert await moves.settled(start) == start + 2


async def test_with_one_process_nothing_is_waited_for(alone: Database) -> None:
    moves = JobMoves(EventQueries(alone), Time())
    first = await submit(alone)
    await submit(alone)
    async with alone.write() as connection:
        await connection.execute(delete(jobs).where(jobs.c.job_id == first))
    assert await moves.settled(0) == 2


async def test_numbers_that_were_deleted_may_come_again(alone: Database) -> None:
    moves = JobMoves(EventQueries(alone), Time())
    for _ in range(3):
        await submit(alone)
    told = await moves.start(None)
    async with alone.write() as connection:
        await connection.execute(delete(jobs))
    told = await moves.settled(told)
    again = await submit(alone)
    page, _ = await moves.page("p1", told, await moves.settled(told))
    assert [each.job.job_id for each in page] == [again]


async def test_one_begins_now_or_where_one_was(alone: Database) -> None:
    moves = JobMoves(EventQueries(alone), Time())
    for _ in range(3):
        await submit(alone)
    assert [await moves.start(last) for last in (None, 1, 3, 99)] == [3, 1, 3, 3]
