"""SQLite locked by another process, and full."""

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from headway.jobs.errors import StoreUnavailable
from headway.jobs.lifecycle import JobState
from headway.store.database import Database
from headway.store.job_store import JobStore
from tests.builders import a_job

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def stranger(database: Database, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Somebody else who writes into the same file."""
    stranger = sqlite3.connect(tmp_path / "headway.db", isolation_level=None)
    yield stranger
    stranger.close()


async def test_a_lock_of_a_second_is_waited_for(store: JobStore, stranger: sqlite3.Connection) -> None:
    stranger.execute("BEGIN IMMEDIATE")
    asyncio.get_running_loop().call_later(1.0, stranger.execute, "ROLLBACK")
    began = time.monotonic()
    job = a_job()
    await store.insert(job)
    assert time.monotonic() - began >= 0.9
    assert await store.get(job.job_id) == job


async def test_a_lock_that_stays_is_told_in_bounded_time_and_forgets_nothing(
    store: JobStore, stranger: sqlite3.Connection
) -> None:
    first, late = a_job(), [a_job() for _ in range(6)]
    await store.insert(first)
    stranger.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    outcomes = await asyncio.gather(*map(store.insert, late), return_exceptions=True)
    assert time.monotonic() - began < 15
    assert {type(outcome) for outcome in outcomes} == {StoreUnavailable}
    assert str(outcomes[0]) == "The database is locked by another process"
    assert await store.get(first.job_id) == first  # reading goes on
    stranger.execute("ROLLBACK")
    await store.insert(late[0])
    assert await store.count_by_state() == {JobState.QUEUED: 2}


async def test_a_full_database_is_told_at_once_and_goes_on_when_there_is_room(
    store: JobStore, database: Database
) -> None:
    first = a_job()
    await store.insert(first)
    # A limit of its file stands in for the disk's end: to SQLite it is the same.
    await limit(database, 40)
    began = time.monotonic()
    big = a_job(sql="select '" + "x" * 400_000 + "'", tags={"team": "ops"})
    with pytest.raises(StoreUnavailable) as refused:
        await store.insert(big)
    assert time.monotonic() - began < 1
    assert str(refused.value) == (
        "The database has no space left: nothing can be written until there is some"
    )
    assert await store.count_by_state() == {JobState.QUEUED: 1}
    await limit(database, 100_000)
    await store.insert(big)
    assert await store.get(big.job_id) == big


async def limit(database: Database, pages: int) -> None:
    async with database.write() as connection:
        await connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
