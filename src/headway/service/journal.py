"""The one place that moves jobs: the guarded write, then everybody in this process who should know."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog

from headway.jobs.errors import StoreUnavailable
from headway.jobs.job import Job
from headway.jobs.lifecycle import Reason
from headway.service.clock import Clock
from headway.service.fault_points import FaultPoint, FaultPoints
from headway.service.live_jobs import LiveJobs
from headway.service.membership import Membership
from headway.service.whole import whole
from headway.store.job_store import IllegalMove, JobStore, Move, NotCarried, Room

log = structlog.get_logger(__name__)

TURN_SECONDS = 5.0  # how long a write waits for those before it
FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 5.0


class QueueFull(Exception):
    """As many jobs wait in the queue as may."""


@dataclass(frozen=True, slots=True)
class Drift:
    """How the jobs carried here differ from what the store says."""

    unknown: list[Job]  # ours by the store, not carried here
    changed: list[Job]  # another replica moved them
    gone: list[Job]  # carried here, not ours any more: ended or carried elsewhere


class Journal:
    """Moves jobs and tells about it, in one order for all."""

    def __init__(
        self, store: JobStore, live: LiveJobs, membership: Membership, clock: Clock, faults: FaultPoints
    ) -> None:
        self._store = store
        self._live = live
        self._membership = membership
        self._clock = clock
        self._faults = faults
        # Write and word together: what is told second was written second.
        self._order = asyncio.Lock()
        self._on_end: list[Callable[[], None]] = []

    def on_end(self, callback: Callable[[], None]) -> None:
        """Call ``callback`` each time a job has ended and its place in the queue is free."""
        self._on_end.append(callback)

    async def insert(self, job: Job, most_waiting: int | None = None) -> None:
        """Remember a new job; raises ``DuplicateToken``, and ``QueueFull`` when so many wait already."""
        await whole(self._insert(job, most_waiting))

    async def claim(self, project_id: str, queue_name: str, room: Room) -> Job | None:
        """Take a queue's oldest waiting job, if there is room."""
        return await whole(self._claim(project_id, queue_name, room))

    async def move(self, job_id: str, move: Move) -> Job:
        """Move a job; raises ``IllegalMove`` when its state forbids it, ``NotFound`` when there is none."""
        return await whole(self._move(job_id, move))

    async def settle(self, job_id: str, move: Move) -> Job | None:
        """Move a job if its state still allows it, however long the store is away.

        Whoever comes second loses quietly; raises ``NotCarried`` when another replica has the job.
        """
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                return await self.move(job_id, move)
            except NotCarried:
                raise
            except IllegalMove as refused:
                log.info("move refused", job_id=job_id, state=refused.job.state, target=move.target)
                return None
            except StoreUnavailable as error:
                log.warning("store away; tried again", job_id=job_id, reason=str(error))
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    async def fail_waiting(self, project_id: str, reason: Reason, message: str) -> None:
        """Fail every job of a project that waits in a queue now."""
        await whole(self._fail_waiting(project_id, reason, message))

    def carry(self, job: Job) -> None:
        """Hold a job in memory until it ends."""
        self._live.carry(job)

    def carried(self, job_id: str) -> Job | None:
        """Give a job that is carried here, as it is now."""
        return self._live.get(job_id)

    def drop_all(self) -> None:
        """Hold no job any more: others carry them."""
        for job in self._live.all():
            self._live.drop(job.job_id)

    async def reconcile(self) -> Drift:
        """Take in what other replicas did to the jobs carried here, and find what is carried by no task."""
        async with self._turn():
            ours = {job.job_id: job for job in await self._store.find_carried(self._membership.id)}
            held = {job.job_id: job for job in self._live.all()}
            changed = [
                job for job_id, job in ours.items() if job_id in held and job.state != held[job_id].state
            ]
            gone = [await self._store.get(job_id) for job_id in held if job_id not in ours]
            for job in (*changed, *gone):
                self._tell(job)
            for job in gone:
                self._live.drop(job.job_id)
            return Drift([job for job_id, job in ours.items() if job_id not in held], changed, gone)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(TURN_SECONDS):
                await self._order.acquire()
        except TimeoutError:
            raise StoreUnavailable("The store is too slow: other writes wait already") from None
        try:
            yield
        finally:
            self._order.release()

    async def _insert(self, job: Job, most_waiting: int | None) -> None:
        async with self._turn():
            if most_waiting is not None:
                waiting = await self._store.count_waiting(job.project_id, job.request.queue_name)
                if waiting >= most_waiting:
                    raise QueueFull
            await self._store.insert(job)
            self._faults.reach(FaultPoint.INSERTED)
            self._tell(job)

    async def _claim(self, project_id: str, queue_name: str, room: Room) -> Job | None:
        async with self._turn():
            job = await self._store.claim(project_id, queue_name, room, self._membership.id, self._clock())
            if job is not None:
                self._faults.reach(FaultPoint.CLAIMED)
                self.carry(job)
                self._tell(job)
            return job

    async def _move(self, job_id: str, move: Move) -> Job:
        async with self._turn():
            job = await self._store.move(job_id, move, self._clock())
            self._faults.written(job.state)
            self._tell(job)
            return job

    async def _fail_waiting(self, project_id: str, reason: Reason, message: str) -> None:
        async with self._turn():
            for job in await self._store.fail_waiting(project_id, reason, message, self._clock()):
                self._tell(job)

    def _tell(self, job: Job) -> None:
        self._live.update(job)
        log.info("job", job_id=job.job_id, project_id=job.project_id, state=job.state, reason=job.reason)
        if job.is_terminal:
            for callback in self._on_end:
                callback()
