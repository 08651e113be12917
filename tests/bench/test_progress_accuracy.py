"""The estimate on recorded runs: its rules hold at every moment, and it does not get worse unnoticed."""

import statistics
from itertools import pairwise

import pytest

from bench.progress_accuracy.evaluate import REPEAT, RESIZED, TRACES, UNSEEN, Evaluation, evaluate, load
from bench.progress_accuracy.trace import read_traces, write_traces

PEERS = ("contract (DLI)", "Kyuubi", "Livy, Spark Connect", "sum over Spark jobs", "Livy, clamped (Linkis)")


@pytest.fixture(scope="module")
def found() -> Evaluation:
    return evaluate(load(sorted(TRACES.glob("*.xz"))))


def mean_l1(found: Evaluation, name: str) -> float:
    return statistics.fmean(run.score.l1 for run in found.runs[name])


def test_the_rules_hold_at_every_moment_of_every_run(found: Evaluation) -> None:
    ours = [run for name, runs in found.runs.items() if name.startswith("Headway") for run in runs]
    assert len(ours) > 200
    for run in ours:
        for before, after in pairwise(run.points):
            assert before.fraction <= after.fraction, run.trace.name
        for point in run.points:
            assert 0 <= point.low <= point.fraction <= point.high <= 1, run.trace.name
            assert point.fraction < 1, run.trace.name
            assert point.remaining is not None


def test_it_is_nearer_to_the_truth_than_every_peer(found: Evaluation) -> None:
    ours = mean_l1(found, UNSEEN)
    assert all(ours < 0.6 * mean_l1(found, peer) for peer in PEERS)
    assert mean_l1(found, REPEAT) < ours


def test_it_has_not_got_worse(found: Evaluation) -> None:
    # As docs/progress.md has it: 0.114, 0.069 and 0.092. A change that costs accuracy is to be seen here.
    assert mean_l1(found, UNSEEN) < 0.122
    assert mean_l1(found, REPEAT) < 0.078
    assert mean_l1(found, RESIZED) < 0.105
    assert max(run.score.l1 for run in found.runs[UNSEEN]) < 0.34


def test_a_trace_is_read_as_it_was_written(tmp_path_factory: pytest.TempPathFactory) -> None:
    traces = read_traces(TRACES / "sf2.xz")[:3]
    file = tmp_path_factory.mktemp("traces") / "again.xz"
    write_traces(file, traces)
    again = read_traces(file)
    assert [each.sights for each in again] == [each.sights for each in traces]
    assert [each.sql for each in again] == [each.sql for each in traces]
