"""What Spark says of running jobs: one reader an engine, any number of callers."""

import asyncio
from collections.abc import Mapping
from contextvars import Context
from dataclasses import dataclass, field

import structlog

from headway.engine.base import Engine, EngineHost
from headway.jobs.errors import ProgressUnavailable, StoreUnavailable
from headway.jobs.job import Job
from headway.jobs.lifecycle import BEFORE_SPARK, JobState
from headway.jobs.progress import Progress, contract_progress, job_fraction
from headway.jobs.subjob import Snapshot
from headway.service.clock import Clock
from headway.store.progress_store import KeptProgress, ProgressStore

log = structlog.get_logger(__name__)

# Each read costs Spark some milliseconds of a core: often at first, when short jobs come and go, then calmly.
READ_EVERY_SECONDS = 0.5
READ_EARLY_SECONDS = 0.2
EARLY_MS = 2_000
FRESH_MS = 1_000  # a snapshot younger than this is answered at once
TOO_OLD_MS = 3_000  # an older one is not given any more, whatever Spark does
WAIT_SECONDS = 0.9  # a caller never waits longer than 1 s
KEEP_SECONDS = 0.5  # a store that takes longer to keep what is said does not hold progress up


@dataclass(frozen=True, slots=True)
class JobProgress:
    """A job with its progress. The same object is given until the job or the snapshot changes."""

    job: Job
    progress: Progress
    snapshot: Snapshot
    fraction: float  # of the whole job; never falls, 1 only at FINISHED


@dataclass(slots=True)
class _Watch:
    since: int  # epoch ms
    snapshot: Snapshot | None = None
    said: float = 0.0  # whole-job number last said; only rises
    must_recall: bool = False  # what was said before is not looked up yet
    last: JobProgress | None = None
    left: asyncio.Event | None = None  # the job has ended; set after one more read


