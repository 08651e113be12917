"""What an engine has learnt of a statement: its first run there compiles its code, the next ones do not."""

from collections.abc import Sequence
from itertools import pairwise

from headway.jobs.profile import RUNS_KEPT, Profile

COLD = 1.4  # how much longer the first run of a statement on an engine takes than the next ones


def lengthening(history: Sequence[Profile], subjobs_before: int | None) -> list[float]:
    """Tell how much longer than each earlier run this one takes, for where it is run.

    ``history`` is the newest first; ``subjobs_before`` is how many subjobs the engine had run, ``None`` if
    nobody knows. An engine counts them from 0: of two runs on one engine the later has the larger number.
    """
    was_cold = [_is_cold(run.subjobs_before, older.subjobs_before) for run, older in pairwise(history)]
    was_cold.append(len(history) < RUNS_KEPT)  # of the oldest: whether it was the first of all
    is_cold = bool(history) and _is_cold(subjobs_before, history[0].subjobs_before)
    return [COLD ** (is_cold - was) for was, _ in zip(was_cold, history, strict=False)]


def _is_cold(subjobs_before: int | None, of_last: int | None) -> bool:
    return subjobs_before is not None and of_last is not None and subjobs_before <= of_last
