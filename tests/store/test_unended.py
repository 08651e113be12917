from sqlalchemy import select

from headway.jobs.lifecycle import JobState, Reason
from headway.store.database import Database
from headway.store.job_store import JobStore, Move
from headway.store.tables import job_events
from headway.store.unended import end_unended
from tests.builders import a_job


async def test_what_had_not_ended_is_failed_and_says_how_far_it_was(
    store: JobStore, database: Database
) -> None:
    ended, works, waits = a_job(), a_job(), a_job()
    for job in (ended, works, waits):
        await store.insert(job)
    before = await store.move(ended.job_id, Move(JobState.CANCELLED, Reason.CANCELLED_BY_USER), at=5)
    await store.move(works.job_id, Move(JobState.LAUNCHING), at=5)

    assert await end_unended(database, "when it was copied", at=9) == 2

    assert await store.get(ended.job_id) == before
    for job, state, stage in ((works, "LAUNCHING", "under way"), (waits, "QUEUED", "waiting")):
        now = await store.get(job.job_id)
        assert (now.state, now.reason, now.ended_at) == (JobState.FAILED, Reason.ENGINE_LOST, 9)
        assert now.message == f"engine lost: the job was {stage} when it was copied"
        async with database.read() as connection:
            query = select(job_events).where(job_events.c.job_id == job.job_id)
            last = (await connection.execute(query.order_by(job_events.c.event_id.desc()))).first()
        assert last is not None
        assert (last.source, last.target, last.reason) == (state, "FAILED", "engine lost")
    assert await end_unended(database, "when it was copied", at=10) == 0
