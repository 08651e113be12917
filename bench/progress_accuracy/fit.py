"""How much the estimate owes to constants that were fitted on the very statements it is scored on.

``python -m bench.progress_accuracy.fit [CANDIDATES]`` scores candidates, each a draw of every constant around
what the code has. For each statement the candidate is taken that is best on all *other* statements; its score
on the one left out is what counts. Prints that beside the code's own figures and the candidate best on all.
"""

import math
import random
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType

from bench.progress_accuracy.evaluate import REPEAT, RESIZED, TRACES, UNSEEN, evaluate, load
from headway.jobs import costs, estimator, forecast, history, pairing, recall, warmth

CANDIDATES = 100
SPREAD = 0.35  # of a constant's logarithm
CONSTANTS: Mapping[ModuleType, tuple[str, ...]] = {
    estimator: (
        "UNSEEN_SECONDS",
        "PLANNING",
        "CAUTION",
        "DOUBT_MS",
    ),
    history: (
        "TRUST",
        "GROWING_TRUST",
        "OLDER_TRUST",
        "SIZE_DISTRUST",
        "PACE_PRIOR_SECONDS",
        "PACE_SPREAD",
        "LENGTH_TRUST",
    ),
    forecast: (
        "SURVIVAL",
        "METRICS_LATE_MS",
        "STAGE_MS",
        "TRUST",
        "AFTER_READING",
        "AFTER_SORTING",
        "SPEED_PRIOR_MS",
        "CORES_PRIOR_MS",
    ),
    costs: ("TASK_MS", "_ROW_US", "_PASSES", "_READ_US", "_GIVEN_US", "_PAIR_US"),
    recall: ("TIME_TRUST", "SLOWER_PRIOR_MS", "SAME_SCALE", "FIXED_MS"),
    pairing: ("PLACE_COST",),
    warmth: ("COLD",),
}
BELOW_ONE = frozenset({"TRUST", "OLDER_TRUST", "AFTER_READING", "AFTER_SORTING", "TIME_TRUST"})

Drawn = Mapping[tuple[str, str], object]
Scores = Mapping[str, Mapping[str, list[float]]]  # kind of knowledge -> statement -> L1 of its runs


def main(candidates: int) -> None:
    traces = load(sorted(TRACES.glob("*.xz")))
    draw = random.Random(1)
    scored: list[Scores] = []
    for number in range(candidates):
        with constants(drawn(draw) if number else {}):
            found = evaluate(traces)
        scores: dict[str, dict[str, list[float]]] = {}
        for kind in (UNSEEN, REPEAT, RESIZED):
            by_name = scores.setdefault(kind, defaultdict(list))
            for run in found.runs[kind]:
                by_name[run.trace.name].append(run.score.l1)
        scored.append(scores)
        print(f"{number:4} " + "  ".join(f"{kind} {over(scores[kind]):.4f}" for kind in scores), flush=True)
    for kind in (UNSEEN, REPEAT, RESIZED):
        alone = [scores[kind] for scores in scored]
        best = min(over(each) for each in alone)
        print(
            f"{kind}: as it is {over(alone[0]):.4f}, best of all {best:.4f},"
            f" left one statement out {left_out(alone):.4f}"
        )


def left_out(scored: list[Mapping[str, list[float]]]) -> float:
    """Give the mean over runs when each statement is scored by the candidate that is best on the others."""
    runs: list[float] = []
    for name in scored[0]:
        best = min(scored, key=lambda scores: over(scores, without=name))
        runs += best[name]
    return statistics.fmean(runs)


def over(scores: Mapping[str, list[float]], without: str | None = None) -> float:
    return statistics.fmean(each for name, runs in scores.items() if name != without for each in runs)


def drawn(draw: random.Random) -> Drawn:
    """Give every constant moved by a factor of its own; of a table each value by its own."""
    found: dict[tuple[str, str], object] = {}
    for module, names in CONSTANTS.items():
        for name in names:
            value = getattr(module, name)
            if isinstance(value, Mapping):
                found[module.__name__, name] = {key: moved(draw, each, name) for key, each in value.items()}
            else:
                found[module.__name__, name] = moved(draw, value, name)
    return found


def moved(draw: random.Random, value: float, name: str) -> float:
    value *= math.exp(draw.gauss(0.0, SPREAD))
    return min(0.98, value) if name in BELOW_ONE else value


@contextmanager
def constants(values: Drawn) -> Iterator[None]:
    """Have the estimator use other constants for a while."""
    before = {(module, name): getattr(module, name) for module, names in CONSTANTS.items() for name in names}
    for module, name in before:
        if (module.__name__, name) in values:
            setattr(module, name, values[module.__name__, name])
    try:
        yield
    finally:
        for (module, name), value in before.items():
            setattr(module, name, value)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else CANDIDATES)
