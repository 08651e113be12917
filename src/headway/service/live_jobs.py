"""The jobs this process carries, in memory: what progress is answered from, and who waits for an end."""

import asyncio
from collections import defaultdict

from headway.jobs.job import Job


class LiveJobs:
    """Claimed jobs that have not ended, by id, and the callers that wait for jobs to end."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._waiters: defaultdict[str, set[asyncio.Future[Job]]] = defaultdict(set)

    def get(self, job_id: str) -> Job | None:
        """Give a job that is carried here."""
        return self._jobs.get(job_id)

    def all(self) -> list[Job]:
        """Give every job that is carried here."""
        return list(self._jobs.values())

    def carry(self, job: Job) -> None:
        """Hold a job here until it ends."""
        self._jobs[job.job_id] = job

    def drop(self, job_id: str) -> None:
        """Hold a job no longer: another replica carries it."""
        self._jobs.pop(job_id, None)

    def update(self, job: Job) -> None:
        """Take a job's newest state; one that has ended is let go and its waiters are told."""
        if not job.is_terminal:
            if job.job_id in self._jobs:
                self._jobs[job.job_id] = job
            return
        self._jobs.pop(job.job_id, None)
        for waiter in self._waiters.pop(job.job_id, ()):
            if not waiter.done():
                waiter.set_result(job)

    def waiter(self, job_id: str) -> asyncio.Future[Job]:
        """Give a future that gets the job when it ends. Ask the store after this, not before."""
        future: asyncio.Future[Job] = asyncio.get_running_loop().create_future()
        self._waiters[job_id].add(future)
        future.add_done_callback(lambda done: self._forget(job_id, done))
        return future

    def _forget(self, job_id: str, future: asyncio.Future[Job]) -> None:
        waiting = self._waiters.get(job_id)
        if waiting is not None:
            waiting.discard(future)
            if not waiting:
                del self._waiters[job_id]
