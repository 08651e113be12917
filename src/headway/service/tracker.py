"""What Spark says of running jobs: one reader an engine, any number of callers."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from contextvars import Context
from dataclasses import dataclass, field, replace

import structlog

from headway.engine.base import Engine, EngineHost
from headway.jobs.errors import ProgressUnavailable, StoreUnavailable
from headway.jobs.estimate import Basis, Estimate, Remaining
from headway.jobs.estimator import Estimator
from headway.jobs.job import Job
from headway.jobs.lifecycle import BEFORE_SPARK, JobState
from headway.jobs.phase import phase_of
from headway.jobs.progress import contract_progress
from headway.jobs.subjob import Snapshot
from headway.service.clock import Clock
from headway.service.engine_usage import EngineUsage
from headway.service.run_history import RunHistory
from headway.service.watch import AHEAD_MS, JobProgress, Watch
from headway.store.progress_store import KeptProgress, ProgressStore

log = structlog.get_logger(__name__)

# Each read costs Spark some milliseconds of a core: often at first, when short jobs come and go, then calmly.
READ_SECONDS = (0.2, 0.8)
# Nobody asks: what is kept of the run is coarser, and who asks then has it read at once.
UNASKED_MS = 5_000
READ_UNASKED_SECONDS = (0.5, 1.0)
READ_SHARE = 0.15  # of the youngest job's age
# A young engine takes long to write the page with a plan's figures: a job that ended is read until it has.
LAST_FIGURES_MS = 2_000
READ_LAST_SECONDS = 0.1
FRESH_MS = 1_000  # a snapshot younger than this is answered at once
TOO_OLD_MS = 3_000  # an older one is not given any more, whatever Spark does
WAIT_SECONDS = 0.9  # a caller never waits longer than 1 s
KEEP_EVERY_MS = 1_000  # what is said is kept so often, when nobody else answers from the store
KEEP_SECONDS = 0.5  # a store that takes longer to keep what is said does not hold progress up


# Told of everything that is read of a job: its id, what Spark says, bytes of its rows that are kept here.
Witness = Callable[[str, Snapshot, int], None]


@dataclass(slots=True)
class Tracker:
    """Reads Spark's monitoring for the jobs of one engine while any of them runs."""

    host: EngineHost
    store: ProgressStore
    history: RunHistory
    clock: Clock
    keep_snapshots: bool = False  # other replicas answer from the store
    witness: Witness | None = None
    usage: EngineUsage = field(default_factory=EngineUsage)
    reads: int = 0  # polls of Spark so far
    _watched: dict[str, Watch] = field(default_factory=dict)
    _read_done: asyncio.Event = field(default_factory=asyncio.Event)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _loop: asyncio.Task[None] | None = None
    _keeping: asyncio.Task[None] | None = None
    _is_pausing: bool = False  # between two reads

    def watch(self, job: Job, *, again: bool = False, kept_bytes: Callable[[], int] | None = None) -> None:
        """Begin to read what Spark says of a job; ``again``: something may have been said of it before."""
        watch = self._watched.setdefault(job.job_id, Watch(job, self.clock(), must_recall=again))
        watch.kept_bytes = kept_bytes or watch.kept_bytes
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
        watch.leave_by = self.clock() + LAST_FIGURES_MS
        self._read_now()
        await watch.is_gone.wait()
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
        self._note_asked(watch)
        snapshot = watch.snapshot
        if snapshot is None or self.clock() - snapshot.taken_at > FRESH_MS:
            snapshot = await self._fresh(watch)
        return watch.say(job, snapshot, self.clock())

    async def _at_rest(self, job: Job, watch: Watch | None) -> JobProgress:
        """Speak of a job that does not run: not yet, or not any more."""
        snapshot = Snapshot(self.clock())
        kept = None
        if watch is not None and job.is_terminal:
            # Spark's last word is about to come: with it, what is said of the run is whole.
            with suppress(TimeoutError):
                async with asyncio.timeout(WAIT_SECONDS):
                    await watch.is_gone.wait()
        if watch is not None and watch.estimator is None:
            watch = None  # it does not know yet what was said before
        if watch is None and job.started_at is not None:
            if (writing := self._writing()) is not None:
                await asyncio.wait((writing,), timeout=WAIT_SECONDS)  # it may be about this job
            kept = await self._kept(job.job_id)
        curve = kept.curve if kept else watch.curve if watch else ()
        if job.state is JobState.FINISHED:
            estimate = Estimate(1.0, 1.0, 1.0, Remaining(0.0, 0.0, 0.0), _basis(kept, watch, self.clock()))
        elif watch is not None:
            estimate = replace(watch.estimate(self.clock()), remaining=None)
        else:
            fraction = kept.fraction if kept else 0.0
            estimate = Estimate(fraction, fraction, 1.0, None, _basis(kept, None, 0))
        if kept is not None and kept.snapshot is not None:
            snapshot = kept.snapshot
        elif watch is not None and watch.snapshot is not None and job.is_terminal:
            snapshot = watch.snapshot
        # The contract's answer has no subjobs before and after the run.
        progress = contract_progress(job.state, Snapshot(0), 0.0)
        phase = phase_of(job.state, job.job_type, snapshot)
        return JobProgress(job, progress, snapshot, estimate, phase, (), curve)

    async def _kept(self, job_id: str) -> KeptProgress | None:
        try:
            return await self.store.get(job_id)
        except StoreUnavailable:
            return None

    async def _from_store(self, job: Job) -> JobProgress:
        """Speak of a job that another replica carries."""
        kept = await self.store.get(job.job_id)
        if kept is None or kept.snapshot is None:
            raise ProgressUnavailable("the job is not followed by this process")
        if self.clock() - kept.snapshot.taken_at > TOO_OLD_MS:
            raise ProgressUnavailable("the process that follows the job says nothing new")
        progress = contract_progress(job.state, kept.snapshot, kept.fraction)
        estimate = kept.estimate or Estimate(kept.fraction, kept.fraction, 1.0)
        phase = phase_of(job.state, job.job_type, kept.snapshot)
        return JobProgress(job, progress, kept.snapshot, estimate, phase, (), kept.curve)

    async def close(self) -> None:
        """Stop reading."""
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)
        if self._keeping is not None:
            await asyncio.wait((self._keeping,))
        self._watched.clear()

    async def _fresh(self, watch: Watch) -> Snapshot:
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
        if any(watch.is_leaving for watch in self._watched.values()):
            return READ_LAST_SECONDS
        youngest = min((now - watch.since for watch in self._watched.values()), default=0)
        least, most = READ_SECONDS if self._is_asked(now) else READ_UNASKED_SECONDS
        return min(most, max(least, READ_SHARE * youngest / 1000))

    def _note_asked(self, watch: Watch) -> None:
        now = self.clock()
        was_asked = self._is_asked(now)
        watch.asked_at = now
        if self._is_pausing and not was_asked:
            self._read_now()  # the next read may be far off

    def _is_asked(self, now: int) -> bool:
        """Whether anybody looks: other replicas' callers do not show here, a recorder looks all the time."""
        if self.keep_snapshots or self.witness is not None:
            return True
        return any(now - watch.asked_at < UNASKED_MS for watch in self._watched.values())

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
                leaving = [job_id for job_id, watch in self._watched.items() if watch.is_leaving]
                engine = await self.host.find()
                is_known = False
                try:
                    await self._read_once(engine)
                    is_known, trouble = True, ""
                except ProgressUnavailable as error:
                    # Said once, not at each read.
                    if str(error) != trouble:
                        log.warning("monitoring does not answer", reason=str(error))
                    trouble = str(error)
                for job_id in leaving:
                    if engine is None or self._watched[job_id].may_leave(self.clock(), is_known=is_known):
                        self._let_go(job_id, engine)
                # A newly watched job is read at once, not an interval later.
                self._is_pausing = True
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._pause()):
                        await self._wake.wait()
                self._is_pausing = False
        finally:
            for watch in self._watched.values():
                if watch.is_leaving:
                    watch.is_gone.set()

    async def _read_once(self, engine: Engine | None) -> None:
        if engine is None:
            raise ProgressUnavailable("the engine is gone")
        # Jobs that come while this looks up and reads are for the next time.
        watched = dict(self._watched)
        for watch in watched.values():
            if watch.estimator is None:
                await self._recall(watch)
        self.reads += 1
        snapshots = await engine.snapshots(list(watched))
        busy = {job_id: _running_tasks(snapshot) for job_id, snapshot in snapshots.items()}
        for snapshot in snapshots.values():
            self.usage.note(snapshot.taken_at, snapshot.capacity, sum(busy.values()))
        seen = {job_id: watch for job_id, watch in watched.items() if job_id in snapshots}
        said = []
        for job_id, watch in seen.items():
            snapshot = snapshots[job_id]
            if self.witness is not None:
                self.witness(job_id, snapshot, watch.kept_bytes())
            if (shape := watch.asks_for(snapshot)) is not None:
                watch.learn(await self.history.recall_shape(watch.job, shape))
            now = self.clock()
            estimate = watch.see(snapshot, now)
            if self._is_due(watch):
                # Where others answer too, all say what was kept last.
                fraction = watch.ahead(now, 0 if self.keep_snapshots else AHEAD_MS)
                kept = snapshot if self.keep_snapshots or watch.is_leaving else None
                said.append(KeptProgress(job_id, fraction, kept, estimate, watch.curve))
        # Kept before it is said: no other replica and no later process says less.
        await self._keep(said, is_last=any(watch.is_leaving for watch in seen.values()))
        for job_id, watch in seen.items():
            watch.snapshot = snapshots[job_id]
            watch.competitors = tuple((each, busy[each]) for each in busy if each != job_id and busy[each])
        # Everybody who waits now is woken; who comes later waits for the next read.
        self._read_done.set()
        self._read_done = asyncio.Event()

    async def _recall(self, watch: Watch) -> None:
        """Look up what earlier runs tell, and what was said of this one before."""
        job = watch.job
        kept = await self._kept(job.job_id) if watch.must_recall else None
        known = await self.history.recall(job)
        watch.curve = kept.curve if kept else ()
        watch.estimator = Estimator(
            job.started_at or watch.since,
            known.runs,
            floor=kept.fraction if kept else 0.0,
            tables=known.tables,
        )
        watch.cap = kept.fraction if kept else 0.0

    def _is_due(self, watch: Watch) -> bool:
        """Whether what is said of a job is to be kept: each time when others answer from it."""
        now = self.clock()
        if self.keep_snapshots or watch.is_leaving:
            return True
        return now - watch.kept_at >= KEEP_EVERY_MS or watch.needs_more(now)

    def _writing(self) -> asyncio.Task[None] | None:
        return None if self._keeping is None or self._keeping.done() else self._keeping

    async def _keep(self, rows: list[KeptProgress], *, is_last: bool) -> None:
        before = self._writing()
        # What is not kept now is said again after the next read; of a job that leaves there is none.
        if not rows or (before is not None and not is_last):
            return
        self._keeping = asyncio.create_task(self._keep_rows(rows, before))
        await asyncio.wait((self._keeping,), timeout=KEEP_SECONDS)

    async def _keep_rows(self, rows: list[KeptProgress], before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait((before,))
        try:
            await self.store.keep(rows)
            for row in rows:
                if (watch := self._watched.get(row.job_id)) is not None:
                    watch.allow(row.fraction)
        except StoreUnavailable as error:
            log.warning("progress is not kept", reason=str(error))

    def _let_go(self, job_id: str, engine: Engine | None) -> None:
        watch = self._watched.pop(job_id)
        if engine is not None:
            engine.forget(job_id)
        watch.is_gone.set()


def _running_tasks(snapshot: Snapshot) -> int:
    return sum(subjob.num_active_tasks or 0 for subjob in snapshot.subjobs if subjob.is_running)


def _basis(kept: KeptProgress | None, watch: Watch | None, now: int) -> Basis:
    if kept is not None and kept.estimate is not None:
        return kept.estimate.basis
    return watch.estimate(now).basis if watch is not None else Basis.TASKS
