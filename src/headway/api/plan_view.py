"""A job's plan on the wire: each operator with what Spark says of its work so far."""

from collections.abc import Mapping

from pydantic import BaseModel

from headway.jobs.plan import Plan, PlanNode
from headway.jobs.subjob import Snapshot

_ROWS = ("number of output rows", "shuffle records written", "number of rows")
_BYTES = (
    "size of files read",
    "shuffle bytes written",
    "data size",
    "written output",
    "bytes of written output",
    "data sent to Python workers",
)
_TIME_WORDS = ("time", "duration")
# Parts of another figure, or waits that go on beside it.
_PART_TIMES = ("remote reqs duration", "remote merged reqs duration")


class PlanNodeOut(BaseModel):
    """One operator. ``time_ms`` is the time of all its tasks together; null is what Spark does not count.

    ``metrics`` are Spark's SQL metrics by name: counts, bytes, milliseconds. ``stage_ids`` are the stages
    that worked on it.
    """

    depth: int
    name: str
    is_codegen: bool
    rows: int | None
    time_ms: int | None
    bytes: int | None
    metrics: dict[str, float]
    stage_ids: list[int]


class PlanTreeOut(BaseModel):
    """Operators in preorder: a node's children follow it, one deeper."""

    nodes: list[PlanNodeOut]


class ExecutionOut(BaseModel):
    """One SQL execution of the statement: the main plan, then its subqueries; ``told_at`` is epoch ms."""

    execution_id: int
    is_running: bool
    told_at: int
    subjob_ids: list[int]
    trees: list[PlanTreeOut]


class PlanOut(BaseModel):
    """The plans of a job, in the order in which Spark made them; none before Spark has planned."""

    job_id: str
    executions: list[ExecutionOut]


def plan_out(job_id: str, snapshot: Snapshot, *, has_ended: bool = False) -> PlanOut:
    """Show the plans of a job; those of one that has ended run no more, even if Spark was late to say so."""
    executions = [_execution_out(plan, has_ended=has_ended) for plan in snapshot.plans]
    return PlanOut(job_id=job_id, executions=executions)


def _execution_out(plan: Plan, *, has_ended: bool) -> ExecutionOut:
    return ExecutionOut(
        execution_id=plan.execution_id,
        is_running=plan.is_running and not has_ended,
        told_at=plan.told_at,
        subjob_ids=list(plan.subjob_ids),
        trees=[PlanTreeOut(nodes=[_node_out(node) for node in tree]) for tree in plan.trees],
    )


def _node_out(node: PlanNode) -> PlanNodeOut:
    return PlanNodeOut(
        depth=node.depth,
        name=node.name,
        is_codegen=node.is_codegen,
        rows=_whole(_first(node.metrics, _ROWS), node.rows),
        time_ms=_whole(_time(node.metrics), None),
        bytes=_whole(_first(node.metrics, _BYTES), node.size),
        metrics=dict(node.metrics),
        stage_ids=list(node.stage_ids),
    )


def _first(metrics: Mapping[str, float], names: tuple[str, ...]) -> float | None:
    return next((metrics[name] for name in names if name in metrics), None)


def _time(metrics: Mapping[str, float]) -> float | None:
    times = [
        value
        for name, value in metrics.items()
        if name not in _PART_TIMES and any(word in name.split() for word in _TIME_WORDS)
    ]
    return sum(times) if times else None


def _whole(figure: float | None, otherwise: float | None) -> int | None:
    found = otherwise if figure is None else figure
    return None if found is None else round(found)
