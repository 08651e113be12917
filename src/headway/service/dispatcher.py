"""Hands waiting jobs to the runner, in order, as long as their queue has room."""

import asyncio
from collections.abc import Coroutine, Iterable

import structlog

from headway.jobs.errors import StoreUnavailable
from headway.jobs.job import Job
from headway.jobs.lifecycle import JobState, Reason
from headway.service.journal import Journal
from headway.service.membership import Membership
from headway.service.queues import Queues
from headway.service.runner import Runner
from headway.store.job_store import JobStore, Move
from headway.store.replica_store import ReplicaStore

log = structlog.get_logger(__name__)

LOOK_AGAIN_SECONDS = 5.0  # the net under wake-ups


class Dispatcher:
    """Claims jobs, takes over those that nobody carries, and runs each in a task of its own."""

    def __init__(
        self,
        store: JobStore,
        replicas: ReplicaStore,
        journal: Journal,
        membership: Membership,
        queues: Queues,
        runner: Runner,
    ) -> None:
        self._store = store
        self._replicas = replicas
        self._journal = journal
        self._membership = membership
        self._queues = queues
        self._runner = runner
        self._wake = asyncio.Event()
        self._stopping = False
        self._loop: asyncio.Task[None] | None = None
        self._running: dict[str, asyncio.Task[None]] = {}  # by job id

    def start(self) -> None:
        """Begin to claim."""
        self._journal.on_end(self.wake)
        self._loop = asyncio.create_task(self._claim_forever(), name="dispatcher")

    def wake(self) -> None:
        """Look at the queues now."""
        self._wake.set()

    async def adopt(self) -> int:
        """Take over every job under way that no living process carries; gives how many."""
        jobs = await self._replicas.adopt(self._membership.id)
        for job in jobs:
            self._take(job)
        return len(jobs)

    async def reconcile(self) -> None:
        """Follow what other replicas did to the jobs carried here, and carry what is ours."""
        drift = await self._journal.reconcile()
        for job in drift.unknown:
            self._take(job)
        for job in drift.changed:
            if job.state is JobState.CANCELLING:
                self._runner.interrupt(job.job_id)
        for job in drift.gone:
            if job.is_terminal:
                self.drop(job.job_id)
            else:
                await self.let_go([job.job_id])

    def drop(self, job_id: str) -> None:
        """Give up the work on a job that has ended: what it holds in Spark is closed."""
        if (task := self._running.get(job_id)) is not None:
            task.cancel()

    def _take(self, job: Job) -> None:
        if job.job_id in self._running:
            return  # what it was doing is just ending; looked at again soon
        self._journal.carry(job)
        self._spawn(
            job, self._runner.run(job) if job.state is JobState.LAUNCHING else self._runner.resume(job)
        )

    async def stop(self) -> None:
        """Stop claiming and let go of the running jobs: Spark goes on, a later start adopts them."""
        await self.stop_claiming()
        await self.let_go_all()

    async def stop_claiming(self) -> None:
        """Leave the waiting jobs in their queues from now on."""
        self._stopping = True
        self.wake()
        if self._loop is not None:
            await self._loop

    async def let_go_all(self) -> None:
        """Stop carrying every job: this replica was taken for dead, and others carry them."""
        await self.let_go(list(self._running))

    async def let_go(self, job_ids: Iterable[str]) -> None:
        """Stop carrying these jobs, as they are: somebody else goes on with them."""
        tasks = []
        for job_id in job_ids:
            if (task := self._running.get(job_id)) is not None:
                self._runner.let_go(job_id)
                task.cancel()
                tasks.append(task)
        await asyncio.gather(*tasks, return_exceptions=True)

    async def claim_all(self) -> int:
        """Claim every job that has room; gives how many."""
        claimed = 0
        for project_id, queue_name in await self._store.queues_waiting():
            room = self._queues.room(queue_name)
            while not self._stopping:
                job = await self._journal.claim(project_id, queue_name, room)
                if job is None:
                    break
                self._spawn(job, self._runner.run(job))
                claimed += 1
        return claimed

    async def _claim_forever(self) -> None:
        while not self._stopping:
            self._wake.clear()
            try:
                await self.claim_all()
            except StoreUnavailable as error:
                log.warning("store away; claimed again soon", reason=str(error))
            except Exception:  # a store that fails for a moment must not end all claiming
                log.exception("claiming failed; tried again soon")
            try:
                async with asyncio.timeout(LOOK_AGAIN_SECONDS):
                    await self._wake.wait()
            except TimeoutError:
                continue

    def _spawn(self, job: Job, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(self._carry(job, work), name=f"job {job.job_id}")
        self._running[job.job_id] = task
        task.add_done_callback(lambda _: self._running.pop(job.job_id, None))

    async def _carry(self, job: Job, work: Coroutine[None, None, None]) -> None:
        with structlog.contextvars.bound_contextvars(job_id=job.job_id, project_id=job.project_id):
            try:
                await work
            except Exception:  # a bug must end this job with a reason, and no other
                log.exception("job ended by an internal error")
                text = "internal error; the service log has the details"
                await self._journal.settle(job.job_id, Move(JobState.FAILED, Reason.INTERNAL, text))
