"""What the store knows of sessions in Spark: which are at work, and which should be gone."""

from collections.abc import Sequence

from sqlalchemy import select

from headway.jobs.lifecycle import LIVE, JobState
from headway.store.database import Database
from headway.store.steady import steady
from headway.store.tables import jobs

_UNDER_WAY = LIVE - {JobState.QUEUED}


class SparkSessions:
    """The sessions of every project's jobs. A job's session is written before Spark gets its statement."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @steady
    async def under_way(self) -> frozenset[tuple[str, str]]:
        """Give (job id, session id) of every job that Spark may be working on."""
        query = select(jobs.c.job_id, jobs.c.session_id).where(
            jobs.c.state.in_(_UNDER_WAY), jobs.c.session_id.is_not(None)
        )
        async with self._database.read() as connection:
            return frozenset((row.job_id, row.session_id) for row in await connection.execute(query))

    @steady
    async def last_ended(self, engine_id: str, limit: int) -> Sequence[str]:
        """Give the sessions of the jobs that were the last to end on an engine."""
        query = (
            select(jobs.c.session_id)
            .where(jobs.c.ended_at.is_not(None), jobs.c.session_id.is_not(None))
            .where(jobs.c.engine_id == engine_id)
            .order_by(jobs.c.ended_at.desc())
            .limit(limit)
        )
        async with self._database.read() as connection:
            return (await connection.execute(query)).scalars().all()
