"""The plan on the wire: what is picked from Spark's metrics, also of a job that ended long ago."""

from headway.api.plan_view import plan_out
from headway.engine.base import Completed
from headway.engine.scripted import NO_COLUMNS, Script
from headway.jobs.plan import Plan, PlanNode
from headway.jobs.subjob import Snapshot, Subjob
from headway.service.clock import now_ms
from tests.api.watched import watched
from tests.service.scene import World

TREE = (
    PlanNode(
        0, "HashAggregate", True, metrics={"number of output rows": 3.0, "time in aggregation build": 12.4}
    ),
    PlanNode(
        1,
        "Exchange",
        metrics={
            "shuffle records written": 40.0,
            "shuffle bytes written": 1_024.0,
            "data size": 4_096.0,
            "shuffle write time": 5.0,
            "fetch wait time": 1.0,
            "remote reqs duration": 9.0,
            "local blocks read": 4.0,
        },
        stage_ids=(1, 2),
    ),
    PlanNode(2, "ShuffleQueryStage", size=77.6, rows=40.0),
    PlanNode(
        3, "Scan parquet t", metrics={"size of files read": 99.0, "scan time": 7.0, "metadata time": 1.0}
    ),
)


def test_rows_time_and_bytes_are_picked_from_the_metrics() -> None:
    snapshot = Snapshot(5, plans=(Plan(4, (1,), True, (TREE, TREE[3:]), told_at=5),))
    execution = plan_out("j1", snapshot).executions[0]
    nodes = execution.trees[0].nodes
    assert [(node.depth, node.name) for node in nodes] == [(node.depth, node.name) for node in TREE]
    assert [(node.rows, node.time_ms, node.bytes) for node in nodes] == [
        (3, 12, None),
        (40, 6, 1_024),
        (40, None, 78),
        (None, 8, 99),
    ]
    assert nodes[0].is_codegen
    assert nodes[1].stage_ids == [1, 2]
    assert nodes[1].metrics == TREE[1].metrics
    assert (execution.execution_id, execution.is_running, execution.told_at) == (4, True, 5)
    assert len(execution.trees) == 2


async def test_the_plan_of_an_ended_job_is_kept_with_its_figures(world: World) -> None:
    snapshot = Snapshot(
        now_ms(), (Subjob(1, status="SUCCEEDED"),), plans=(Plan(4, (1,), False, (TREE,), told_at=5),)
    )
    world.scripts["select 1"] = Script(steps=[NO_COLUMNS, Completed()], readings=[snapshot])
    job = await world.run()
    await world.quiet()
    after = await world.restarted()
    async with watched(after).http() as http:
        plan = (await http.get(f"/jobs/{job.job_id}/plan")).json()
        nobodys = await http.get("/jobs/nope/plan")
    assert plan == plan_out(job.job_id, snapshot).model_dump(mode="json")
    assert nobodys.status_code == 404
