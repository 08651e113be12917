"""Plans, running tasks and cores: on real Spark, and step by step on one that is played."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace

import pytest

import headway.engine.monitor_details as details_module
from headway.engine.monitor import Monitor
from headway.engine.spark_engine import SparkEngine
from headway.jobs.errors import ProgressUnavailable
from headway.jobs.plan import Plan, PlanNode
from headway.jobs.segments import roots, walk
from tests.engine.jobs import Jobs, collected
from tests.engine.test_monitor import PlayedSpark, monitor, played
from tests.service.scene import until
from tests.statements import sleeping

__all__ = ["monitor", "played"]  # fixtures


async def test_a_plan_is_found_by_its_subjobs_and_read_once_more_when_it_has_ended(
    played: PlayedSpark, monitor: Monitor
) -> None:
    monitor.watch("mine")
    await monitor.snapshots(["mine"])
    played.run(4, "mine", 7)
    played.executions[11] = Plan(11, (4,))
    (plan,) = (await monitor.snapshots(["mine"]))["mine"].plans
    assert (plan.execution_id, plan.trees[0][0].name) == (11, "plan of 11")
    played.end(4)
    played.executions[11] = Plan(11, (4,), is_running=False)
    while (await monitor.snapshots(["mine"]))["mine"].plans[0].is_running:
        await asyncio.sleep(0)
    before = played.asked["tree 11"]
    for _ in range(3):
        await monitor.snapshots(["mine"])
    assert played.asked["tree 11"] == before  # it does not change any more


async def test_figures_stay_while_sparks_page_shows_a_new_plan_beside_those_of_the_one_before(
    played: PlayedSpark, monitor: Monitor
) -> None:
    async def shown(tree: PlanNode) -> str:
        """Give the plan's root once Spark's page was read that has this one."""
        played.told[11] = ((tree,),)
        pages = played.asked["tree 11"]
        while True:
            (plan,) = (await monitor.snapshots(["mine"]))["mine"].plans
            if played.asked["tree 11"] > pages:
                return plan.trees[0][0].name
            await asyncio.sleep(0.05)

    counted = {"number of output rows": 7.0}
    monitor.watch("mine")
    await monitor.snapshots(["mine"])
    played.run(4, "mine", 7)
    played.executions[11] = Plan(11, (4, 5, 6))
    assert await shown(PlanNode(0, "first", metrics=counted)) == "first"
    played.run(5, "mine", 8)
    assert await shown(PlanNode(0, "second")) == "first"
    played.run(6, "mine", 9)
    assert await shown(PlanNode(0, "second", metrics=counted)) == "second"


async def test_plans_of_others_are_not_kept(played: PlayedSpark, monitor: Monitor) -> None:
    monitor.watch("mine")
    await monitor.snapshots(["mine"])
    played.run(4, "other", 7)
    played.run(5, "mine", 8)
    played.executions[11] = Plan(11, (4,))
    played.executions[12] = Plan(12, (5,))
    (plan,) = (await monitor.snapshots(["mine"]))["mine"].plans
    assert plan.execution_id == 12


async def test_an_execution_that_had_no_subjob_yet_is_looked_at_again(
    played: PlayedSpark, monitor: Monitor
) -> None:
    monitor.watch("mine")
    await monitor.snapshots(["mine"])
    played.executions[11] = Plan(11)
    played.run(4, "mine", 7)
    assert (await monitor.snapshots(["mine"]))["mine"].plans == ()
    played.executions[11] = replace(played.executions[11], subjob_ids=(4,))
    played.run(5, "mine", 8)
    (plan,) = (await monitor.snapshots(["mine"]))["mine"].plans
    assert plan.subjob_ids == (4,)


async def test_cores_are_counted_anew_when_another_number_of_tasks_runs(
    played: PlayedSpark, monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def counted(active_tasks: int) -> int:
        played.known[1] = replace(played.known[1], num_active_tasks=active_tasks)
        before = played.asked["capacity"]
        await monitor.snapshots(["mine"])
        return played.asked["capacity"] - before

    monkeypatch.setattr(details_module, "AGAIN_SECONDS", 0.0)
    played.run(1, "mine", 10)
    assert [await counted(tasks) for tasks in (2, 2, 1, 1)] == [1, 0, 1, 0]
    assert [await counted(tasks) for tasks in (0, 0)] == [1, 1]  # what waits for a core is to be told why


async def test_real_sparks_plan_shows_rows_and_tasks_while_it_runs(jobs: Jobs, engine: SparkEngine) -> None:
    execution = await jobs.prepare(sleeping(tasks=6, ms=600))
    reading = asyncio.create_task(collected(engine.execute(execution)))

    async def under_way() -> bool:
        snapshot = (await engine.snapshots([execution.job_id]))[execution.job_id]
        shown = any(each.metrics for plan in snapshot.plans for tree in plan.trees for each in tree)
        running = any(stage.running for stage in snapshot.stages.values())
        return shown and running and snapshot.capacity is not None and snapshot.capacity.cores == 2

    await until(under_way, 30)
    snapshot = (await engine.snapshots([execution.job_id]))[execution.job_id]
    (plan,) = snapshot.plans
    assert plan.is_running
    assert any(not segment.is_begun for segment in walk(roots(plan)[0]))
    await reading
    engine.forget(execution.job_id)


async def test_a_read_that_fails_is_done_again(
    played: PlayedSpark, monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monitor.watch("mine")
    await monitor.snapshots(["mine"])
    played.run(4, "mine", 7)
    played.executions[11] = Plan(11, (4,))
    with monkeypatch.context() as slow:
        slow.setattr(played, "plans", too_slow)
        assert (await monitor.snapshots(["mine"]))["mine"].plans == ()
    (plan,) = (await monitor.snapshots(["mine"]))["mine"].plans
    assert plan.execution_id == 11


async def too_slow(ids: Iterable[int]) -> dict[int, Plan]:
    raise ProgressUnavailable("Spark's monitoring does not answer: ReadTimeout")
