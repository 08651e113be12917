"""What makes a job slow, kind by kind, and silence on a healthy job."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.jobs.finding import Finding, FindingKind, Severity
from headway.jobs.findings import MOST_OF_A_KIND, find
from headway.jobs.plan import Plan, PlanNode
from headway.jobs.subjob import Capacity, RunningTask, Snapshot, Stage, Subjob

NOW = 1_000_000
MB = 1_000_000
ROOMY = Capacity(executors=1, cores=16, busy=0)


def seen(
    *stages: Stage, capacity: Capacity | None = ROOMY, since: int = 60_000, **subjob: object
) -> Snapshot:
    """One running subjob that began ``since`` ms ago, with these stages."""
    owner = Subjob(
        7,
        status="RUNNING",
        submission_time=NOW - since,
        stage_ids=tuple(stage.stage_id for stage in stages),
        **subjob,  # type: ignore[arg-type]
    )
    return Snapshot(NOW, (owner,), {stage.stage_id: stage for stage in stages}, capacity=capacity)


def at_work(tasks: int, ended: int, mean_ms: float, *ages: int, begun: int = 50_000) -> Stage:
    """Stage 3, at work since ``begun`` ms: some tasks have ended, others run for ``ages`` ms."""
    running = tuple(RunningTask(ended + i, 0, NOW - age) for i, age in enumerate(ages))
    return Stage(
        3,
        0,
        "ACTIVE",
        num_tasks=tasks,
        num_complete_tasks=ended,
        num_completed_indices=ended,
        num_active_tasks=len(ages),
        run_time_ms=round(ended * mean_ms),
        first_task_time=NOW - begun,
        running=running,
    )


def over(tasks: int, mean_ms: float, took: int = 40_000) -> Stage:
    """Stage 4, which has ended after ``took`` ms."""
    return Stage(
        4,
        0,
        "COMPLETE",
        num_tasks=tasks,
        num_complete_tasks=tasks,
        num_completed_indices=tasks,
        run_time_ms=round(tasks * mean_ms),
        first_task_time=NOW - took,
        completion_time=NOW,
    )


def kinds(snapshot: Snapshot) -> list[str]:
    return [str(finding.kind) for finding in find(snapshot)]


def only(snapshot: Snapshot) -> Finding:
    (finding,) = find(snapshot)
    return finding


def test_one_task_that_runs_on_while_all_others_have_ended_is_skewed() -> None:
    finding = only(seen(at_work(200, 199, 1_200, 41_700)))
    assert (finding.kind, finding.severity) == (FindingKind.SKEW, Severity.WARNING)
    assert (finding.subjob_id, finding.stage_id) == (7, 3)
    assert finding.text.startswith(
        "Task 199 of stage 3 has run for 41 s; the 199 that ended took 1.2 s each."
    )
    assert finding.figures["age_ms"] == 41_000


def test_skew_tells_that_the_task_has_read_more_rows_than_the_others() -> None:
    stage = at_work(200, 199, 1_200, 41_700)
    task = replace(stage.running[0], shuffle_read_rows=4_200_000)
    stage = replace(stage, running=(task,), shuffle_read_rows=4_200_000 + 199 * 12_000)
    finding = only(seen(stage))
    assert "It has read 4,200,000 rows, they 12,000 each: few keys hold most rows" in finding.text
    assert (finding.figures["read_rows"], finding.figures["mean_read_rows"]) == (4_200_000, 12_000)


def test_skew_tells_that_the_task_is_slow_over_as_many_rows() -> None:
    stage = at_work(200, 199, 1_200, 41_700)
    task = replace(stage.running[0], input_rows=12_000)
    finding = only(seen(replace(stage, running=(task,), input_rows=200 * 12_000)))
    assert "its rows cost more than others" in finding.text


def test_a_task_with_many_rows_is_skewed_before_it_is_five_times_as_long() -> None:
    stage = at_work(40, 39, 2_000, 6_000)
    heavy = replace(stage.running[0], shuffle_read_rows=90_000)
    assert kinds(seen(replace(stage, running=(heavy,), shuffle_read_rows=90_000 + 39 * 1_000))) == ["skew"]
    assert kinds(seen(replace(stage, shuffle_read_rows=39_000))) == []


@pytest.mark.parametrize(
    "stage",
    [
        at_work(200, 199, 1_200, 3_000),  # not much longer than the others
        at_work(200, 50, 10, *[4_000] * 16),  # most tasks are still to come: the quick ones are the odd ones
        at_work(200, 184, 10, *[4_000] * 16),  # as many as that are no outliers
        at_work(2_000, 1_500, 1_000, 6_000),  # the 499 that wait hold more
        at_work(4, 2, 100, 30_000, 30_000),  # nobody knows how long a task takes
        at_work(200, 199, 10, 1_500),  # five times as long, and yet over soon
        replace(
            at_work(200, 199, 1_200, 41_700, 20), num_active_tasks=1
        ),  # the list is older than the counts
    ],
)
def test_a_task_that_does_not_hold_its_stage_up_is_not_skewed(stage: Stage) -> None:
    assert "skew" not in kinds(seen(stage))


def test_a_spill_is_told_with_what_was_read() -> None:
    stage = replace(over(64, 5_000), shuffle_read_bytes=1_200 * MB, spilled_bytes=3_100 * MB)
    finding = only(seen(stage))
    assert (finding.kind, finding.severity) == (FindingKind.SPILL, Severity.WARNING)
    assert "spilled 3.1 GB (in memory and on disk together), having read 1.2 GB" in finding.text
    assert finding.figures == {"spilled_bytes": 3_100 * MB, "read_bytes": 1_200 * MB, "num_tasks": 64}


@pytest.mark.parametrize(
    "stage",
    [
        replace(over(64, 5_000), shuffle_read_bytes=1_200 * MB, spilled_bytes=200 * MB),
        replace(over(64, 5_000), shuffle_read_bytes=1 * MB, spilled_bytes=20 * MB),
        replace(over(64, 10), shuffle_read_bytes=1 * MB, spilled_bytes=200 * MB),
    ],
)
def test_a_small_spill_is_not_told(stage: Stage) -> None:
    assert kinds(seen(stage)) == []


def test_many_tasks_of_some_milliseconds_are_told() -> None:
    finding = only(seen(over(5_000, 4, took=12_000)))
    assert (finding.kind, finding.severity) == (FindingKind.TINY_TASKS, Severity.INFO)
    assert finding.text.startswith("Stage 4 has 5,000 tasks of 4 ms each: starting them is most of its 12 s.")


@pytest.mark.parametrize("stage", [over(5_000, 40), over(150, 4), over(5_000, 4, took=1_500)])
def test_tasks_that_are_long_few_or_over_soon_are_not_tiny(stage: Stage) -> None:
    assert kinds(seen(stage)) == []


def test_many_tasks_that_read_next_to_nothing_are_tiny_files_and_not_tiny_tasks() -> None:
    finding = only(seen(replace(over(5_000, 4), input_bytes=100 * MB, input_rows=900_000)))
    assert (finding.kind, finding.severity) == (FindingKind.TINY_FILES, Severity.INFO)
    assert finding.text.startswith("Stage 4 has read 100 MB in 5,000 tasks, 20.0 KB each, for 40 s:")


def test_a_cached_table_and_a_count_over_large_files_are_no_tiny_files() -> None:
    scan = replace(over(5_000, 40), input_bytes=100 * MB, input_rows=900_000)
    cached = Plan(1, trees=((PlanNode(0, "InMemoryTableScan"),),))
    assert kinds(seen(scan)) == ["tiny_files"]
    assert kinds(replace(seen(scan), plans=(cached,))) == []
    assert kinds(seen(replace(scan, input_rows=5_000 * 200_000))) == []
    assert kinds(seen(replace(scan, input_bytes=5_000 * 8 * MB))) == []
    assert kinds(seen(replace(scan, shuffle_read_bytes=1))) == []


def test_failed_tasks_are_told_when_their_stage_matters() -> None:
    finding = only(seen(replace(over(64, 5_000), num_failed_tasks=3)))
    assert (finding.kind, finding.severity) == (FindingKind.RETRIED_TASKS, Severity.WARNING)
    assert finding.text.startswith("Stage 4: 3 tasks failed: that work is done again.")
    assert kinds(seen(replace(over(64, 5), num_failed_tasks=3))) == []


def test_a_stage_that_is_begun_again_is_always_told() -> None:
    finding = only(seen(replace(over(4, 5), attempt_id=1)))
    assert finding.text.startswith("Stage 4: it was begun again once")
    assert finding.figures["stage_attempts"] == 2


@pytest.mark.parametrize(
    ("why", "is_lost"),
    [
        ("executor decommissioned", True),
        ("another attempt succeeded", False),
        ("Stage cancelled: Stage finished", False),
        ("Stage cancelled: Job 7 cancelled", False),
    ],
)
def test_killed_tasks_are_lost_work_unless_they_were_not_needed(why: str, is_lost: bool) -> None:
    stage = replace(over(64, 5_000), num_killed_tasks=2)
    found = find(seen(stage, killed_tasks_summary={why: 2}))
    assert [finding.figures["killed_tasks"] for finding in found] == ([2] if is_lost else [])


def test_a_long_stage_of_one_task_is_told_while_cores_idle() -> None:
    stage = at_work(1, 0, 0, 48_000, begun=48_000)
    finding = only(seen(stage, capacity=Capacity(1, 16, 1)))
    assert (finding.kind, finding.severity) == (FindingKind.ONE_PARTITION, Severity.WARNING)
    assert "it has run for 48 s, 80% of the job's time, while 15 of 16 cores idle" in finding.text
    assert kinds(seen(stage, capacity=Capacity(1, 16, 16))) == []
    assert kinds(seen(stage, capacity=Capacity(1, 1, 1))) == []
    assert kinds(seen(stage, capacity=None)) == []


def test_one_task_that_gathers_rows_is_told_sooner_than_one_that_reads_a_file() -> None:
    stage = at_work(1, 0, 0, 3_000, begun=3_000)
    assert kinds(seen(stage, since=4_000)) == []
    read, written = replace(stage, shuffle_read_rows=1), Stage(2, 0, "SKIPPED")
    for snapshot in (seen(read, since=4_000), seen(written, stage, since=4_000)):
        assert "A window without PARTITION BY" in only(snapshot).text


def test_a_stage_of_one_task_is_told_when_it_has_ended_too() -> None:
    assert "it ran for 40 s, 67% of the job's time" in only(seen(over(1, 40_000))).text
    assert kinds(seen(over(1, 20_000, took=20_000))) == []
    assert kinds(seen(over(1, 4_000, took=4_000), since=4_000)) == []


def test_a_stage_with_fewer_tasks_than_cores_leaves_them_idle() -> None:
    stage = at_work(4, 0, 0, *[34_500] * 4, begun=34_500)
    finding = only(seen(stage, capacity=Capacity(1, 16, 4)))
    assert (finding.kind, finding.severity) == (FindingKind.IDLE_CORES, Severity.INFO)
    assert finding.text.startswith("Stage 3 has 4 tasks for 16 cores: 12 idle, and it has run for 34 s.")


@pytest.mark.parametrize(
    ("stage", "busy"),
    [
        (at_work(4, 0, 0, *[30_000] * 4), 14),  # others use them
        (at_work(4, 0, 0, *[3_000] * 4, begun=3_000), 4),  # just begun
        (at_work(64, 0, 0, *[30_000] * 4), 4),  # tasks enough
        (at_work(4, 1, 1_000, 3_000, 3_000), 4),  # one task has not begun
    ],
)
def test_cores_that_others_use_or_that_idle_for_a_moment_are_not_told(stage: Stage, busy: int) -> None:
    assert kinds(seen(stage, capacity=Capacity(1, 16, busy))) == []


def test_several_narrow_stages_tell_once_of_idle_cores() -> None:
    long = at_work(3, 0, 0, *[40_000] * 3, begun=40_000)
    short = replace(at_work(2, 0, 0, *[30_000] * 2, begun=30_000), stage_id=5)
    finding = only(seen(long, short, capacity=Capacity(1, 16, 5)))
    assert (finding.kind, finding.stage_id) == (FindingKind.IDLE_CORES, 3)


def test_large_broadcasts_are_told_once_the_largest_first() -> None:
    def node(size: float) -> PlanNode:
        return PlanNode(2, "BroadcastQueryStage", size=size, rows=3_000_000)

    tree = (PlanNode(0, "AdaptiveSparkPlan"), node(150 * MB), node(412 * MB), node(412 * MB), node(99 * MB))
    found = find(Snapshot(NOW, plans=(Plan(1, trees=(tree,)),)))
    assert [finding.figures["size_bytes"] for finding in found] == [412 * MB, 150 * MB]
    assert found[0].text.startswith("A broadcast of 412 MB (3,000,000 rows) goes through the driver")


def test_warnings_come_first_and_of_a_kind_the_heaviest() -> None:
    spilling = [
        replace(over(64, 2_000 + number), stage_id=number, spilled_bytes=900 * MB) for number in range(10, 16)
    ]
    tiny = replace(over(5_000, 4), stage_id=1)
    found = find(seen(*spilling, tiny, since=100_000))
    assert [finding.stage_id for finding in found] == [13, 14, 15, 1]
    assert len(found) == MOST_OF_A_KIND + 1


def test_what_is_said_does_not_change_within_a_second() -> None:
    snapshot = seen(at_work(200, 199, 1_200, 41_000))
    later = replace(snapshot, taken_at=NOW + 900)
    assert find(snapshot) == find(later)
    assert find(snapshot) != find(replace(snapshot, taken_at=NOW + 1_100))


@st.composite
def healthy_jobs(draw: st.DrawFn) -> Snapshot:
    """Stages with at least as many tasks as cores, all tasks much alike, nothing lost or spilled."""
    cores = draw(st.integers(1, 64))
    stages = []
    for number in range(draw(st.integers(0, 5))):
        tasks = draw(st.integers(cores, 4_000).filter(lambda count: count > 1))
        ended = draw(st.integers(0, tasks))
        mean = draw(st.integers(50, 60_000))
        ages = draw(st.lists(st.integers(0, 2 * mean), max_size=min(cores, tasks - ended)))
        length = mean * math.ceil(tasks / cores)
        is_over = ended == tasks
        read = draw(st.integers(2 * MB, 128 * MB)) * max(1, ended)
        stages.append(
            replace(
                at_work(tasks, ended, mean, *ages, begun=draw(st.integers(0, length))),
                stage_id=number,
                status="COMPLETE" if is_over else "ACTIVE",
                completion_time=NOW if is_over else None,
                input_bytes=read if number % 2 else 0,
                shuffle_read_bytes=0 if number % 2 else read,
                spilled_bytes=draw(st.integers(0, read // 4)),
            )
        )
    busy = min(cores, sum(stage.num_active_tasks for stage in stages))
    return seen(*stages, capacity=Capacity(1, cores, busy), since=draw(st.integers(0, 3_600_000)))


@given(healthy_jobs())
def test_nothing_is_found_on_a_healthy_job(snapshot: Snapshot) -> None:
    assert find(snapshot) == ()


amounts = st.integers(0, 10**13)
times = st.none() | st.integers(0, 2 * NOW)
counts = st.integers(0, 10_000)
tasks = st.builds(RunningTask, counts, counts, st.integers(0, 2 * NOW), amounts, amounts, amounts, amounts)
stages = st.builds(
    Stage,
    stage_id=st.integers(0, 20),
    attempt_id=st.integers(0, 3),
    status=st.sampled_from(["ACTIVE", "PENDING", "COMPLETE", "FAILED", "SKIPPED", "NEW"]),
    num_tasks=counts,
    num_active_tasks=counts,
    num_complete_tasks=counts,
    num_failed_tasks=counts,
    num_killed_tasks=counts,
    num_completed_indices=counts,
    submission_time=times,
    first_task_time=times,
    completion_time=times,
    run_time_ms=amounts,
    input_bytes=amounts,
    input_rows=amounts,
    shuffle_read_bytes=amounts,
    shuffle_read_rows=amounts,
    spilled_bytes=amounts,
    running=st.lists(tasks, max_size=4).map(tuple),
)


@given(st.lists(stages, max_size=8), st.none() | st.builds(Capacity, counts, counts, counts), times)
def test_whatever_spark_says_findings_are_few_sentences_with_finite_figures(
    found: list[Stage], capacity: Capacity | None, since: int | None
) -> None:
    owner = Subjob(1, status="RUNNING", submission_time=since, stage_ids=tuple(range(10)))
    snapshot = Snapshot(NOW, (owner,), {stage.stage_id: stage for stage in found}, capacity=capacity)
    findings = find(snapshot)
    assert len(findings) <= MOST_OF_A_KIND * len(FindingKind)
    assert len({(finding.kind, finding.stage_id) for finding in findings}) == len(findings)
    for finding in findings:
        assert finding.text[0].isupper()
        assert all(math.isfinite(number) and number >= 0 for number in finding.figures.values())
