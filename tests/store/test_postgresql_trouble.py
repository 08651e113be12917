"""PostgreSQL killed, away, standing still, and ending connections."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from itertools import count

import pytest
from sqlalchemy import text

from headway.jobs.errors import StoreUnavailable
from headway.store import database as bounds
from headway.store import steady
from headway.store.database import Database
from headway.store.job_store import JobStore
from tests.builders import a_job
from tests.postgres import Databases, Server, own_server
from tests.service.scene import until

AWAY = "The database does not answer"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with own_server() as server:
        yield server


@pytest.fixture(scope="module")
def url(server: Server) -> Iterator[str]:
    databases = Databases(server.url)
    databases.prepare()
    with databases.fresh() as url:
        yield url


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    yield database
    await database.close()


async def connected(store: JobStore) -> None:
    """Open several connections, which the trouble then meets at rest."""
    await asyncio.gather(*(store.count_by_state() for _ in range(8)))


async def test_a_server_that_is_killed_and_comes_back_is_waited_for(
    server: Server, store: JobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steady, "PATIENCE_SECONDS", 60.0)  # a busy machine starts it slowly
    await connected(store)
    before, during = a_job(), a_job()
    await store.insert(before)
    server.kill()
    inserting = asyncio.create_task(store.insert(during))
    await asyncio.to_thread(server.start)
    await inserting
    assert [await store.get(job.job_id) for job in (before, during)] == [before, during]


async def test_a_server_that_stays_away_is_told_in_bounded_time_and_no_job_is_forgotten(
    server: Server, store: JobStore, database: Database
) -> None:
    await connected(store)
    before = a_job()
    await store.insert(before)
    server.kill()
    began = time.monotonic()
    calls = [store.get(before.job_id), store.insert(a_job()), database.ping()]
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert time.monotonic() - began < steady.PATIENCE_SECONDS + 2
    assert [(type(outcome), str(outcome)) for outcome in outcomes] == [(StoreUnavailable, AWAY)] * 3
    await asyncio.to_thread(server.start)
    assert await store.get(before.job_id) == before


async def test_a_server_that_stands_still_is_told_in_bounded_time(
    server: Server, store: JobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "TRANSACTION_SECONDS", 1.0)
    job = a_job()
    await store.insert(job)
    await connected(store)
    with server.hung():
        began = time.monotonic()
        reads = [store.get(job.job_id) for _ in range(3)]
        outcomes = await asyncio.gather(*reads, return_exceptions=True)
        took = time.monotonic() - began
    assert [str(outcome) for outcome in outcomes] == [AWAY] * 3
    assert took < 1 + steady.PATIENCE_SECONDS + bounds.CONNECT_SECONDS
    assert await store.get(job.job_id) == job


async def test_connections_that_an_administrator_ends_are_made_anew(
    store: JobStore, database: Database
) -> None:
    await connected(store)
    job = a_job()
    async with database.write() as administrator:
        await administrator.execute(text("LOCK TABLE jobs"))
        inserting = asyncio.create_task(store.insert(job))
        waits = text("SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'")

        async def waiting() -> int | None:
            return (await administrator.execute(waits)).scalar_one_or_none()

        await until(waiting)
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        await administrator.execute(text(f"{others} AND datname = current_database()"))
        assert not inserting.done()
    await inserting
    assert await store.get(job.job_id) == job


async def test_a_deadlock_ends_with_both_written(store: JobStore, database: Database) -> None:
    first, second = a_job(), a_job()
    for job in (first, second):
        await store.insert(job)
    each_holds_one, tries = asyncio.Barrier(2), count()
    touch = text("UPDATE jobs SET cpu_ms = cpu_ms + 1 WHERE job_id = :job_id")

    @steady.steady
    async def touch_in_order(*job_ids: str) -> None:
        async with database.write() as connection:
            await connection.execute(touch, {"job_id": job_ids[0]})
            if next(tries) < 2:
                await each_holds_one.wait()
            await connection.execute(touch, {"job_id": job_ids[1]})

    ids = first.job_id, second.job_id
    await asyncio.gather(touch_in_order(*ids), touch_in_order(*reversed(ids)))
    assert [(await store.get(job_id)).cpu_ms for job_id in ids] == [2, 2]
    assert next(tries) == 3  # the server chose one to begin again


async def test_the_line_says_who_is_calling_and_has_its_bounds(database: Database) -> None:
    shown = {}
    async with database.read() as connection:
        for name in ("application_name", "statement_timeout", "transaction_isolation"):
            shown[name] = (await connection.exec_driver_sql(f"SHOW {name}")).scalar_one()
    assert shown == {
        "application_name": "headway",
        "statement_timeout": f"{bounds.STATEMENT_SECONDS}s",
        "transaction_isolation": "read committed",
    }


async def test_what_the_address_says_wins(url: str) -> None:
    database = Database(f"{url}&application_name=mine")
    async with database.read() as connection:
        assert (await connection.exec_driver_sql("SHOW application_name")).scalar_one() == "mine"
    await database.close()


async def test_a_bug_passes_through_at_once(database: Database) -> None:
    @steady.steady
    async def mistaken() -> None:
        async with database.read() as connection:
            await connection.exec_driver_sql("SELECT no_such_column FROM jobs")

    began = time.monotonic()
    with pytest.raises(Exception, match="no_such_column"):
        await mistaken()
    assert time.monotonic() - began < 1


async def test_no_secret_of_the_address_is_told(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    database = Database("postgresql://ada:hidden@127.0.0.1:1/headway")
    with pytest.raises(StoreUnavailable) as refused:
        await database.ping()
    assert str(refused.value) == AWAY
    assert "hidden" not in repr(refused.value.__cause__)
    captured = capsys.readouterr()
    assert "Connection refused" in captured.out + captured.err
    assert "hidden" not in captured.out + captured.err
    await database.close()
