"""Jobs in the database. A job moves only by a guarded UPDATE; its event goes into the same transaction."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import Update, and_, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from headway.jobs.errors import NotFound, SqlError
from headway.jobs.job import Job, ResultFigures, WorkFigures
from headway.jobs.lifecycle import INITIAL, PREDECESSORS, TERMINAL, JobState, Reason
from headway.store.job_queries import OCCUPYING, JobQueries
from headway.store.job_rows import error_json, job_of, row_of
from headway.store.presence import holds
from headway.store.steady import steadily, steady
from headway.store.tables import job_events, job_tags, jobs


class IllegalMove(Exception):
    """The job's state does not allow the move; ``job`` is the job as it is."""

    def __init__(self, job: Job, target: JobState) -> None:
        super().__init__(f"job {job.job_id} cannot go from {job.state} to {target}")
        self.job = job
        self.target = target


class NotCarried(IllegalMove):
    """Another replica carries the job by now: the one that asked must let go of it."""


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
            # PostgreSQL's text has no NUL, a value that Spark quotes in a message may.
            "message": None if self.message is None else self.message.replace("\0", "\ufffd"),
            "error": None if self.error is None else error_json(self.error),
            "session_id": self.session_id,
            "engine_id": self.engine_id,
            "attempt": self.attempt,
        }
        values |= {name: value for name, value in given.items() if value is not None}
        if self.result is not None:
            values |= asdict(self.result)
        return values


class JobStore(JobQueries):
    """Every job of every project. Each call raises ``StoreUnavailable`` when the database is away or full."""

    @steady
    async def insert(self, job: Job) -> None:
        """Remember a new job, with its tags and its first event; raises ``DuplicateToken``."""
        try:
            await self._insert(job)
        except IntegrityError:
            if await self._knows(job):
                return
            namesake = await self.find_by_token(job.project_id, job.client_token)
            if namesake is None:
                raise
            raise DuplicateToken(namesake) from None

    async def move(self, job_id: str, move: Move, at: int) -> Job:
        """Move a job if the lifecycle allows it.

        Raises ``NotFound``, ``NotCarried`` when another replica has it by now, else ``IllegalMove``.
        """
        return await steadily(lambda again: self._move(job_id, move, at, again))

    @steady
    async def claim(
        self, project_id: str, queue_name: str, room: Room, replica_id: str, at: int
    ) -> Job | None:
        """Take the queue's oldest waiting job to LAUNCHING for a replica, if queue and project have room.

        Nothing when the replica was buried.
        """
        ours = jobs.c.project_id == project_id
        mine = and_(ours, jobs.c.queue_name == queue_name)
        occupying = jobs.c.state.in_(OCCUPYING)
        in_queue = select(func.count()).where(mine, occupying).scalar_subquery()
        in_project = select(func.count()).where(ours, occupying).scalar_subquery()
        waiting = select(jobs.c.seq).where(mine, jobs.c.state == JobState.QUEUED).order_by(jobs.c.seq)
        # One that is being cancelled at this moment is passed over.
        oldest = waiting.limit(1).with_for_update(skip_locked=True).scalar_subquery()
        guard = and_(
            jobs.c.seq == oldest,
            jobs.c.state == JobState.QUEUED,
            in_queue < room.queue,
            in_project < room.project,
        )
        values = {"state": JobState.LAUNCHING, "replica_id": replica_id}
        async with self._database.write() as connection:
            # Two replicas that count at the same moment would both find the last place free.
            await self._database.lock_name(connection, f"claim {project_id}")
            if not await holds(connection, replica_id):
                return None
            row = (await connection.execute(_set(guard, values))).one_or_none()
            if row is None:
                return None
            await _add_events(connection, [row.job_id], JobState.QUEUED, JobState.LAUNCHING, None, at)
        return job_of(row)

    async def fail_waiting(self, project_id: str, reason: Reason, message: str, at: int) -> list[Job]:
        """Fail every job of the project that still waits in a queue and was submitted up to ``at``."""
        move = Move(JobState.FAILED, reason, message)
        return await steadily(lambda again: self._fail_waiting(project_id, move, at, again))

    @steady
    async def record_work(self, job_id: str, figures: WorkFigures) -> None:
        """Keep what the job's work amounted to."""
        async with self._database.write() as connection:
            await connection.execute(update(jobs).where(jobs.c.job_id == job_id).values(asdict(figures)))

    async def _insert(self, job: Job) -> None:
        async with self._database.write() as connection:
            await connection.execute(insert(jobs).values(row_of(job)))
            if job.request.tags:
                tags = [{"job_id": job.job_id, "key": t.key, "value": t.value} for t in job.request.tags]
                await connection.execute(insert(job_tags), tags)
            await _add_events(connection, [job.job_id], None, INITIAL, None, job.submitted_at)

    async def _knows(self, job: Job) -> bool:
        """Tell whether this very job was written before, however far it has come since."""
        query = select(jobs).where(jobs.c.job_id == job.job_id)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            return False
        kept = replace(job_of(row), state=job.state, attempt=job.attempt)
        return row_of(kept) == row_of(job)

    async def _move(self, job_id: str, move: Move, at: int, again: bool) -> Job:
        one = jobs.c.job_id == job_id
        async with self._database.write() as connection:
            before = (await connection.execute(select(jobs).where(one).with_for_update())).one_or_none()
            if before is None:
                raise NotFound("job", job_id)
            guard = and_(one, jobs.c.state.in_(move.sources))
            if move.carried_by is not None:
                guard = and_(guard, jobs.c.replica_id == move.carried_by)
            row = (await connection.execute(_set(guard, move.columns(at)))).one_or_none()
            if row is None:
                if again and await _was_written(connection, job_id, move, at):
                    return job_of(before)
                fenced = move.carried_by is not None and before.replica_id != move.carried_by
                raise (NotCarried if fenced else IllegalMove)(job_of(before), move.target)
            await _add_events(connection, [job_id], JobState(before.state), move.target, move.reason, at)
        return job_of(row)

    async def _fail_waiting(self, project_id: str, move: Move, at: int, again: bool) -> list[Job]:
        ours, columns = jobs.c.project_id == project_id, move.columns(at)
        waiting = and_(ours, jobs.c.state == JobState.QUEUED, jobs.c.submitted_at <= at)
        failed = and_(ours, *(jobs.c[name] == value for name, value in columns.items()))
        async with self._database.write() as connection:
            before = (await connection.execute(select(jobs).where(failed))).all() if again else []
            rows = (await connection.execute(_set(waiting, columns))).all()
            ids = [row.job_id for row in rows]
            await _add_events(connection, ids, JobState.QUEUED, move.target, move.reason, at)
        return [job_of(row) for row in (*before, *rows)]


async def _was_written(connection: AsyncConnection, job_id: str, move: Move, at: int) -> bool:
    """Tell whether the job's last event is this move's."""
    events = select(job_events).where(job_events.c.job_id == job_id)
    last = (await connection.execute(events.order_by(job_events.c.event_id.desc()).limit(1))).one_or_none()
    return last is not None and (last.target, last.reason, last.at) == (move.target, move.reason, at)


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
