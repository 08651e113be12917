"""Ends the jobs of a store that was put back from a backup: what became of them since, nobody knows here."""

from sqlalchemy import insert, select, update

from headway.jobs.lifecycle import LIVE, JobState, Reason
from headway.store.database import Database
from headway.store.tables import job_events, jobs


async def end_unended(database: Database, told: str, at: int) -> int:
    """Fail every job that has not ended, as one whose engine was lost; gives how many.

    ``told`` follows "the job was waiting" or "the job was under way" in the job's message; ``at`` is
    epoch ms. None of them runs again: the original may have run it.
    """
    async with database.write() as connection:
        query = select(jobs.c.job_id, jobs.c.state).where(jobs.c.state.in_(LIVE))
        found = [(row.job_id, JobState(row.state)) for row in await connection.execute(query)]
        for job_id, state in found:
            stage = "waiting" if state is JobState.QUEUED else "under way"
            end = {
                "state": JobState.FAILED,
                "reason": Reason.ENGINE_LOST,
                "message": f"engine lost: the job was {stage} {told}",
                "ended_at": at,
                "replica_id": None,
            }
            await connection.execute(update(jobs).where(jobs.c.job_id == job_id).values(end))
            event = {"job_id": job_id, "at": at, "source": state, "target": JobState.FAILED}
            await connection.execute(insert(job_events).values(**event, reason=Reason.ENGINE_LOST))
    return len(found)
