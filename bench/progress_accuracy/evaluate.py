"""Plays every trace to the estimator and to the peers' formulas, and scores what they say."""

import statistics
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from bench.progress_accuracy.replay import play, play_peers
from bench.progress_accuracy.score import Point, Score, score
from bench.progress_accuracy.trace import Trace, read_traces
from headway.jobs.profile import RUNS_KEPT, Profile, profile_of
from headway.jobs.tables import Table, learn

TRACES = Path(__file__).parent / "traces"
UNSEEN = "Headway, never seen"
REPEAT = "Headway, repeated"
RESIZED = "Headway, data of another size"
LEAST_MS = 500  # a shorter run has no progress to speak of


@dataclass(frozen=True, slots=True)
class Played:
    """One run as one formula saw it."""

    trace: Trace
    points: list[Point]
    score: Score


@dataclass(slots=True)
class Evaluation:
    """Every run by formula, in the order of the formulas."""

    runs: dict[str, list[Played]] = field(default_factory=lambda: defaultdict(list))

    def add(self, name: str, trace: Trace, points: list[Point]) -> None:
        self.runs[name].append(Played(trace, points, score(points, trace.duration_ms / 1000)))


def load(paths: Iterable[Path]) -> list[Trace]:
    """Read traces; runs that failed or were too short are left out."""
    return [
        trace
        for path in paths
        for trace in read_traces(path)
        if trace.duration_ms >= LEAST_MS and trace.state == "FINISHED" and trace.sights
    ]


def evaluate(traces: list[Trace]) -> Evaluation:
    """Score all formulas; what is known of a statement never comes from the run that is scored."""
    found = Evaluation()
    for trace in traces:
        before, resized = earlier(traces, trace), other_size(traces, trace)
        tables = tables_without(traces, trace)
        for name, points in play_peers(trace, before[0].duration_ms if before else None).items():
            found.add(name, trace, points)
        found.add(UNSEEN, trace, play(trace, (), tables))
        if before:
            known = tables | found_out(reversed(before))
            found.add(REPEAT, trace, play(trace, [profile(each) for each in before], known))
        if resized:
            found.add(RESIZED, trace, play(trace, [profile(each) for each in resized], tables))
    return found


def earlier(traces: list[Trace], trace: Trace) -> list[Trace]:
    """Give the runs of the same statement on the same data before this one, newest first."""
    same = [
        each
        for each in traces
        if (each.name, each.size) == (trace.name, trace.size) and each.ended_at < trace.started_at
    ]
    return sorted(same, key=lambda each: -each.ended_at)[:RUNS_KEPT]


def other_size(traces: list[Trace], trace: Trace) -> list[Trace]:
    """Give the runs of the same statement on data of another size."""
    same = [
        each
        for each in traces
        if (each.suite, each.name) == (trace.suite, trace.name) and each.size != trace.size
    ]
    return sorted(same, key=lambda each: -each.ended_at)[:RUNS_KEPT]


def tables_without(traces: list[Trace], left_out: Trace) -> dict[str, Table]:
    """Give what the project's other statements found out about its tables."""
    return found_out(trace for trace in traces if trace.name != left_out.name and trace.size == left_out.size)


def found_out(traces: Iterable[Trace]) -> dict[str, Table]:
    """Give what runs found out about their tables; the last one's word counts."""
    found: dict[str, Table] = {}
    for trace in traces:
        found |= facts(trace)
    return found


@cache
def profile(trace: Trace) -> Profile:
    return profile_of(trace.sights[-1].snapshot, trace.started_at, trace.ended_at)


@cache
def facts(trace: Trace) -> dict[str, Table]:
    return dict(learn(trace.sights[-1].snapshot))


def mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return statistics.fmean(known) if known else None
