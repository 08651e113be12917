"""Which sessions in Spark the store can account for."""

import pytest
from sqlalchemy import insert

from headway.jobs.lifecycle import LIVE, TERMINAL, JobState
from headway.store.database import Database
from headway.store.job_rows import row_of
from headway.store.spark_sessions import SparkSessions
from headway.store.tables import jobs
from tests.builders import a_job


@pytest.fixture
def sessions(database: Database) -> SparkSessions:
    return SparkSessions(database)


async def keep(
    database: Database, state: JobState, session: str | None, *, engine: str = "e1", ended_at: int = 10
) -> str:
    job = a_job()
    ended = {"ended_at": ended_at} if state in TERMINAL else {}
    row = {**row_of(job), "state": state, "session_id": session, "engine_id": engine, **ended}
    async with database.write() as connection:
        await connection.execute(insert(jobs).values(row))
    return job.job_id


async def test_the_sessions_of_jobs_that_spark_may_work_on(
    database: Database, sessions: SparkSessions
) -> None:
    ids = {state: await keep(database, state, f"of {state}") for state in JobState}
    await keep(database, JobState.LAUNCHING, None)
    wanted = LIVE - {JobState.QUEUED}
    assert await sessions.under_way() == {(ids[state], f"of {state}") for state in wanted}


async def test_the_sessions_of_the_last_ended_jobs_of_one_engine(
    database: Database, sessions: SparkSessions
) -> None:
    await keep(database, JobState.FINISHED, "first", ended_at=1)
    await keep(database, JobState.CANCELLED, "last", ended_at=3)
    await keep(database, JobState.FAILED, "second", ended_at=2)
    await keep(database, JobState.FAILED, None, ended_at=9)
    await keep(database, JobState.FINISHED, "elsewhere", engine="e2", ended_at=9)
    await keep(database, JobState.RUNNING, "running")
    assert await sessions.last_ended("e1", limit=10) == ["last", "second", "first"]
    assert await sessions.last_ended("e1", limit=2) == ["last", "second"]
    assert await sessions.last_ended("e3", limit=2) == []
