"""What Spark says of running jobs: one reader an engine, any number of callers."""

import asyncio
from collections.abc import Mapping
from contextvars import Context
from dataclasses import dataclass, field

import structlog

from headway.engine.base import Engine, EngineHost
from headway.jobs.errors import ProgressUnavailable
from headway.jobs.job import Job
from headway.jobs.lifecycle import BEFORE_SPARK, JobState
from headway.jobs.progress import Progress, contract_progress, job_fraction
from headway.jobs.subjob import Snapshot
from headway.service.clock import Clock

log = structlog.get_logger(__name__)

# Each read costs Spark some milliseconds of a core: often at first, when short jobs come and go, then calmly.
READ_EVERY_SECONDS = 0.5
READ_EARLY_SECONDS = 0.2
EARLY_MS = 2_000
FRESH_MS = 1_000  # a snapshot younger than this is answered at once
TOO_OLD_MS = 3_000  # an older one is not given any more, whatever Spark does
WAIT_SECONDS = 0.9  # a caller never waits longer than 1 s
ENDED_KEPT = 5_000  # ended jobs whose last number is remembered


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
    last: JobProgress | None = None
    left: asyncio.Event | None = None  # the job has ended; set after one more read


@dataclass(slots=True)
class Tracker:
    """Reads Spark's monitoring for the jobs of one engine while any of them runs."""

    host: EngineHost
    clock: Clock
    reads: int = 0  # polls of Spark so far
    _watched: dict[str, _Watch] = field(default_factory=dict)
    _ended: dict[str, float] = field(default_factory=dict)  # numbers last said, oldest first
    _read_done: asyncio.Event = field(default_factory=asyncio.Event)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _loop: asyncio.Task[None] | None = None

    def watch(self, job_id: str) -> None:
        """Begin to read what Spark says of a job."""
        self._watched.setdefault(job_id, _Watch(self.clock()))
        self._read_now()

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
            nothing = Snapshot(self.clock())
            said = watch.said if watch is not None else self._ended.get(job.job_id, 0.0)
            fraction = 1.0 if job.state is JobState.FINISHED else said
            return JobProgress(job, contract_progress(job.state, nothing, 0.0), nothing, fraction)
        if watch is None:
            raise ProgressUnavailable("the job is not followed by this process")
        snapshot = watch.snapshot
        if snapshot is None or self.clock() - snapshot.taken_at > FRESH_MS:
            snapshot = await self._fresh(watch)
        return _say(watch, job, snapshot)

    async def close(self) -> None:
        """Stop reading."""
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)
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
        self.reads += 1
        self._take(await engine.snapshots(list(self._watched)))

    def _take(self, snapshots: Mapping[str, Snapshot]) -> None:
        for job_id, snapshot in snapshots.items():
            if (watch := self._watched.get(job_id)) is not None:
                watch.snapshot = snapshot
        # Everybody who waits now is woken; who comes later waits for the next read.
        self._read_done.set()
        self._read_done = asyncio.Event()

    def _let_go(self, job_id: str, engine: Engine | None) -> None:
        watch = self._watched.pop(job_id)
        work = job_fraction(watch.snapshot) if watch.snapshot is not None else 0.0
        self._ended[job_id] = max(watch.said, work)
        if len(self._ended) > ENDED_KEPT:
            del self._ended[next(iter(self._ended))]
        if engine is not None:
            engine.forget(job_id)
        if watch.left is not None:
            watch.left.set()


def _say(watch: _Watch, job: Job, snapshot: Snapshot) -> JobProgress:
    last = watch.last
    if last is not None and last.job is job and last.snapshot is snapshot:
        return last
    progress = contract_progress(job.state, snapshot, watch.said)
    watch.said = max(watch.said, job_fraction(snapshot))
    watch.last = JobProgress(job, progress, snapshot, watch.said)
    return watch.last
