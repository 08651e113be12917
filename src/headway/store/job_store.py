"""Jobs in the database. A job moves only by a guarded UPDATE; its event goes into the same transaction."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Update, and_, exists, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from headway.jobs.errors import NotFound, SqlError
from headway.jobs.job import Job, ResultFigures, WorkFigures
from headway.jobs.lifecycle import INITIAL, LIVE, PREDECESSORS, TERMINAL, JobState, Reason
from headway.store.database import Database
from headway.store.job_rows import error_json, job_of, row_of
from headway.store.tables import job_events, job_tags, jobs, replicas

OCCUPYING = LIVE - {JobState.QUEUED}


class IllegalMove(Exception):
    """The job's state does not allow the move; ``job`` is the job as it is."""

    def __init__(self, job: Job, target: JobState) -> None:
        super().__init__(f"job {job.job_id} cannot go from {job.state} to {target}")
        self.job = job
        self.target = target


class DuplicateToken(Exception):
    """The client token of a new job names ``job`` already."""

    def __init__(self, job: Job) -> None:
        super().__init__(f"the client token belongs to job {job.job_id}")
        self.job = job


@dataclass(frozen=True, slots=True)
class Room:
    """How many jobs may be under way at the same time."""

    queue: int
    project: int


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
    attempt: int | None = None
    only_from: frozenset[JobState] | None = None  # narrower than the lifecycle allows
    carried_by: str | None = None  # only while this replica carries the job

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
            "attempt": self.attempt,
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
        """Remember a new job, with its tags and its first event; raises ``DuplicateToken``."""
        try:
            await self._insert(job)
        except IntegrityError:
            namesake = await self.find_by_token(job.project_id, job.client_token)
            if namesake is None:
                raise
            raise DuplicateToken(namesake) from None

    async def _insert(self, job: Job) -> None:
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
            if move.carried_by is not None:
                guard = and_(guard, jobs.c.replica_id == move.carried_by)
            row = (await connection.execute(_set(guard, move.columns(at)))).one_or_none()
            if row is None:
                raise IllegalMove(job_of(before), move.target)
            await _add_events(connection, [job_id], JobState(before.state), move.target, move.reason, at)
        return job_of(row)

    async def claim(
        self, project_id: str, queue_name: str, room: Room, replica_id: str, at: int
    ) -> Job | None:
        """Take the queue's oldest waiting job to LAUNCHING for a replica, if queue and project have room."""
        ours = jobs.c.project_id == project_id
        mine = and_(ours, jobs.c.queue_name == queue_name)
        occupying = jobs.c.state.in_(OCCUPYING)
        in_queue = select(func.count()).where(mine, occupying).scalar_subquery()
        in_project = select(func.count()).where(ours, occupying).scalar_subquery()
        oldest = (
            select(jobs.c.seq).where(mine, jobs.c.state == JobState.QUEUED).order_by(jobs.c.seq).limit(1)
        ).scalar_subquery()
        guard = and_(
            jobs.c.seq == oldest,
            jobs.c.state == JobState.QUEUED,
            in_queue < room.queue,
            in_project < room.project,
            exists().where(replicas.c.replica_id == replica_id),
        )
        values = {"state": JobState.LAUNCHING, "replica_id": replica_id}
        async with self._database.write() as connection:
            # Two replicas that count at the same moment would both find the last place free.
            await self._database.lock_name(connection, f"claim {project_id}")
            row = (await connection.execute(_set(guard, values))).one_or_none()
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

    async def find_by_token(self, project_id: str, client_token: str | None) -> Job | None:
        """Give the job that a client token names."""
        if client_token is None:
            return None
        query = select(jobs).where(jobs.c.project_id == project_id, jobs.c.client_token == client_token)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        return None if row is None else job_of(row)

    async def find_carried(self, replica_id: str) -> list[Job]:
        """Give the jobs under way that a replica carries, oldest first."""
        query = select(jobs).where(jobs.c.replica_id == replica_id, jobs.c.state.in_(OCCUPYING))
        async with self._database.read() as connection:
            return [job_of(row) for row in await connection.execute(query.order_by(jobs.c.seq))]

    async def count_waiting(self, project_id: str, queue_name: str) -> int:
        """Count the jobs that wait in a queue."""
        mine = and_(jobs.c.project_id == project_id, jobs.c.queue_name == queue_name)
        query = select(func.count()).where(mine, jobs.c.state == JobState.QUEUED)
        async with self._database.read() as connection:
            return int((await connection.execute(query)).scalar_one())

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
