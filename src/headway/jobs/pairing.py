"""Which stage of an earlier run each stage of this one is: in order, and by what they read."""

import math
from collections.abc import Mapping, Sequence

from headway.jobs.profile import StageRun
from headway.jobs.workload import StageWork

PLACE_COST = 0.3  # of a stage that comes earlier or later than before
MOST_APART = 3.0

Pairs = Sequence[tuple[int, StageWork]]  # with the place of the stage in the earlier run


def pair(
    runs: Sequence[StageRun], seen: Sequence[StageWork], scale: float, reads: Mapping[int, float]
) -> Pairs:
    """Pair stages with those of the earlier run, each with one at the most.

    ``scale`` is how much larger the input is now; ``reads`` the rows that stages will have read from storage.
    """
    ended_before = [sum(other.ended_ms <= run.begun_ms for other in runs) for run in runs]
    left = list(range(len(runs)))
    pairs = []
    for work in sorted(seen, key=lambda work: work.is_open):
        if not left:
            break
        place, before = _place(work, seen)
        moved = {at: abs(at - place) + abs(ended_before[at] - before) for at in left}
        costs = {at: _unlike(runs[at], work, scale, reads) + PLACE_COST * moved[at] for at in left}
        best = min(left, key=costs.__getitem__)
        left.remove(best)
        pairs.append((best, work))
    return pairs


def is_alike(run: StageRun, work: StageWork, scale: float) -> bool:
    """Tell whether a stage does what its pair did: in as many tasks, or from the same kinds of input."""
    if scale == 1.0:
        return run.num_tasks == work.stage.num_tasks
    stored, shuffled = work.stage.input_rows > 0, work.stage.shuffle_read_rows > 0
    return work.is_open or (stored, shuffled) == (run.input_rows > 0, run.shuffle_read_rows > 0)


def _place(work: StageWork, seen: Sequence[StageWork]) -> tuple[int, int]:
    """Tell how many stages began before one, and how many had ended by then."""
    begun = work.stage.submission_time
    if begun is None:
        return len(seen) - 1, sum(not other.is_open for other in seen)
    earlier = sum(other.stage.stage_id < work.stage.stage_id for other in seen)
    ended = sum((other.stage.completion_time or math.inf) <= begun for other in seen)
    return earlier, ended


def _unlike(run: StageRun, work: StageWork, scale: float, reads: Mapping[int, float]) -> float:
    """Tell how different two stages are: in tasks, and in rows as far as they are known."""
    stage = work.stage
    apart = float(scale == 1.0 and run.num_tasks != stage.num_tasks)
    if not work.is_open:
        apart += _apart(
            stage.input_rows + stage.shuffle_read_rows, run.input_rows + run.shuffle_read_rows, scale
        )
    elif stage.stage_id in reads:
        apart += _apart(reads[stage.stage_id], run.input_rows, scale)
    return apart


def _apart(rows: float, before: float, scale: float) -> float:
    return min(MOST_APART, abs(math.log((rows + 10) / (before * scale + 10))))
