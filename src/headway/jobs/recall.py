"""How far a run has come, measured against an earlier run of the same statement.

Every moment of the earlier run is put down to the stages that ran then. A run that has done the same stages
has come as far as those moments go, whether it is faster or slower than the earlier one.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from headway.jobs.forecast import Forecast
from headway.jobs.profile import Profile, StageRun
from headway.jobs.subjob import Snapshot
from headway.jobs.workload import StageWork, works

PLACE_COST = 0.3  # of a stage that comes earlier or later than before
TIME_TRUST = 0.5  # in the time that a stage took before, against what it has done so far
SLOWER_PRIOR_MS = 500.0
SCALE_PRIOR_ROWS = 10_000.0
SAME_SCALE = 0.3  # as a logarithm: what is about as large is taken for the same


@dataclass(frozen=True, slots=True)
class Recalled:
    """How far the run has come (0…1), how well it has followed the earlier one so far (0…1).

    ``scale`` is how much larger its input is.
    """

    fraction: float
    likeness: float
    scale: float = 1.0


def recall(profile: Profile, snapshot: Snapshot, planned: Forecast, elapsed_ms: float) -> Recalled:
    """Measure a run against an earlier one, with what its plan tells of it."""
    weights, before, after = _weights(profile)
    seen = sorted(works(snapshot), key=lambda work: (work.stage.submission_time or 0, work.stage.stage_id))
    if not seen or not profile.stages:
        # Nothing has begun: no further than the earlier run was when its first stage did.
        most = before / profile.duration_ms if profile.stages else 1.0
        return Recalled(min(most, elapsed_ms / profile.duration_ms), 1.0)
    pairs = _match(profile, seen)
    now = snapshot.taken_at
    scale = _scale(profile, pairs, planned.reads)
    slower = _slower(profile, pairs, scale)
    done = before + sum(
        weights[at] * _share(profile.stages[at], work, planned.shares, slower, now) for at, work in pairs
    )
    if all(not work.is_open for work in seen) and len(pairs) == len(profile.stages):
        done += min(after * 0.9, max(0.0, elapsed_ms - _last_end(profile)))
    return Recalled(min(1.0, done / profile.duration_ms), _likeness(profile, pairs, seen), scale)


def _weights(profile: Profile) -> tuple[list[float], float, float]:
    """Put each moment down to the stages that ran then, or to the next one; and what was before and after."""
    stages = profile.stages
    if not stages:
        return [], 0.0, 0.0
    weights = [0.0] * len(stages)
    moments = sorted({run.begun_ms for run in stages} | {run.ended_ms for run in stages})
    for start, end in pairwise(moments):
        at_work = [at for at, run in enumerate(stages) if run.begun_ms <= start and run.ended_ms >= end]
        if not at_work:
            following = (at for at, run in enumerate(stages) if run.begun_ms >= end)
            at_work = [min(following, default=len(stages) - 1)]
        tasks = [max(1, stages[at].run_time_ms) for at in at_work]
        for at, time in zip(at_work, tasks, strict=True):
            weights[at] += (end - start) * time / sum(tasks)
    return weights, float(moments[0]), float(max(0, profile.duration_ms - moments[-1]))


def _match(profile: Profile, seen: Sequence[StageWork]) -> list[tuple[int, StageWork]]:
    """Pair stages with those of the earlier run: in order, and by what they read once they have ended."""
    runs = profile.stages
    ended_before = [sum(other.ended_ms <= run.begun_ms for other in runs) for run in runs]
    left = list(range(len(runs)))
    pairs = []
    for work in sorted(seen, key=lambda work: work.is_open):
        if not left:
            break
        place, before = _place(work, seen)
        moved = {at: abs(at - place) + abs(ended_before[at] - before) for at in left}
        costs = {at: _unlike(runs[at], work) + PLACE_COST * moved[at] for at in left}
        best = min(left, key=costs.__getitem__)
        left.remove(best)
        pairs.append((best, work))
    return pairs


def _place(work: StageWork, seen: Sequence[StageWork]) -> tuple[int, int]:
    """Tell how many stages began before one, and how many had ended by then."""
    begun = work.stage.submission_time
    if begun is None:
        return len(seen) - 1, sum(not other.is_open for other in seen)
    earlier = sum(other.stage.stage_id < work.stage.stage_id for other in seen)
    ended = sum((other.stage.completion_time or math.inf) <= begun for other in seen)
    return earlier, ended


def _unlike(run: StageRun, work: StageWork) -> float:
    """Tell how different two stages are: in tasks, and in rows once they are known."""
    apart = float(run.num_tasks != work.stage.num_tasks)
    if not work.is_open:
        rows = work.stage.input_rows + work.stage.shuffle_read_rows
        apart += min(3.0, abs(math.log((rows + 10) / (run.input_rows + run.shuffle_read_rows + 10))))
    return apart


def _scale(profile: Profile, pairs: Sequence[tuple[int, StageWork]], reads: Mapping[int, float]) -> float:
    """Tell how much larger the run's input is, from the stages that read from storage."""
    here = there = SCALE_PRIOR_ROWS
    for at, work in pairs:
        rows = work.stage.input_rows if not work.is_open else reads.get(work.stage.stage_id, 0.0)
        if profile.stages[at].input_rows > 0 and rows > 0:
            here += rows
            there += profile.stages[at].input_rows
    scale = here / there
    return scale if abs(math.log(scale)) > SAME_SCALE else 1.0


def _slower(profile: Profile, pairs: Sequence[tuple[int, StageWork]], scale: float) -> float:
    """Tell how much longer stages take than in the earlier run, going by those that have ended."""
    took, expected = SLOWER_PRIOR_MS * scale, SLOWER_PRIOR_MS
    for at, work in pairs:
        begun, ended = work.stage.submission_time, work.stage.completion_time
        if begun is not None and ended is not None:
            took += max(0, ended - begun)
            expected += profile.stages[at].ended_ms - profile.stages[at].begun_ms
    return took / expected


def _share(run: StageRun, work: StageWork, shares: Mapping[int, float], slower: float, now: int) -> float:
    """Tell how much of a stage is over: by what it did, and by the time it took in the earlier run."""
    if not work.is_open:
        return 1.0
    by_time = 0.0
    if work.stage.submission_time is not None:
        by_time = (now - work.stage.submission_time) / max(1.0, (run.ended_ms - run.begun_ms) * slower)
    by_time = min(0.98, max(0.0, by_time))
    by_work = shares.get(work.stage.stage_id)
    if by_work is None:
        return by_time
    # The further it has come, the more its own pace counts.
    by_work = min(0.98, by_work)
    trust = TIME_TRUST * (1 - by_work)
    return (1 - trust) * by_work + trust * by_time


def _last_end(profile: Profile) -> float:
    return float(max(run.ended_ms for run in profile.stages))


def _likeness(profile: Profile, pairs: Sequence[tuple[int, StageWork]], seen: Sequence[StageWork]) -> float:
    alike = sum(profile.stages[at].num_tasks == work.stage.num_tasks for at, work in pairs)
    return alike / max(1, len(seen))
