"""The whole-job estimate: rules that hold whatever is seen, and what it makes of plain courses."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.jobs.estimate import Basis
from headway.jobs.estimator import Estimator
from headway.jobs.plan import Plan, PlanNode
from headway.jobs.profile import Profile, StageRun
from headway.jobs.subjob import Capacity, RunningTask, Snapshot, Stage, Subjob

SECOND = 1_000
counts = st.integers(0, 50)
amounts = st.integers(0, 10**12)
metrics = st.dictionaries(
    st.sampled_from(
        ["number of output rows", "records read", "shuffle records written", "size of files read"]
    ),
    st.floats(0, 1e15),
)
names = st.sampled_from(
    [
        "AdaptiveSparkPlan",
        "ResultQueryStage",
        "ShuffleQueryStage",
        "BroadcastQueryStage",
        "Exchange",
        "BroadcastExchange",
        "ReusedExchange",
        "HashAggregate",
        "Sort",
        "SortMergeJoin Inner",
        "BroadcastNestedLoopJoin Cross BuildRight",
        "Scan parquet t",
    ]
)
nodes = st.builds(
    PlanNode,
    depth=st.integers(0, 9),
    name=names,
    is_codegen=st.booleans(),
    size=st.none() | st.floats(0, 1e15),
    rows=st.none() | st.floats(0, 1e15),
    metrics=metrics,
    stage_ids=st.lists(st.integers(0, 5), max_size=2).map(tuple),
)
plans = st.builds(
    Plan,
    execution_id=st.integers(0, 3),
    subjob_ids=st.lists(st.integers(0, 5), max_size=3).map(tuple),
    is_running=st.booleans(),
    trees=st.lists(st.lists(nodes, max_size=12).map(tuple), max_size=3).map(tuple),
    told_at=st.integers(0, 100_000),
)
tasks = st.builds(RunningTask, index=counts, attempt=counts, launched_at=st.integers(0, 100_000))
stages = st.builds(
    Stage,
    stage_id=st.integers(0, 5),
    attempt_id=st.just(0),
    status=st.sampled_from(["ACTIVE", "PENDING", "COMPLETE", "FAILED", "SKIPPED"]),
    num_tasks=counts,
    num_active_tasks=counts,
    num_complete_tasks=counts,
    num_completed_indices=counts,
    submission_time=st.none() | st.integers(0, 100_000),
    first_task_time=st.none() | st.integers(0, 100_000),
    run_time_ms=amounts,
    input_rows=amounts,
    shuffle_read_rows=amounts,
    running=st.lists(tasks, max_size=3).map(tuple),
)
subjobs = st.builds(
    Subjob,
    id=st.integers(0, 5),
    status=st.sampled_from(["RUNNING", "SUCCEEDED", "FAILED", "UNKNOWN"]),
    stage_ids=st.lists(st.integers(0, 5), max_size=3).map(tuple),
    submission_time=st.none() | st.integers(0, 100_000),
)
snapshots = st.builds(
    Snapshot,
    taken_at=st.just(0),
    subjobs=st.lists(subjobs, max_size=4, unique_by=lambda each: each.id).map(tuple),
    stages=st.lists(stages, max_size=5, unique_by=lambda each: each.stage_id).map(
        lambda found: {each.stage_id: each for each in found}
    ),
    plans=st.lists(plans, max_size=2).map(tuple),
    capacity=st.none() | st.builds(Capacity, executors=counts, cores=counts, busy=counts),
)
runs = st.builds(
    StageRun,
    begun_ms=st.integers(0, 9_000),
    ended_ms=st.integers(0, 9_000),
    num_tasks=counts,
    run_time_ms=amounts,
)
profiles = st.builds(
    Profile,
    ended_at=st.just(0),
    duration_ms=st.integers(1, 10_000),
    cores=counts,
    stages=st.lists(runs, max_size=5).map(tuple),
    table_bytes=st.dictionaries(st.just("Scan parquet t"), st.floats(0, 1e15)),
    subjobs_before=st.none() | counts,
)


@given(
    st.lists(st.tuples(st.integers(0, 5_000), snapshots), max_size=8),
    st.lists(profiles, max_size=3),
    st.lists(profiles, max_size=2),
    st.floats(0, 0.9),
)
def test_whatever_is_seen_the_rules_hold(
    course: list[tuple[int, Snapshot]], history: list[Profile], of_shape: list[Profile], floor: float
) -> None:
    estimator = Estimator(0, history, floor=floor)
    now, before = 0, floor
    for at, (passed, snapshot) in enumerate(course):
        now += passed
        if at == 1:
            estimator.learn(of_shape)
        estimator.see(replace(snapshot, taken_at=now), 0, now)
        for later in (now, now + 200, now + 3_000):
            said = estimator.say(later)
            assert before <= said.fraction < 1
            assert 0 <= said.low <= said.fraction <= said.high <= 1
            assert said.remaining is not None
            assert 0 <= said.remaining.low <= said.remaining.likely <= said.remaining.high < math.inf
            before = said.fraction
        now += 3_000


@given(st.lists(snapshots, max_size=5))
def test_the_same_course_gives_the_same_estimate(course: list[Snapshot]) -> None:
    one, other = Estimator(0), Estimator(0)
    for at, snapshot in enumerate(course, 1):
        for estimator in (one, other):
            estimator.see(replace(snapshot, taken_at=at * SECOND), 0, at * SECOND)
        assert one.say(at * SECOND + 100) == other.say(at * SECOND + 100)


def one_stage(seconds: int, done: int, tasks: int = 20) -> Snapshot:
    """A stage whose tasks take a second each, two at a time."""
    stage = Stage(
        0,
        0,
        "ACTIVE",
        num_tasks=tasks,
        num_active_tasks=min(2, tasks - done),
        num_complete_tasks=done,
        num_completed_indices=done,
        submission_time=0,
        first_task_time=0,
        run_time_ms=done * SECOND,
        running=tuple(RunningTask(done + n, 0, seconds * SECOND) for n in range(min(2, tasks - done))),
    )
    subjob = Subjob(0, status="RUNNING", stage_ids=(0,), submission_time=0, num_tasks=tasks)
    return Snapshot(seconds * SECOND, (subjob,), {0: stage}, (), Capacity(1, 2, 2))


def test_even_tasks_give_a_straight_line() -> None:
    estimator = Estimator(0)
    for seconds in range(1, 10):
        estimator.see(one_stage(seconds, 2 * seconds), 0, seconds * SECOND)
        said = estimator.say(seconds * SECOND)
        if seconds >= 3:
            assert said.fraction == pytest.approx(seconds / 10, abs=0.12)
            assert said.remaining is not None
            assert said.remaining.likely == pytest.approx(10 - seconds, abs=2.5)


def past(seconds: int) -> Profile:
    stage = StageRun(0, seconds * SECOND, 20, seconds * 2 * SECOND)
    return Profile(0, seconds * SECOND, 2, (stage,))


def test_a_run_like_the_last_one_is_known_from_the_start() -> None:
    estimator = Estimator(0, [past(10)])
    said = estimator.say(SECOND)
    assert said.basis is Basis.HISTORY
    assert said.fraction == pytest.approx(0.1, abs=0.03)


def test_a_run_of_another_statement_with_the_same_plan_is_a_weaker_hint() -> None:
    alone, hinted, known = Estimator(0), Estimator(0), Estimator(0, [past(30)])
    hinted.learn([past(30)])
    known.learn([past(300)])  # earlier runs of the statement itself tell more
    for estimator in (alone, hinted, known):
        estimator.see(one_stage(1, 2), 0, SECOND)
    left = [estimator.say(SECOND).remaining for estimator in (alone, hinted, known)]
    by_itself, by_hint, by_history = [each.likely for each in left if each]
    assert by_itself < by_hint < by_history < 30


def test_long_planning_is_not_taken_for_work() -> None:
    estimator = Estimator(0)
    for moment in range(200, 30 * SECOND, 200):
        estimator.see(Snapshot(moment), 0, moment)
    assert estimator.say(30 * SECOND).fraction < 0.45


def test_nothing_is_counted_on_for_long_without_a_read() -> None:
    estimator = Estimator(0)
    estimator.see(one_stage(2, 4), 0, 2 * SECOND)
    said = estimator.say(4 * SECOND).fraction
    assert estimator.say(60 * SECOND).fraction == said < 0.6


def test_a_run_that_is_twice_as_slow_as_the_last_one_is_noticed_and_followed() -> None:
    estimator = Estimator(0, [past(5)])
    for seconds in range(1, 8):
        estimator.see(one_stage(seconds, 2 * seconds), 0, seconds * SECOND)
    assert estimator.say(7 * SECOND).fraction == pytest.approx(0.7, abs=0.1)


def test_a_join_that_has_read_everything_and_goes_on_is_not_taken_for_done() -> None:
    read = {"number of output rows": 1_000_000.0}
    tree = (
        PlanNode(0, "HashAggregate", is_codegen=True, stage_ids=(0,)),
        PlanNode(1, "SortMergeJoin Inner", stage_ids=(0,)),
        PlanNode(2, "Scan parquet t", metrics=read, stage_ids=(0,)),
    )
    estimator = Estimator(0)
    for moment in range(500, 30 * SECOND, 500):
        running = (RunningTask(0, 0, 0), RunningTask(1, 0, 0))
        stage = Stage(0, 0, "ACTIVE", num_tasks=2, num_active_tasks=2, submission_time=0, running=running)
        plan = Plan(0, (0,), True, (tree,), told_at=moment)
        subjob = Subjob(0, status="RUNNING", stage_ids=(0,))
        estimator.see(Snapshot(moment, (subjob,), {0: stage}, (plan,), Capacity(2, 2, 2)), 0, moment)
    assert estimator.say(30 * SECOND).fraction < 0.75