@dataclass(slots=True)
class Tracker:
    """Reads Spark's monitoring for the jobs of one engine while any of them runs."""

    host: EngineHost
    store: ProgressStore
    clock: Clock
    keep_snapshots: bool = False  # other replicas answer from the store
    reads: int = 0  # polls of Spark so far
    _watched: dict[str, _Watch] = field(default_factory=dict)
    _read_done: asyncio.Event = field(default_factory=asyncio.Event)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _loop: asyncio.Task[None] | None = None
    _keeping: asyncio.Task[None] | None = None

    def watch(self, job_id: str, *, again: bool = False) -> None:
        """Begin to read what Spark says of a job; ``again``: something may have been said of it before."""
        self._watched.setdefault(job_id, _Watch(self.clock(), must_recall=again))
        self._read_now()

    async def said_before(self, job_id: str) -> float:
        """Give the whole-job number that was last said, by this process or another."""
        try:
            kept = await self.store.get(job_id)
        except StoreUnavailable:
            return 0.0
        return kept.fraction if kept is not None else 0.0

    async def look(self, job_id: str) -> Snapshot | None:
        """Give what Spark says of a statement that has just ended, within a second: its word may lag."""
        watch = self._watched.get(job_id)
        if watch is None:
            return None
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                running = True
                while running:
                    self._read_now()
                    running = any(subjob.is_running for subjob in (await self._fresh(watch)).subjobs)
        except (TimeoutError, ProgressUnavailable):
            log.info("figures may be incomplete", job_id=job_id)
        return watch.snapshot

    async def unwatch(self, job_id: str) -> Snapshot | None:
        """End reading; gives the last snapshot, taken from now on if Spark answers."""
        watch = self._watched.get(job_id)
        if watch is None:
            if (engine := await self.host.find()) is not None:
                engine.forget(job_id)
            return None
        # The loop lets go of it: a read under way must not meet a job that the engine has forgotten.
        watch.left = asyncio.Event()
        self._read_now()
        await watch.left.wait()
        return watch.snapshot

    async def progress(self, job: Job) -> JobProgress:
        """Give a job's progress; waits a bounded time for a fresh word of Spark.

        Raises ``ProgressUnavailable`` when Spark does not give one.
        """
        watch = self._watched.get(job.job_id)
        if job.state in BEFORE_SPARK or job.is_terminal:
            return await self._at_rest(job, watch)
        if watch is None:
            return await self._from_store(job)
        snapshot = watch.snapshot
        if snapshot is None or self.clock() - snapshot.taken_at > FRESH_MS:
            snapshot = await self._fresh(watch)
        return _say(watch, job, snapshot)

    async def _at_rest(self, job: Job, watch: _Watch | None) -> JobProgress:
        """Speak of a job of which Spark has nothing, or nothing any more."""
        nothing = Snapshot(self.clock())
        if job.state is JobState.FINISHED:
            fraction = 1.0
        elif watch is not None:
            fraction = watch.said
        else:
            never_ran = job.started_at is None
            fraction = 0.0 if never_ran else await self.said_before(job.job_id)
        return JobProgress(job, contract_progress(job.state, nothing, 0.0), nothing, fraction)

    async def _from_store(self, job: Job) -> JobProgress:
        """Speak of a job that another replica carries."""
        kept = await self.store.get(job.job_id)
        if kept is None or kept.snapshot is None:
            raise ProgressUnavailable("the job is not followed by this process")
        if self.clock() - kept.snapshot.taken_at > TOO_OLD_MS:
            raise ProgressUnavailable("the process that follows the job says nothing new")
        progress = contract_progress(job.state, kept.snapshot, kept.fraction)
        return JobProgress(job, progress, kept.snapshot, kept.fraction)

    async def close(self) -> None:
        """Stop reading."""
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)
        if self._keeping is not None:
            await asyncio.wait((self._keeping,))
        self._watched.clear()

    async def _fresh(self, watch: _Watch) -> Snapshot:
        before = watch.snapshot
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                while watch.snapshot is before or watch.snapshot is None:
                    await self._read_done.wait()
        except TimeoutError:
            # A garbage collection of Spark's is no reason to know nothing; an engine that hangs is.
            if watch.snapshot is None or self.clock() - watch.snapshot.taken_at > TOO_OLD_MS:
                raise ProgressUnavailable("Spark's monitoring does not answer") from None
        return watch.snapshot

    def _pause(self) -> float:
        now = self.clock()
        early = any(now - watch.since < EARLY_MS for watch in self._watched.values())
        return READ_EARLY_SECONDS if early else READ_EVERY_SECONDS

    def _read_now(self) -> None:
        self._wake.set()
        if self._loop is None or self._loop.done():
            # A context of its own: its log lines are not those of the job that happens to come first.
            self._loop = asyncio.create_task(self._read_while_watched(), name="tracker", context=Context())

    async def _read_while_watched(self) -> None:
        try:
            trouble = ""
            while self._watched:
                self._wake.clear()
                leaving = [job_id for job_id, watch in self._watched.items() if watch.left is not None]
                engine = await self.host.find()
                try:
                    await self._read_once(engine)
                    trouble = ""
                except ProgressUnavailable as error:
                    # Said once, not at each read.
                    if str(error) != trouble:
                        log.warning("monitoring does not answer", reason=str(error))
                    trouble = str(error)
                for job_id in leaving:
                    self._let_go(job_id, engine)
                try:
                    # A newly watched job is read at once, not an interval later.
                    async with asyncio.timeout(self._pause()):
                        await self._wake.wait()
                except TimeoutError:
                    continue
        finally:
            for watch in self._watched.values():
                if watch.left is not None:
                    watch.left.set()

    async def _read_once(self, engine: Engine | None) -> None:
        if engine is None:
            raise ProgressUnavailable("the engine is gone")
        for job_id, known in list(self._watched.items()):
            if known.must_recall:
                known.said = await self.said_before(job_id)
                known.must_recall = False
        self.reads += 1
        snapshots = await engine.snapshots(list(self._watched))
        said = {
            job_id: max(watch.said, job_fraction(snapshots[job_id]))
            for job_id, watch in self._watched.items()
            if job_id in snapshots
        }
        # Kept before it is said: no other replica and no later process says less.
        await self._keep(said, snapshots)
        for job_id, fraction in said.items():
            if (watch := self._watched.get(job_id)) is not None:
                watch.snapshot, watch.said = snapshots[job_id], fraction
        # Everybody who waits now is woken; who comes later waits for the next read.
        self._read_done.set()
        self._read_done = asyncio.Event()

    async def _keep(self, said: Mapping[str, float], snapshots: Mapping[str, Snapshot]) -> None:
        leaving = {job_id for job_id, watch in self._watched.items() if watch.left is not None}
        rows = [
            KeptProgress(job_id, fraction, snapshots[job_id] if self._is_kept(job_id, leaving) else None)
            for job_id, fraction in said.items()
            if self._is_kept(job_id, leaving) or fraction > self._watched[job_id].said
        ]
        if self._keeping is not None and not self._keeping.done():
            return
        self._keeping = asyncio.create_task(self._keep_rows(rows))
        await asyncio.wait((self._keeping,), timeout=KEEP_SECONDS)

    async def _keep_rows(self, rows: list[KeptProgress]) -> None:
        try:
            await self.store.keep(rows)
        except StoreUnavailable as error:
            log.warning("progress is not kept", reason=str(error))

    def _is_kept(self, job_id: str, leaving: set[str]) -> bool:
        return self.keep_snapshots or job_id in leaving

    def _let_go(self, job_id: str, engine: Engine | None) -> None:
        watch = self._watched.pop(job_id)
        if engine is not None:
            engine.forget(job_id)
        if watch.left is not None:
            watch.left.set()


def _say(watch: _Watch, job: Job, snapshot: Snapshot) -> JobProgress:
    last = watch.last
    if last is not None and last.job is job and last.snapshot is snapshot:
        return last
    progress = contract_progress(job.state, snapshot, watch.said)
    watch.last = JobProgress(job, progress, snapshot, watch.said)
    return watch.last
