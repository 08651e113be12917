import pytest
from sqlalchemy import func, insert, select

from headway.jobs.lifecycle import JobState
from headway.store.database import Database
from headway.store.job_store import JobStore, Move
from headway.store.retention import KeptJob, RetentionStore
from headway.store.tables import job_events, job_progress, job_tags
from tests.builders import a_job


@pytest.fixture
def retention(database: Database) -> RetentionStore:
    return RetentionStore(database)


async def ended(store: JobStore, at: int, state: JobState = JobState.CANCELLED) -> str:
    job = a_job(tags={"team": "ops"})
    await store.insert(job)
    await store.move(job.job_id, Move(state), at=at)
    return job.job_id


async def test_jobs_that_ended_before_a_time_are_found_oldest_first(
    store: JobStore, retention: RetentionStore
) -> None:
    ids = {at: await ended(store, at) for at in (30, 10, 20, 40)}
    await store.insert(a_job(at=1))  # waits
    found = await retention.find_ended(before=40, limit=2)
    assert found == [KeptJob(ids[10], "p1", 10, False), KeptJob(ids[20], "p1", 20, False)]


async def test_a_forgotten_job_leaves_nothing(
    store: JobStore, retention: RetentionStore, database: Database
) -> None:
    goes, stays = await ended(store, 10), await ended(store, 20)
    async with database.write() as connection:
        await connection.execute(insert(job_progress), [{"job_id": goes, "fraction": 1.0}])
    assert await retention.forget([goes], before=20) == 1
    async with database.read() as connection:
        for table, left in ((job_events, 2), (job_tags, 1), (job_progress, 0)):
            count = select(func.count()).select_from(table)
            assert (await connection.execute(count)).scalar_one() == left
    assert set(await retention.look_up([goes, stays])) == {stays}


async def test_what_has_not_ended_or_not_long_ago_is_not_forgotten(
    store: JobStore, retention: RetentionStore
) -> None:
    waiting = a_job()
    await store.insert(waiting)
    young = await ended(store, 20)
    assert await retention.forget([waiting.job_id, young], before=20) == 0
    assert set(await retention.look_up([waiting.job_id, young])) == {waiting.job_id, young}


async def test_any_number_of_jobs_is_looked_up(store: JobStore, retention: RetentionStore) -> None:
    job_id = await ended(store, 10)
    strangers = [f"stranger-{n}" for n in range(1_200)]
    assert set(await retention.look_up([*strangers, job_id])) == {job_id}
