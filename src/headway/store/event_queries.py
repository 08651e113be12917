"""What happened to jobs, in the order in which it was written: the log of events, read."""

from dataclasses import dataclass

from sqlalchemy import func, select

from headway.jobs.job import Job
from headway.store.database import Database
from headway.store.job_rows import job_of
from headway.store.steady import steady
from headway.store.tables import job_events, jobs


@dataclass(frozen=True, slots=True)
class EventMark:
    """One event of any project: its number, and when it was (epoch ms)."""

    event_id: int
    at: int


@dataclass(frozen=True, slots=True)
class Moved:
    """A job that was submitted or moved, as it is by its last move: ``event_id``."""

    event_id: int
    job: Job


class EventQueries:
    """Reads of the events of jobs; raises ``StoreUnavailable`` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def in_order(self) -> bool:
        """Whether a number is never seen before a lower one: PostgreSQL numbers events before it commits."""
        return not self._database.is_shared

    @steady
    async def newest(self) -> int:
        """Give the number of the newest event; 0 when there is none."""
        async with self._database.read() as connection:
            newest = (await connection.execute(select(func.max(job_events.c.event_id)))).scalar_one()
        return int(newest or 0)

    @steady
    async def marks(self, after: int, limit: int) -> list[EventMark]:
        """Give the first ``limit`` events after a number, of all projects, in order."""
        query = select(job_events.c.event_id, job_events.c.at).where(job_events.c.event_id > after)
        async with self._database.read() as connection:
            rows = await connection.execute(query.order_by(job_events.c.event_id).limit(limit))
            return [EventMark(*row) for row in rows]

    @steady
    async def moved(self, project_id: str, after: int, upto: int, limit: int) -> list[Moved]:
        """Give ``limit`` jobs of a project whose last move is after a number and up to another, in order.

        A job that has moved since ``upto`` is left out: it is as it is by that later move.
        """
        last = func.max(job_events.c.event_id)
        moves = (
            select(job_events.c.job_id, last.label("last"))
            .join(jobs, jobs.c.job_id == job_events.c.job_id)
            .where(job_events.c.event_id > after, jobs.c.project_id == project_id)
            .group_by(job_events.c.job_id)
            .having(last <= upto)
            .order_by(last)
            .limit(limit)
            .subquery()
        )
        query = select(moves.c.last, jobs).join(jobs, jobs.c.job_id == moves.c.job_id).order_by(moves.c.last)
        async with self._database.read() as connection:
            return [Moved(row.last, job_of(row)) for row in await connection.execute(query)]
