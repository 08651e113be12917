"""Scores the estimator and its peers on recorded traces: ``python -m bench.progress_accuracy TRACES …``."""

import statistics
import sys
from collections import defaultdict
from functools import cache
from pathlib import Path

from bench.progress_accuracy.replay import play, play_peers
from bench.progress_accuracy.score import Score, score
from bench.progress_accuracy.trace import Trace, read_traces
from headway.jobs.profile import Profile, profile_of
from headway.jobs.tables import Table, learn

UNSEEN = "Headway, never seen"
REPEAT = "Headway, repeated"
RESIZED = "Headway, data resized"
LEAST_MS = 500  # a shorter run has no progress to speak of


def main(paths: list[Path]) -> None:
    traces = [
        trace
        for path in paths
        for trace in read_traces(path)
        if trace.duration_ms >= LEAST_MS and trace.state == "FINISHED"
    ]
    scores: dict[str, list[Score]] = defaultdict(list)
    ours: list[tuple[Trace, Score]] = []
    again: dict[str, list[tuple[Trace, Score]]] = defaultdict(list)
    for trace in traces:
        seconds = trace.duration_ms / 1000
        for name, points in play_peers(trace, None).items():
            scores[name].append(score(points, seconds))
        mine = score(play(trace, (), tables_without(traces, trace)), seconds)
        scores[UNSEEN].append(mine)
        ours.append((trace, mine))
        for name, before in ((REPEAT, earlier(traces, trace)), (RESIZED, other_size(traces, trace))):
            if before:
                points = play(trace, [profile(each) for each in before], tables_without(traces, trace))
                scores[name].append(score(points, seconds))
                again[name].append((trace, scores[name][-1]))
    for name, found in scores.items():
        print(line(name, found))
    if "-r" in sys.argv:
        ours = again[REPEAT]
    by_name: dict[str, list[Score]] = defaultdict(list)
    for trace, mine in ours:
        by_name[f"{trace.suite} {trace.name}"].append(mine)
    for name, found in sorted(by_name.items(), key=lambda each: -statistics.fmean(one.l1 for one in each[1])):
        print(
            f"  {name:28} {statistics.fmean(one.l1 for one in found):.3f} worst {max(one.l1 for one in found):.3f} ratio {statistics.fmean(one.ratio_error for one in found):.2f}"
        )


def earlier(traces: list[Trace], trace: Trace) -> list[Trace]:
    """The runs of the same statement on the same data before this one, newest first."""
    found = [
        each
        for each in traces
        if (each.name, each.size) == (trace.name, trace.size)
        and each.ended_at < trace.started_at
        and each.sights
    ]
    return sorted(found, key=lambda each: -each.ended_at)[:5]


def other_size(traces: list[Trace], trace: Trace) -> list[Trace]:
    """The runs of the same statement on data of another size."""
    found = [
        each
        for each in traces
        if (each.suite, each.name) == (trace.suite, trace.name) and each.size != trace.size and each.sights
    ]
    return sorted(found, key=lambda each: -each.ended_at)[:5]


@cache
def profile(trace: Trace) -> Profile:
    return profile_of(trace.sights[-1].snapshot, trace.started_at, trace.ended_at)


def tables_without(traces: list[Trace], left_out: Trace) -> dict[str, Table]:
    """What the project's other statements found out about its tables."""
    found: dict[str, Table] = {}
    for trace in traces:
        if trace.name != left_out.name and trace.size == left_out.size:
            found |= facts(trace)
    return found


@cache
def facts(trace: Trace) -> dict[str, Table]:
    return dict(learn(trace.sights[-1].snapshot)) if trace.sights else {}


def line(name: str, found: list[Score]) -> str:
    mean = statistics.fmean
    return (
        f"{name:26} runs {len(found):4} L1 {mean(one.l1 for one in found):.3f} worst run {max(one.l1 for one in found):.3f}"
        f" ratio {mean(one.ratio_error for one in found):6.2f} falls {sum(one.falls > 0 for one in found):4}"
        f" {left(found)} full {mean(one.false_full for one in found):.3f} frozen {mean(one.frozen for one in found):.2f}"
    )


def left(found: list[Score]) -> str:
    """Remaining time: share of runs that are within 30 % on the average from 25 % on, and coverage."""
    within = [one.within for one in found if one.within is not None]
    covered = [one.covered for one in found if one.covered is not None]
    if not within or not covered:
        return ""
    mean = statistics.fmean
    return f"within 30 % {mean(within):.2f} (runs mostly {mean(each >= 0.5 for each in within):.2f}) covered {mean(covered):.2f}"


if __name__ == "__main__":
    main([Path(each) for each in sys.argv[1:] if each[0] != "-"])
