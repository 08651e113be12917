"""What a job is at: a pure function of its state and of what Spark said."""

from headway.jobs.estimate import Phase
from headway.jobs.job import JobType
from headway.jobs.lifecycle import BEFORE_SPARK, TERMINAL, JobState
from headway.jobs.plan import Plan, PlanNode
from headway.jobs.subjob import Snapshot, Subjob

# Between two subjobs none runs while adaptive execution plans: a shorter calm says nothing.
SETTLED_MS = 500


def phase_of(state: JobState, job_type: JobType, snapshot: Snapshot) -> Phase:
    """Tell what a job is at; ``running`` wherever the plan does not show that every task is done."""
    if state is JobState.QUEUED:
        return Phase.QUEUED
    if state in BEFORE_SPARK:
        return Phase.LAUNCHING
    if state in TERMINAL:
        return Phase.DONE
    if not snapshot.subjobs:
        return Phase.PLANNING
    if not _is_all_done(snapshot):
        return Phase.RUNNING
    return Phase.FETCHING if job_type is JobType.QUERY else Phase.COMMITTING


def calm_ms(snapshot: Snapshot) -> int | None:
    """How long no subjob has run, after the last one ended; ``None`` while one runs or nobody knows."""
    ends = [subjob.completion_time for subjob in snapshot.subjobs if subjob.completion_time is not None]
    if not ends or any(subjob.is_running for subjob in snapshot.subjobs):
        return None
    return max(0, snapshot.taken_at - max(ends))


def _is_all_done(snapshot: Snapshot) -> bool:
    calm = calm_ms(snapshot)
    if calm is None or calm < SETTLED_MS or not snapshot.plans:
        return False
    last = max(snapshot.subjobs, key=lambda subjob: subjob.id)
    return not _writes_shuffle(last, snapshot) and not any(_has_more(plan) for plan in snapshot.plans)


def _writes_shuffle(subjob: Subjob, snapshot: Snapshot) -> bool:
    """Whether another subjob reads what this one made."""
    stages = [snapshot.stages[each] for each in subjob.stage_ids or () if each in snapshot.stages]
    return bool(stages) and max(stages, key=lambda stage: stage.stage_id).shuffle_write_bytes > 0


def _has_more(plan: Plan) -> bool:
    """Whether tasks of an execution are still to come, or nobody knows.

    An adaptive plan shows a ``ResultQueryStage`` from its last subjob on. Before that all its exchanges may
    have been made: the tasks that use them are to come. Spark 3 shows none: its end is not seen.
    """
    if not plan.is_running:
        return False
    if not plan.trees:
        return True
    main = {node.name for node in plan.trees[0]}
    if "AdaptiveSparkPlan" in main and "ResultQueryStage" not in main:
        return True
    return any(_has_open_exchange(tree) for tree in plan.trees)


def _has_open_exchange(tree: tuple[PlanNode, ...]) -> bool:
    """Whether an exchange is not below a query stage; nodes stand in preorder."""
    below: int | None = None  # depth of the query stage that the walk is in
    for node in tree:
        if below is not None and node.depth <= below:
            below = None
        # The result stage stands above the whole plan: what is below it was not begun by it.
        if below is None and node.is_query_stage and node.name != "ResultQueryStage":
            below = node.depth
        elif below is None and node.name.endswith("Exchange") and node.name != "ReusedExchange":
            return True
    return False
