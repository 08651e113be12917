"""Jobs in the database. A job moves only by a guarded UPDATE; its event goes into the same transaction."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Update, and_, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from headway.jobs.errors import NotFound, SqlError
from headway.jobs.job import Job, ResultFigures, WorkFigures
from headway.jobs.lifecycle import INITIAL, LIVE, PREDECESSORS, TERMINAL, JobState, Reason
from headway.store.database import Database
from headway.store.job_rows import error_json, job_of, row_of
from headway.store.tables import job_events, job_tags, jobs

OCCUPYING = LIVE - {JobState.QUEUED}


class IllegalMove(Exception):
    """The job's state does not allow the move; ``job`` is the job as it is."""

    def __init__(self, job: Job, target: JobState) -> None:
        super().__init__(f"job {job.job_id} cannot go from {job.state} to {target}")
        self.job = job
        self.target = target


@dataclass(frozen=True, slots=True)
class Move:
    """A wanted change of state, and what is written with it. ``None`` leaves a column as it is."""

    target: JobState
    reason: Reason | None = None
    message: str | None = None
    error: SqlError | None = None
    session_id: str | None = None
    engine_id: str | None = None
    result: ResultFigures | None = None
    only_from: frozenset[JobState] | None = None  # narrower than the lifecycle allows

    @property
    def sources(self) -> frozenset[JobState]:
        """The states from which this move may be made."""
        allowed = PREDECESSORS[self.target]
        return allowed if self.only_from is None else allowed & self.only_from

    def columns(self, at: int) -> dict[str, Any]:
        """Give the columns that the move writes."""
        values: dict[str, Any] = {"state": self.target.value}
        if self.target is JobState.RUNNING:
            values["started_at"] = at
        if self.target in TERMINAL:
            values["ended_at"] = at
        given = {
            "reason": self.reason,
            "message": self.message,
            "error": None if self.error is None else error_json(self.error),
            "session_id": self.session_id,
            "engine_id": self.engine_id,
        }
        values |= {name: value for name, value in given.items() if value is not None}
        if self.result is not None:
            values |= asdict(self.result)
        return values


class JobStore:
    """Every job of every project."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def insert(self, job: Job) -> None:
        """Remember a new job, with its tags and its first event."""
        async with self._database.write() as connection:
            await connection.execute(insert(jobs).values(row_of(job)))
            if job.request.tags:
                tags = [{"job_id": job.job_id, "key": t.key, "value": t.value} for t in job.request.tags]
                await connection.execute(insert(job_tags), tags)
            await _add_events(connection, [job.job_id], None, INITIAL, None, job.submitted_at)

    async def move(self, job_id: str, move: Move, at: int) -> Job:
        """Move a job if the lifecycle allows it; raises ``IllegalMove`` or ``NotFound``."""
        async with self._database.write() as connection:
            before = (await connection.execute(select(jobs).where(jobs.c.job_id == job_id))).one_or_none()
            if before is None:
                raise NotFound("job", job_id)
            guard = and_(jobs.c.job_id == job_id, jobs.c.state.in_(move.sources))
            row = (await connection.execute(_set(guard, move.columns(at)))).one_or_none()
            if row is None:
                raise IllegalMove(job_of(before), move.target)
            await _add_events(connection, [job_id], JobState(before.state), move.target, move.reason, at)
        return job_of(row)

    async def claim(self, project_id: str, queue_name: str, limit: int, at: int) -> Job | None:
        """Take the queue's oldest waiting job to LAUNCHING, if fewer than ``limit`` jobs occupy the queue."""
        mine = and_(jobs.c.project_id == project_id, jobs.c.queue_name == queue_name)
        occupied = select(func.count()).where(mine, jobs.c.state.in_(OCCUPYING)).scalar_subquery()
        oldest = (
            select(jobs.c.seq).where(mine, jobs.c.state == JobState.QUEUED).order_by(jobs.c.seq).limit(1)
        ).scalar_subquery()
        guard = and_(jobs.c.seq == oldest, jobs.c.state == JobState.QUEUED, occupied < limit)
        async with self._database.write() as connection:
            row = (await connection.execute(_set(guard, {"state": JobState.LAUNCHING}))).one_or_none()
            if row is None:
                return None
            await _add_events(connection, [row.job_id], JobState.QUEUED, JobState.LAUNCHING, None, at)
        return job_of(row)

    async def fail_waiting(self, project_id: str, reason: Reason, message: str, at: int) -> list[Job]:
        """Fail every job of the project that still waits in a queue and was submitted up to ``at``."""
        guard = and_(
            jobs.c.project_id == project_id, jobs.c.state == JobState.QUEUED, jobs.c.submitted_at <= at
        )
        move = Move(JobState.FAILED, reason, message)
        async with self._database.write() as connection:
            rows = (await connection.execute(_set(guard, move.columns(at)))).all()
            ids = [row.job_id for row in rows]
            await _add_events(connection, ids, JobState.QUEUED, JobState.FAILED, reason, at)
        return [job_of(row) for row in rows]

    async def record_work(self, job_id: str, figures: WorkFigures) -> None:
        """Keep what the job's work amounted to."""
        async with self._database.write() as connection:
            await connection.execute(update(jobs).where(jobs.c.job_id == job_id).values(asdict(figures)))

    async def get(self, job_id: str) -> Job:
        """Give a job; raises ``NotFound``."""
        async with self._database.read() as connection:
            row = (await connection.execute(select(jobs).where(jobs.c.job_id == job_id))).one_or_none()
        if row is None:
            raise NotFound("job", job_id)
        return job_of(row)

    async def find_under_way(self) -> list[Job]:
        """Give the jobs that left their queue and have not ended, oldest first."""
        query = select(jobs).where(jobs.c.state.in_(OCCUPYING)).order_by(jobs.c.seq)
        async with self._database.read() as connection:
            return [job_of(row) for row in await connection.execute(query)]

    async def queues_waiting(self) -> list[tuple[str, str]]:
        """Give (project, queue) of every queue in which a job waits."""
        query = select(jobs.c.project_id, jobs.c.queue_name).where(jobs.c.state == JobState.QUEUED).distinct()
        async with self._database.read() as connection:
            return [(row[0], row[1]) for row in await connection.execute(query)]

    async def waiting_before(self, job: Job) -> int:
        """Count the jobs ahead of a waiting job in its queue."""
        ahead = and_(
            jobs.c.project_id == job.project_id,
            jobs.c.queue_name == job.request.queue_name,
            jobs.c.state == JobState.QUEUED,
            jobs.c.seq < select(jobs.c.seq).where(jobs.c.job_id == job.job_id).scalar_subquery(),
        )
        async with self._database.read() as connection:
            return int((await connection.execute(select(func.count()).where(ahead))).scalar_one())

    async def count_by_state(self) -> Mapping[JobState, int]:
        """Count all jobs by state."""
        query = select(jobs.c.state, func.count()).group_by(jobs.c.state)
        async with self._database.read() as connection:
            return {JobState(state): count for state, count in await connection.execute(query)}


def _set(guard: Any, values: Mapping[str, Any]) -> Any:
    statement: Update = update(jobs).where(guard).values(**values)
    return statement.returning(*jobs.c)


async def _add_events(
    connection: AsyncConnection,
    job_ids: list[str],
    source: JobState | None,
    target: JobState,
    reason: Reason | None,
    at: int,
) -> None:
    event = {"at": at, "source": source, "target": target, "reason": reason}
    if job_ids:
        await connection.execute(insert(job_events), [{"job_id": job_id, **event} for job_id in job_ids])
