"""Plays a trace to the formulas: what each would have said at evenly spaced moments of the run."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence

from bench.progress_accuracy.peers import CLAMPED, LAST_DURATION, PEERS, clamped
from bench.progress_accuracy.score import STEPS, Point
from bench.progress_accuracy.trace import Sight, Trace
from headway.jobs.estimator import Estimator
from headway.jobs.profile import Profile
from headway.jobs.tables import Table


def moments(trace: Trace) -> list[float]:
    """Give the moments at which a run is asked, as shares of it."""
    return [(step + 0.5) / STEPS for step in range(STEPS)]


def play_peers(trace: Trace, last_ms: int | None) -> dict[str, list[Point]]:
    """Give what the others' formulas say; ``last_ms`` is how long the run before took, if there was one."""
    curves = {name: [formula(each.snapshot) for each in trace.sights] for name, formula in PEERS.items()}
    curves[CLAMPED] = clamped(trace.sights)
    played = {name: _held(trace, curve) for name, curve in curves.items()}
    if last_ms is not None:
        played[LAST_DURATION] = [
            Point(at, min(0.99, at * trace.duration_ms / max(1, last_ms))) for at in moments(trace)
        ]
    return played


def play(
    trace: Trace, history: Sequence[Profile] = (), tables: Mapping[str, Table] | None = None
) -> list[Point]:
    """Give what Headway's estimator says, asked at each moment after the reads until then."""
    estimator = Estimator(trace.started_at, tuple(history), tables=dict(tables or {}))
    points = []
    read = 0
    for at in moments(trace):
        now = trace.started_at + at * trace.duration_ms
        while read < len(trace.sights) and came_at(trace.sights[read]) <= now:
            sight = trace.sights[read]
            estimator.see(sight.snapshot, sight.kept_bytes, came_at(sight))
            read += 1
        said = estimator.say(now)
        left = said.remaining
        points.append(
            Point(
                at,
                said.fraction,
                said.low,
                said.high,
                left.likely if left else None,
                left.low if left else None,
                left.high if left else None,
            )
        )
    return points


def came_at(sight: Sight) -> int:
    """When a read was there: its plans are read after its stages."""
    return max(sight.snapshot.taken_at, *(plan.told_at for plan in sight.snapshot.plans), 0)


def _held(trace: Trace, curve: list[float]) -> list[Point]:
    times = [came_at(each) for each in trace.sights]
    points = []
    for at in moments(trace):
        seen = bisect_right(times, trace.started_at + at * trace.duration_ms)
        points.append(Point(at, curve[seen - 1] if seen else 0.0))
    return points
