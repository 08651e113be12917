"""What a job is at, read from its plan: nothing is called done that is not."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.jobs.estimate import Phase
from headway.jobs.job import JobType
from headway.jobs.lifecycle import JobState
from headway.jobs.phase import SETTLED_MS, phase_of
from headway.jobs.plan import Plan, PlanNode
from headway.jobs.subjob import Snapshot, Stage, Subjob

NOW = 1_000_000
NOTHING = Snapshot(NOW)
Tree = tuple[PlanNode, ...]


def tree(*nodes: str) -> Tree:
    """A plan of one branch, the root first."""
    return tuple(PlanNode(depth, name) for depth, name in enumerate(nodes))


GROUPING = tree("AdaptiveSparkPlan", "HashAggregate", "Exchange", "HashAggregate", "Scan parquet")
GROUPED = tree("AdaptiveSparkPlan", "HashAggregate", "ShuffleQueryStage", "Exchange", "Scan parquet")
ENDING = tree(
    "AdaptiveSparkPlan", "ResultQueryStage", "HashAggregate", "ShuffleQueryStage", "Exchange", "Scan"
)
SCAN = tree("Filter", "Scan parquet")


def over(*trees: Tree, is_running: bool = True, calm: int = 2_000) -> Snapshot:
    """A job whose only subjob ended ``calm`` ms ago."""
    subjob = Subjob(4, status="SUCCEEDED", completion_time=NOW - calm, stage_ids=(8, 9))
    stages = {8: Stage(8, 0, "COMPLETE", shuffle_write_bytes=10), 9: Stage(9, 0, "COMPLETE")}
    return Snapshot(NOW, (subjob,), stages, (Plan(1, (4,), is_running, trees),))


def at(snapshot: Snapshot, job_type: JobType = JobType.QUERY) -> str:
    return phase_of(JobState.RUNNING, job_type, snapshot)


@pytest.mark.parametrize(
    ("state", "snapshot", "phase"),
    [
        (JobState.QUEUED, NOTHING, "queued"),
        (JobState.LAUNCHING, NOTHING, "launching"),
        (JobState.RUNNING, NOTHING, "planning"),
        (JobState.CANCELLING, NOTHING, "planning"),
        (JobState.FINISHED, NOTHING, "done"),
        (JobState.FAILED, NOTHING, "done"),
        (JobState.CANCELLED, over(ENDING), "done"),
    ],
)
def test_every_state_has_a_phase(state: JobState, snapshot: Snapshot, phase: str) -> None:
    assert phase_of(state, JobType.QUERY, snapshot) == phase


@pytest.mark.parametrize("plan", [ENDING, SCAN])
def test_when_every_task_is_done_a_query_fetches_and_a_write_commits(plan: Tree) -> None:
    assert at(over(plan)) == "fetching"
    assert {at(over(plan), kind) for kind in JobType if kind is not JobType.QUERY} == {"committing"}


@pytest.mark.parametrize(
    "snapshot",
    [
        over(GROUPING),  # an exchange is to come
        over(GROUPED),  # every exchange is made; what reads them is to come
        over(ENDING, GROUPING),  # a subquery is to come
        over(ENDING, calm=SETTLED_MS - 1),  # may be a gap between two subjobs
        over(),  # the plan was not read
        replace(over(ENDING), plans=()),
        replace(over(ENDING), subjobs=(*over(ENDING).subjobs, Subjob(5, status="RUNNING"))),
        replace(over(ENDING), subjobs=(Subjob(4, status="UNKNOWN"),)),
    ],
)
def test_a_calm_between_two_subjobs_is_running(snapshot: Snapshot) -> None:
    assert at(snapshot) == "running"


def test_what_a_shuffle_wrote_is_still_to_be_read() -> None:
    snapshot = over(ENDING)
    last = Stage(9, 0, "COMPLETE", shuffle_write_bytes=5)
    assert at(replace(snapshot, stages={**snapshot.stages, 9: last})) == "running"


def test_an_execution_that_has_ended_has_nothing_to_come_whatever_its_plan_shows() -> None:
    assert at(over(GROUPING, is_running=False)) == "fetching"


def test_an_exchange_beside_a_query_stage_is_to_come() -> None:
    join = (
        PlanNode(0, "AdaptiveSparkPlan"),
        PlanNode(1, "ResultQueryStage"),
        PlanNode(2, "SortMergeJoin"),
        PlanNode(3, "ShuffleQueryStage"),
        PlanNode(4, "Exchange"),
        PlanNode(3, "BroadcastExchange"),
    )
    assert at(over(join)) == "running"
    assert at(over((*join[:-1], PlanNode(3, "ReusedExchange")))) == "fetching"


@given(
    st.sampled_from(list(JobState)),
    st.sampled_from(list(JobType)),
    st.sampled_from([NOTHING, over(ENDING), over(GROUPING), over(SCAN)]),
)
def test_reads_end_in_fetching_and_writes_in_committing(
    state: JobState, job_type: JobType, snapshot: Snapshot
) -> None:
    other = Phase.COMMITTING if job_type is JobType.QUERY else Phase.FETCHING
    assert phase_of(state, job_type, snapshot) is not other
