"""The one place that moves jobs: the guarded write, then everybody in this process who should know."""

import asyncio
from collections.abc import Callable

import structlog

from headway.jobs.job import Job
from headway.jobs.lifecycle import Reason
from headway.service.clock import Clock
from headway.service.live_jobs import LiveJobs
from headway.service.whole import whole
from headway.store.job_store import IllegalMove, JobStore, Move

log = structlog.get_logger(__name__)


class Journal:
    """Moves jobs and tells about it, in one order for all."""

    def __init__(self, store: JobStore, live: LiveJobs, clock: Clock) -> None:
        self._store = store
        self._live = live
        self._clock = clock
        # Write and word together: what is told second was written second.
        self._order = asyncio.Lock()
        self._on_end: list[Callable[[], None]] = []

    def on_end(self, callback: Callable[[], None]) -> None:
        """Call ``callback`` each time a job has ended and its place in the queue is free."""
        self._on_end.append(callback)

    async def insert(self, job: Job) -> None:
        """Remember a new job."""
        await whole(self._insert(job))

    async def claim(self, project_id: str, queue_name: str, room: int) -> Job | None:
        """Take a queue's oldest waiting job, if the queue has room."""
        return await whole(self._claim(project_id, queue_name, room))

    async def move(self, job_id: str, move: Move) -> Job:
        """Move a job; raises ``IllegalMove`` when its state forbids it, ``NotFound`` when there is none."""
        return await whole(self._move(job_id, move))

    async def try_move(self, job_id: str, move: Move) -> Job | None:
        """Move a job if its state still allows it: whoever comes second loses quietly."""
        try:
            return await self.move(job_id, move)
        except IllegalMove as refused:
            log.info("move refused", job_id=job_id, state=refused.job.state, target=move.target)
            return None

    async def fail_waiting(self, project_id: str, reason: Reason, message: str) -> None:
        """Fail every job of a project that waits in a queue now."""
        await whole(self._fail_waiting(project_id, reason, message))

    def carry(self, job: Job) -> None:
        """Hold a job in memory until it ends."""
        self._live.carry(job)

    async def _insert(self, job: Job) -> None:
        async with self._order:
            await self._store.insert(job)
            self._tell(job)

    async def _claim(self, project_id: str, queue_name: str, room: int) -> Job | None:
        async with self._order:
            job = await self._store.claim(project_id, queue_name, room, self._clock())
            if job is not None:
                self.carry(job)
                self._tell(job)
            return job

    async def _move(self, job_id: str, move: Move) -> Job:
        async with self._order:
            job = await self._store.move(job_id, move, self._clock())
            self._tell(job)
            return job

    async def _fail_waiting(self, project_id: str, reason: Reason, message: str) -> None:
        async with self._order:
            for job in await self._store.fail_waiting(project_id, reason, message, self._clock()):
                self._tell(job)

    def _tell(self, job: Job) -> None:
        self._live.update(job)
        log.info("job", job_id=job.job_id, project_id=job.project_id, state=job.state, reason=job.reason)
        if job.is_terminal:
            for callback in self._on_end:
                callback()
