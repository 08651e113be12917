"""Jobs that ended long ago: finding them, forgetting them. Nothing here touches a job that has not ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, delete, select

from headway.jobs.lifecycle import JobState
from headway.store.database import Database
from headway.store.steady import steady
from headway.store.tables import jobs

_IDS_AT_ONCE = 500  # parameters of one statement


@dataclass(frozen=True, slots=True)
class KeptJob:
    """What retention needs to know of a job. ``ended_at`` is epoch ms; ``None`` while it has not ended."""

    job_id: str
    project_id: str
    ended_at: int | None
    is_finished: bool  # its rows can be read


class RetentionStore:
    """The store as retention sees it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @steady
    async def find_ended(self, before: int, limit: int) -> list[KeptJob]:
        """Give the ``limit`` oldest jobs that ended before a time (epoch ms), oldest first."""
        query = _KNOWN.where(jobs.c.ended_at < before).order_by(jobs.c.ended_at, jobs.c.seq).limit(limit)
        async with self._database.read() as connection:
            return [KeptJob(*row) for row in await connection.execute(query)]

    @steady
    async def look_up(self, job_ids: Sequence[str]) -> Mapping[str, KeptJob]:
        """Give those of the jobs that the store knows, by id."""
        known: dict[str, KeptJob] = {}
        for start in range(0, len(job_ids), _IDS_AT_ONCE):
            query = _KNOWN.where(jobs.c.job_id.in_(job_ids[start : start + _IDS_AT_ONCE]))
            async with self._database.read() as connection:
                known |= {row.job_id: KeptJob(*row) for row in await connection.execute(query)}
        return known

    @steady
    async def find_finished(self) -> list[KeptJob]:
        """Give every job whose rows can be read."""
        query = _KNOWN.where(jobs.c.state == JobState.FINISHED, jobs.c.schema_json.is_not(None))
        async with self._database.read() as connection:
            return [KeptJob(*row) for row in await connection.execute(query)]

    @steady
    async def forget(self, job_ids: Sequence[str], before: int) -> int:
        """Delete the jobs that ended before a time, with all that is kept of them; gives how many.

        Those that another process deletes at this moment are left to it.
        """
        due = and_(jobs.c.job_id.in_(job_ids), jobs.c.ended_at < before)
        mine = select(jobs.c.job_id).where(due).with_for_update(skip_locked=True)
        async with self._database.write() as connection:
            ids = list((await connection.execute(mine)).scalars())
            # Events, tags and progress go with the row: ON DELETE CASCADE.
            await connection.execute(delete(jobs).where(jobs.c.job_id.in_(ids)))
        return len(ids)


_KNOWN = select(
    jobs.c.job_id, jobs.c.project_id, jobs.c.ended_at, (jobs.c.state == JobState.FINISHED).label("finished")
)
