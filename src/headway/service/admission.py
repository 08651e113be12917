"""Which submissions become jobs: one that names a job already made gets that one, a full queue takes none."""

import hashlib
import json

from headway.jobs.errors import TokenReused, TooBusy
from headway.jobs.job import Job, JobRequest
from headway.service.journal import Journal, QueueFull
from headway.service.queues import Queues
from headway.store.job_store import DuplicateToken, JobStore

FULL_RETRY_SECONDS = 5


class Admission:
    """The way in for every new job."""

    def __init__(self, store: JobStore, journal: Journal, queues: Queues) -> None:
        self._store = store
        self._journal = journal
        self._queues = queues

    async def admit(self, job: Job) -> Job:
        """Remember a new job and give it, or the one that its client token names already.

        Raises ``TooBusy`` when its queue is full and ``TokenReused`` when the token names another request.
        """
        queue = self._queues.get(job.request.queue_name)
        try:
            await self._journal.insert(job, queue.max_waiting)
        except DuplicateToken as taken:
            return _same(job, taken.job)
        except QueueFull:
            # What was accepted before is not refused when it is sent again.
            earlier = await self._store.find_by_token(job.project_id, job.client_token)
            if earlier is not None:
                return _same(job, earlier)
            text = f"The queue {queue.name} is full: {queue.max_waiting:,} jobs wait in it"
            raise TooBusy(text, FULL_RETRY_SECONDS) from None
        return job


def digest_of(owner: str, request: JobRequest) -> str:
    """Give what tells one request from another: who asks, and for what; SHA-256 in hex."""
    said = [
        owner,
        request.sql,
        request.queue_name,
        request.current_db,
        request.current_catalog,
        request.engine_type,
        sorted(request.conf.items()),
        sorted((tag.key, tag.value) for tag in request.tags),
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _same(job: Job, earlier: Job) -> Job:
    if earlier.request_digest != job.request_digest:
        raise TokenReused(job.client_token or "", earlier.job_id)
    return earlier
