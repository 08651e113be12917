"""How far a run has come, measured against an earlier run of the same statement.

Every moment of the earlier run is put down to the stages that ran then, or to the wait for the next one. A
run that has done the same stages has come as far as those moments go, whether it is faster or slower.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from headway.jobs.forecast import Forecast
from headway.jobs.pairing import Pairs, is_alike, pair
from headway.jobs.profile import Profile, StageRun
from headway.jobs.subjob import Snapshot
from headway.jobs.tables import file_bytes
from headway.jobs.workload import StageWork, works

TIME_TRUST = 0.5  # in the time that a stage took before, against what it has done so far
SLOWER_PRIOR_MS = 500.0
SAME_SCALE = 0.3  # as a logarithm: what is about as large is taken for the same
FIXED_MS = 60.0  # of a stage's time does not depend on how much it has to do
UNSIZED = 0.3  # likeness of a run whose tables' size is not known, when this one's is
WAITED = 0.9  # of the wait for a stage that has not begun is over at the most


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of the run: its stages in the order they began, the files of its tables, its plan."""

    works: tuple[StageWork, ...]
    table_bytes: Mapping[str, float]
    planned: Forecast
    now: int  # epoch ms
    elapsed_ms: float


@dataclass(frozen=True, slots=True)
class Recalled:
    """How far the run has come (0…1), how well it has followed the earlier one so far (0…1).

    ``scale`` is how much larger its input is, 1 if that is not known; ``length_ms`` how long the earlier run
    would have taken with that.
    """

    fraction: float
    likeness: float
    scale: float
    length_ms: float


@dataclass(frozen=True, slots=True)
class _Span:
    """A part of the earlier run's time: the stages at work and what each had of it; or a wait for a stage."""

    begun_ms: int
    ms: int
    parts: tuple[tuple[int, float], ...]
    next_at: int | None = None


def see(snapshot: Snapshot, planned: Forecast, elapsed_ms: float) -> Seen:
    """Gather what a run is measured by."""
    begun = sorted(works(snapshot), key=lambda work: (work.stage.submission_time or 0, work.stage.stage_id))
    return Seen(tuple(begun), file_bytes(snapshot), planned, snapshot.taken_at, elapsed_ms)


def recall(profile: Profile, seen: Seen) -> Recalled:
    """Measure a run against an earlier one."""
    runs = profile.stages
    if not seen.works or not runs:
        # Nothing has begun: no further than the earlier run was when its first stage did.
        most = runs[0].begun_ms / profile.duration_ms if runs else 1.0
        return Recalled(min(most, seen.elapsed_ms / profile.duration_ms), 1.0, 1.0, profile.duration_ms)
    scale = _scale(profile, seen)
    pairs = pair(runs, seen.works, scale, seen.planned.reads)
    slower = _slower(runs, pairs, scale)
    over = {at: _share(runs[at], work, seen, slower) for at, work in pairs}
    waited = _waited_ms(seen) / slower
    done = length = 0.0
    for span in _spans(profile):
        for at, ms in span.parts:
            expected = ms * _stretched(runs[at], scale)
            length += expected
            done += expected * over.get(at, 0.0)
        if not span.parts:
            length += span.ms
            if span.next_at in over:
                done += span.ms
            elif all(at in over for at, run in enumerate(runs) if run.ended_ms <= span.begun_ms):
                done += min(WAITED * span.ms, waited)
                waited = 0.0
    alike = sum(is_alike(runs[at], work, scale) for at, work in pairs) / len(seen.works)
    if seen.table_bytes and not seen.table_bytes.keys() & profile.table_bytes.keys():
        alike *= UNSIZED
    return Recalled(min(1.0, done / max(1.0, length)), alike, scale, length)


def _spans(profile: Profile) -> Iterator[_Span]:
    """Cut the earlier run's time where a stage begins or ends."""
    runs = profile.stages
    moments = {0, profile.duration_ms} | {run.begun_ms for run in runs} | {run.ended_ms for run in runs}
    for start, end in pairwise(sorted(moments)):
        at_work = [at for at, run in enumerate(runs) if run.begun_ms <= start and run.ended_ms >= end]
        tasks = {at: max(1, runs[at].run_time_ms) for at in at_work}
        whole = sum(tasks.values())
        parts = tuple((at, (end - start) * time / whole) for at, time in tasks.items())
        following = (at for at, run in enumerate(runs) if run.begun_ms >= end)
        yield _Span(start, end - start, parts, min(following, default=None))


def _waited_ms(seen: Seen) -> float:
    """Tell for how long no stage has been open."""
    if any(work.is_open for work in seen.works):
        return 0.0
    ends = [work.stage.completion_time for work in seen.works if work.stage.completion_time is not None]
    return max(0.0, seen.now - max(ends, default=seen.now))


def _scale(profile: Profile, seen: Seen) -> float:
    """Tell how much larger the run's input is: by the files of the tables that both runs read."""
    both = profile.table_bytes.keys() & seen.table_bytes.keys()
    before = sum(profile.table_bytes[each] for each in both)
    if not before:
        return 1.0
    scale = sum(seen.table_bytes[each] for each in both) / before
    return scale if abs(math.log(scale)) > SAME_SCALE else 1.0


def _stretched(run: StageRun, scale: float) -> float:
    """Tell how much longer a stage takes with so much more input."""
    fixed = min(1.0, FIXED_MS / max(1, run.ended_ms - run.begun_ms))
    return fixed + (1 - fixed) * scale


def _slower(runs: Sequence[StageRun], pairs: Pairs, scale: float) -> float:
    """Tell how much longer stages take than in the earlier run, going by those that have ended."""
    took, expected = SLOWER_PRIOR_MS * scale, SLOWER_PRIOR_MS
    for at, work in pairs:
        begun, ended = work.stage.submission_time, work.stage.completion_time
        if begun is not None and ended is not None:
            took += max(0, ended - begun)
            expected += runs[at].ended_ms - runs[at].begun_ms
    return took / expected


def _share(run: StageRun, work: StageWork, seen: Seen, slower: float) -> float:
    """Tell how much of a stage is over: by what it did, and by the time it took in the earlier run."""
    if not work.is_open:
        return 1.0
    by_time = 0.0
    if work.stage.submission_time is not None:
        by_time = (seen.now - work.stage.submission_time) / max(1.0, (run.ended_ms - run.begun_ms) * slower)
    by_time = min(0.98, max(0.0, by_time))
    by_work = seen.planned.shares.get(work.stage.stage_id)
    if by_work is None:
        return by_time
    # The further it has come, the more its own pace counts.
    by_work = min(0.98, by_work)
    trust = TIME_TRUST * (1 - by_work)
    return (1 - trust) * by_work + trust * by_time
