"""What earlier runs of a project tell about a statement, and what a finished run adds to that."""

from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from headway.jobs.errors import StoreUnavailable
from headway.jobs.fingerprint import fingerprint, first_shape
from headway.jobs.job import Job
from headway.jobs.lifecycle import JobState
from headway.jobs.profile import Profile, profile_of
from headway.jobs.subjob import Snapshot
from headway.jobs.tables import Table, learn
from headway.store.history_store import HistoryStore
from headway.store.table_store import TableStore

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known when a run begins: earlier runs of the statement, newest first, and tables by scan."""

    runs: tuple[Profile, ...] = ()
    tables: Mapping[str, Table] | None = None


class RunHistory:
    """Remembers finished runs, unless that is turned off."""

    def __init__(self, store: HistoryStore, tables: TableStore, *, enabled: bool = True) -> None:
        self._store = store
        self._tables = tables
        self._enabled = enabled

    async def recall(self, job: Job) -> Known:
        """Give what is known for a job that begins to run."""
        if not self._enabled:
            return Known()
        try:
            runs = await self._store.recall(job.project_id, fingerprint(job.request.sql))
            return Known(runs, await self._tables.recall(job.project_id))
        except StoreUnavailable as error:
            log.warning("earlier runs are not known", job_id=job.job_id, reason=str(error))
            return Known()

    async def recall_shape(self, job: Job, shape: str) -> tuple[Profile, ...]:
        """Give earlier runs of any statement with a plan of this shape, newest first."""
        if not self._enabled:
            return ()
        try:
            return await self._store.recall_shape(job.project_id, shape)
        except StoreUnavailable as error:
            log.warning("runs with the same plan are not known", job_id=job.job_id, reason=str(error))
            return ()

    async def remember(self, job: Job, snapshot: Snapshot) -> None:
        """Keep what a run that has FINISHED tells."""
        is_whole = job.state is JobState.FINISHED and job.started_at is not None and job.ended_at is not None
        if not self._enabled or not is_whole or not snapshot.subjobs:
            return
        profile = profile_of(snapshot, job.started_at or 0, job.ended_at or 0)
        try:
            mark, shape = fingerprint(job.request.sql), first_shape(snapshot.plans)
            await self._store.remember(job.project_id, mark, shape, job.job_id, profile)
            if tables := learn(snapshot):
                await self._tables.remember(job.project_id, tables, profile.ended_at)
        except StoreUnavailable as error:
            log.warning("the run is not remembered", job_id=job.job_id, reason=str(error))
