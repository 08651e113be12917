"""What is known of one job's progress while it runs: the last read, the estimate, the curve so far."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from headway.jobs.curve import add
from headway.jobs.estimate import Estimate, Phase, Sample
from headway.jobs.estimator import Estimator
from headway.jobs.fingerprint import first_shape
from headway.jobs.job import Job
from headway.jobs.phase import phase_of
from headway.jobs.profile import Profile
from headway.jobs.progress import Progress, contract_progress
from headway.jobs.subjob import Snapshot

SAMPLE_MS = 250  # points of the curve are no closer
SAME_MS = 500  # for so long the same answer is given
AHEAD_MS = 2_000  # what is kept may be said for so long


@dataclass(frozen=True, slots=True)
class JobProgress:
    """A job with its progress. ``competitors`` are other jobs of the engine, with the tasks they run."""

    job: Job
    progress: Progress  # the contract's
    snapshot: Snapshot
    estimate: Estimate  # of the whole job; never falls, 1 only at FINISHED
    phase: Phase
    competitors: tuple[tuple[str, int], ...] = ()
    curve: tuple[Sample, ...] = ()


@dataclass(slots=True)
class Watch:
    """A job that is read again and again."""

    job: Job
    since: int  # epoch ms
    must_recall: bool  # what was said before, by another process or attempt, is to be looked up
    kept_bytes: Callable[[], int] = field(default=int)  # of the job's rows, so far
    snapshot: Snapshot | None = None
    estimator: Estimator | None = None  # made when what is known of earlier runs was looked up
    knows_shape: bool = False  # whether runs with the same plan were looked up too
    curve: tuple[Sample, ...] = ()
    competitors: tuple[tuple[str, int], ...] = ()
    asked_at: int = 0  # when anybody last asked how far it is; epoch ms
    kept_at: int = 0  # when what is said was last kept; epoch ms
    cap: float = 0.0  # the most that may be said until more is kept: a later process must not say less
    leave_by: int | None = None  # the job has ended: until then its last figures are read; epoch ms
    is_gone: asyncio.Event = field(default_factory=asyncio.Event)  # set after that read
    last: tuple[int, JobProgress] | None = None

    @property
    def is_leaving(self) -> bool:
        """Whether the job has ended: one more read, or some until its last figures are there."""
        return self.leave_by is not None

    def see(self, snapshot: Snapshot, now: int) -> Estimate:
        """Take in a read; gives what is to be said from now on (epoch ms), once that is kept."""
        estimator = self._estimator()
        estimator.see(snapshot, self.kept_bytes(), now)
        said = estimator.say(now)
        if not self.curve or snapshot.taken_at - self.curve[-1].at >= SAMPLE_MS or self.is_leaving:
            left = said.remaining
            self.curve = add(
                self.curve,
                Sample(snapshot.taken_at, said.fraction, said.low, said.high, left.likely if left else None),
            )
        return said

    def asks_for(self, snapshot: Snapshot) -> str | None:
        """Give the shape of a plan whose earlier runs are worth a look: once, for a statement without any."""
        if self.knows_shape or self._estimator().has_history:
            return None
        shape = first_shape(snapshot.plans)
        self.knows_shape = shape is not None
        return shape

    def learn(self, runs: Sequence[Profile]) -> None:
        """Take in earlier runs with the same plan."""
        self._estimator().learn(runs)

    def may_leave(self, now: int, *, is_known: bool) -> bool:
        """Whether all is known of a job that has ended, or was waited for long enough.

        ``is_known``: the last read brought what there is, which may still lack the last figures of its plan.
        """
        plans = self.snapshot.plans if self.snapshot is not None else ()
        return (self.leave_by is not None and now >= self.leave_by) or (
            is_known and not any(plan.is_awaited for plan in plans)
        )

    def estimate(self, now: int) -> Estimate:
        """Give the estimate at a moment (epoch ms)."""
        said = self._estimator().say(now)
        if said.fraction <= self.cap:
            return said
        return replace(said, fraction=self.cap, low=min(said.low, self.cap))

    def ahead(self, now: int, ahead_ms: int = AHEAD_MS) -> float:
        """Give what is to be said from now on for a while: it has to be kept before it may be said."""
        self.kept_at = now
        return max(self.cap, self._estimator().say(now + ahead_ms).fraction)

    def allow(self, fraction: float) -> None:
        """Take note that so much was kept."""
        self.cap = max(self.cap, fraction)

    def needs_more(self, now: int) -> bool:
        """Whether the estimate is above what may be said."""
        return self._estimator().say(now).fraction > self.cap

    def say(self, job: Job, snapshot: Snapshot, now: int) -> JobProgress:
        """Give the job's progress; the same object for a short while, unless there is news."""
        if self.last is not None:
            at, said = self.last
            if said.job is job and said.snapshot is snapshot and now - at < SAME_MS:
                return said
        estimate = self.estimate(now)
        progress = JobProgress(
            job,
            contract_progress(job.state, snapshot, estimate.fraction),
            snapshot,
            estimate,
            phase_of(job.state, job.job_type, snapshot),
            self.competitors,
            self.curve,
        )
        self.last = now, progress
        return progress

    def _estimator(self) -> Estimator:
        if self.estimator is None:
            raise RuntimeError("nobody has looked up what was said of the job before")
        return self.estimator
