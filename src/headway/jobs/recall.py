"""How far a run has come, measured against an earlier run of the same statement.

Every moment of the earlier run is put down to the stages that ran then. A run that has done the same stages
has come as far as those moments go, whether it is faster or slower than the earlier one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from headway.jobs.profile import Profile
from headway.jobs.subjob import Snapshot
from headway.jobs.workload import StageWork, works


@dataclass(frozen=True, slots=True)
class Recalled:
    """How far the run has come (0…1), and how well it has followed the earlier one so far (0…1)."""

    fraction: float
    likeness: float


def recall(profile: Profile, snapshot: Snapshot, shares: Mapping[int, float], elapsed_ms: float) -> Recalled:
    """Measure a run against an earlier one; ``shares`` tells how much of each open stage is done."""
    weights, before, after = _weights(profile)
    seen = sorted(works(snapshot), key=lambda work: (work.stage.submission_time or 0, work.stage.stage_id))
    if not seen or not profile.stages:
        planned = min(1.0, elapsed_ms / max(1.0, before)) if profile.stages else 0.0
        whole = elapsed_ms / max(1.0, float(profile.duration_ms))
        planned *= before / profile.duration_ms
        return Recalled(min(planned, whole) if profile.stages else whole, 1.0)
    pairs = _match(profile, seen)
    done = before + sum(weights[at] * _share(work, shares) for at, work in pairs)
    if all(not work.is_open for work in seen) and len(pairs) == len(profile.stages):
        done += min(after * 0.9, max(0.0, elapsed_ms - _last_end(profile)))
    return Recalled(min(1.0, done / profile.duration_ms), _likeness(profile, pairs, seen))


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
    """Pair stages with those of the earlier run: in order, of as many tasks where there is one."""
    left = list(range(len(profile.stages)))
    pairs = []
    for work in seen:
        near = [at for at in left[:4] if profile.stages[at].num_tasks == work.stage.num_tasks] or left[:1]
        if near:
            left.remove(near[0])
            pairs.append((near[0], work))
    return pairs


def _share(work: StageWork, shares: Mapping[int, float]) -> float:
    if not work.is_open:
        return 1.0
    return min(0.99, max(work.done / work.tasks, shares.get(work.stage.stage_id, 0.0)))


def _last_end(profile: Profile) -> float:
    return float(max(run.ended_ms for run in profile.stages))


def _likeness(profile: Profile, pairs: Sequence[tuple[int, StageWork]], seen: Sequence[StageWork]) -> float:
    alike = sum(profile.stages[at].num_tasks == work.stage.num_tasks for at, work in pairs)
    return alike / max(1, len(seen))
