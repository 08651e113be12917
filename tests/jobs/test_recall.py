"""How far a run has come against an earlier one: stages, the waits between them, the size of the tables."""

from dataclasses import replace

import pytest

from headway.jobs.estimator import Estimator
from headway.jobs.forecast import Forecast
from headway.jobs.plan import Plan, PlanNode
from headway.jobs.profile import Profile, StageRun
from headway.jobs.recall import Recalled, recall, see
from headway.jobs.subjob import Snapshot, Stage, Subjob
from headway.jobs.warmth import COLD, lengthening

# Planned for 1 s, read for 4 s, waited 1 s for the next stage, joined for 3 s, fetched for 1 s.
READ = StageRun(1_000, 5_000, num_tasks=8, run_time_ms=8_000, input_rows=1_000_000)
JOINED = StageRun(6_000, 9_000, num_tasks=2, run_time_ms=6_000, shuffle_read_rows=1_000)
EARLIER = Profile(0, 10_000, 2, (READ, JOINED), {"orders": 100e6}, subjobs_before=50)
ORDERS = "Scan parquet spark_catalog.sales.orders"


def stage(
    stage_id: int, begun: int, ended: int | None = None, tasks: int = 8, rows: int = 1_000_000
) -> Stage:
    return Stage(
        stage_id,
        0,
        "ACTIVE" if ended is None else "COMPLETE",
        num_tasks=tasks,
        num_complete_tasks=0 if ended is None else tasks,
        submission_time=begun,
        completion_time=ended,
        input_rows=0 if ended is None else rows,
    )


def seen_at(now: int, *stages: Stage, size: float = 100e6, subjobs_before: int = 60) -> Snapshot:
    scan = PlanNode(0, ORDERS, metrics={"size of files read": size})
    ids = tuple(range(subjobs_before, subjobs_before + len(stages)))
    subjobs = tuple(
        Subjob(
            number,
            status="RUNNING" if each.completion_time is None else "SUCCEEDED",
            stage_ids=(each.stage_id,),
        )
        for number, each in zip(ids, stages, strict=True)
    )
    plan = Plan(0, ids, True, ((PlanNode(0, "AdaptiveSparkPlan"), replace(scan, depth=1)),))
    return Snapshot(now, subjobs, {each.stage_id: each for each in stages}, (plan,))


def against(profile: Profile, snapshot: Snapshot, reads: dict[int, float] | None = None) -> Recalled:
    planned = Forecast(seconds=1.0, reads=reads or {}, shares={}, read={})
    return recall(profile, see(snapshot, planned, snapshot.taken_at))


def test_a_run_that_has_done_the_same_stages_has_come_as_far_however_fast_it_is() -> None:
    half = seen_at(2_500, stage(0, 500, 2_500))
    assert against(EARLIER, half).fraction == pytest.approx(0.5, abs=0.01)
    slow = seen_at(20_000, stage(0, 2_000, 20_000))
    assert against(EARLIER, slow).fraction == pytest.approx(0.5, abs=0.01)


def test_while_it_waits_for_the_next_stage_time_goes_on_as_it_did_before() -> None:
    just_ended = against(EARLIER, seen_at(5_000, stage(0, 1_000, 5_000))).fraction
    later = against(EARLIER, seen_at(5_500, stage(0, 1_000, 5_000))).fraction
    much_later = against(EARLIER, seen_at(9_000, stage(0, 1_000, 5_000))).fraction
    next_one = against(EARLIER, seen_at(9_000, stage(0, 1_000, 5_000), stage(1, 9_000, tasks=2))).fraction
    assert just_ended == pytest.approx(0.5)
    assert later == pytest.approx(0.55)
    assert 0.55 < much_later < next_one == pytest.approx(0.6)


def test_four_times_the_data_makes_the_stages_longer_but_not_the_planning() -> None:
    found = against(EARLIER, seen_at(1_500, stage(0, 1_000), size=400e6))
    assert found.scale == pytest.approx(4)
    waits = 1_000 + 1_000 + 1_000
    assert waits + 0.95 * 4 * 7_000 < found.length_ms < waits + 4 * 7_000


def test_files_that_have_grown_a_little_are_taken_for_the_same() -> None:
    found = against(EARLIER, seen_at(1_500, stage(0, 1_000), size=120e6))
    assert (found.scale, found.length_ms) == (1.0, 10_000)


def test_of_two_stages_that_begin_together_each_is_known_by_the_rows_it_will_read() -> None:
    large = replace(READ, input_rows=6_000_000, ended_ms=4_000, run_time_ms=12_000)
    small = replace(READ, input_rows=20_000, ended_ms=1_400, run_time_ms=400)
    earlier = replace(EARLIER, stages=(large, small))
    ended = stage(8, 1_000, 1_400, rows=20_000)
    found = against(earlier, seen_at(1_400, ended, stage(7, 1_000)), reads={7: 6e6, 8: 2e4})
    assert found.fraction < 0.3  # the large one is the one that goes on


def test_the_first_run_on_an_engine_is_expected_to_take_longer_than_the_next() -> None:
    only = [EARLIER]
    assert lengthening(only, 60) == [1 / COLD]  # it was the first, this one is not
    assert lengthening(only, 3) == [1.0]  # another engine, that counts from 0: both are first
    warm = [replace(EARLIER, subjobs_before=55), EARLIER]
    assert lengthening(warm, 60) == [1.0, 1 / COLD]
    assert lengthening(warm, 3) == [COLD, 1.0]
    assert lengthening([], None) == []


def test_of_several_earlier_runs_the_one_counts_that_was_as_fast_so_far() -> None:
    def slower(run: Profile, factor: int) -> Profile:
        stages = tuple(
            replace(each, begun_ms=each.begun_ms * factor, ended_ms=each.ended_ms * factor)
            for each in run.stages
        )
        return replace(run, duration_ms=run.duration_ms * factor, stages=stages)

    alone = [EARLIER, replace(EARLIER, subjobs_before=40)]
    crowded = [slower(each, 5) for each in alone]
    left = []
    for history in (alone, [*crowded, *alone], crowded):
        estimator = Estimator(0, history)
        for now in range(1_500, 6_000, 500):
            ended = stage(0, 1_000, 5_000 if now >= 5_000 else None)
            estimator.see(seen_at(now, ended), 0, now)
        said = estimator.say(5_500).remaining
        assert said is not None
        left.append(said.likely)
    assert left[1] == pytest.approx(left[0], rel=0.15)
