"""Forgets what is old: ended jobs and runs by age, kept rows by size, and rows that belong to no job."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import structlog

from headway.jobs.errors import StoreUnavailable
from headway.results.result_store import KeptResult, ResultStore
from headway.service.clock import Clock
from headway.service.whole import whole
from headway.store.history_store import HistoryStore
from headway.store.retention import KeptJob, RetentionStore

log = structlog.get_logger(__name__)

DAY_MS = 24 * 3600 * 1000
EVERY_SECONDS = 3600.0
BATCH = 100  # jobs of one transaction: other writers wait for some milliseconds


@dataclass(frozen=True, slots=True)
class Pruned:
    """What one round took away: jobs, results, and the bytes of those results."""

    jobs: int
    results: int
    bytes: int


def surplus(
    found: Iterable[KeptResult], known: Mapping[str, KeptJob], limit_bytes: int, now: int
) -> list[KeptResult]:
    """Choose the results that go: never one of a job that has not ended.

    Those go that nobody can read (their job did not finish), those that no job knows and that are older than
    a day, and then of the finished jobs the oldest, until all that stays is at most ``limit_bytes``.
    ``known`` holds jobs by id; ``now`` is epoch ms.
    """
    goes: list[KeptResult] = []
    finished: list[tuple[int, KeptResult]] = []
    kept_bytes = 0
    for result in found:
        job = known.get(result.job_id)
        if _is_nobodys(result, job, now):
            goes.append(result)
            continue
        kept_bytes += result.byte_count
        if job is not None and job.ended_at is not None:
            finished.append((job.ended_at, result))
    for _, result in sorted(finished, key=lambda pair: (pair[0], pair[1].job_id)):
        if kept_bytes <= limit_bytes:
            break
        goes.append(result)
        kept_bytes -= result.byte_count
    return goes


def _is_nobodys(result: KeptResult, job: KeptJob | None, now: int) -> bool:
    if job is None:
        return now - result.changed_at > DAY_MS
    return job.ended_at is not None and not job.is_finished


class Pruner:
    """Prunes at the start and then hourly. Several processes may do it over the same store and files."""

    def __init__(
        self,
        store: RetentionStore,
        results: ResultStore,
        days: float,
        limit_bytes: int,
        history: HistoryStore,
        history_days: float,
        clock: Clock,
    ) -> None:
        self._store = store
        self._results = results
        self._age_ms = int(days * DAY_MS)
        self._limit_bytes = limit_bytes
        self._history = history
        self._history_ms = int(history_days * DAY_MS)
        self._clock = clock
        self._loop: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to prune."""
        self._loop = asyncio.create_task(self._prune_forever(), name="pruner")

    async def stop(self) -> None:
        """Stop; what was begun is ended first."""
        if self._loop is not None:
            self._loop.cancel()
            with suppress(asyncio.CancelledError):
                await self._loop

    async def prune(self) -> Pruned:
        """Take away what is due now."""
        await whole(self._history.prune(self._clock() - self._history_ms))
        jobs, with_jobs = await self._forget_old_jobs()
        # Files first, jobs second: a job has its row before its files, so what is unknown then is nobody's.
        found = await asyncio.to_thread(self._results.find_all)
        known = await self._store.look_up([result.job_id for result in found])
        alone = await self._remove(surplus(found, known, self._limit_bytes, self._clock()))
        gone = with_jobs + alone
        pruned = Pruned(jobs, len(gone), sum(result.byte_count for result in gone))
        if pruned.jobs or pruned.results:
            log.info("pruned", jobs=pruned.jobs, results=pruned.results, bytes=pruned.bytes)
        return pruned

    async def _forget_old_jobs(self) -> tuple[int, list[KeptResult]]:
        before = self._clock() - self._age_ms
        count, gone = 0, list[KeptResult]()
        while batch := await self._store.find_ended(before, BATCH):
            # Rows first, job second: a kill between leaves a job whose rows are expired, as it will say,
            # and the next round comes back to it. The other way round rows of no job would be left.
            gone += await self._remove(await asyncio.to_thread(self._kept, batch))
            deleted = await whole(self._store.forget([job.job_id for job in batch], before))
            if not deleted:
                break  # another process is at the same jobs
            count += deleted
        return count, gone

    def _kept(self, jobs: Sequence[KeptJob]) -> list[KeptResult]:
        results = (self._results.find(job.project_id, job.job_id) for job in jobs)
        return [result for result in results if result is not None]

    async def _remove(self, results: Sequence[KeptResult]) -> list[KeptResult]:
        return [result for result in results if await asyncio.to_thread(self._removed, result)]

    def _removed(self, result: KeptResult) -> bool:
        try:
            self._results.delete(result.project_id, result.job_id)
        except OSError as error:
            # It stays in the way of nothing else; the next round tries again.
            log.warning("result not removed", job_id=result.job_id, reason=str(error))
            return False
        return True

    async def _prune_forever(self) -> None:
        while True:
            try:
                await self.prune()
            except (StoreUnavailable, OSError) as error:
                log.warning("not pruned; tried again later", reason=str(error))
            except Exception:  # one failure must not end all pruning
                log.exception("not pruned; tried again later")
            await asyncio.sleep(EVERY_SECONDS)
