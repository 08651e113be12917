"""Findings about data: too much for the memory, spread over too many files, copied to every executor."""

from collections.abc import Iterable

from headway.jobs.amounts import noun_text, size_text, span_text, whole_seconds
from headway.jobs.finding import Finding, FindingKind, Severity
from headway.jobs.plan import Plan, PlanNode
from headway.jobs.stage_load import StageLoad

SPILL_BYTES = 64e6
SPILL_SHARE = 0.5  # of what the stage read

FILE_TASKS = 200
FILE_BYTES = 1e6  # that a task reads
FILE_ROWS = 50_000

BROADCAST_BYTES = 100e6


def find_spill(load: StageLoad) -> Finding | None:
    """Find a stage that spilled much of what it read.

    Spark's two figures are in it together: the rows' size in memory, and what was written to disk for them.
    """
    stage = load.stage
    read = stage.input_bytes + stage.shuffle_read_bytes
    if stage.spilled_bytes < max(SPILL_BYTES, SPILL_SHARE * read) or not load.has_weight:
        return None
    text = (
        f"Stage {stage.stage_id} had no room for its rows in memory and spilled "
        f"{size_text(stage.spilled_bytes)} (in memory and on disk together), having read {size_text(read)}. "
        "More memory for the engine, or more and smaller partitions (spark.sql.shuffle.partitions, "
        "a REPARTITION hint) avoid it"
    )
    figures = {"spilled_bytes": stage.spilled_bytes, "read_bytes": read, "num_tasks": stage.num_tasks}
    return load.finding(FindingKind.SPILL, Severity.WARNING, text, figures)


def find_tiny_files(load: StageLoad, plans: Iterable[Plan]) -> Finding | None:
    """Find a scan of very many tasks that each read few bytes and few rows.

    Spark does not tell how many files a scan has. It puts many small ones into one task, so tasks that are
    small and many mean very many small files, or large ones of which a filter leaves little. Blocks of a
    cached table count as input too, so nothing is said when the statement reads one.
    """
    stage, tasks = load.stage, load.ended_tasks
    is_scan = stage.input_bytes > 0 and stage.shuffle_read_bytes == 0
    if not is_scan or tasks <= FILE_TASKS or not load.takes_long:
        return None
    if (
        stage.input_bytes >= FILE_BYTES * tasks
        or stage.input_rows >= FILE_ROWS * tasks
        or _reads_cache(plans)
    ):
        return None
    mean = stage.input_bytes / tasks
    text = (
        f"Stage {stage.stage_id} has read {size_text(stage.input_bytes)} in {noun_text(tasks, 'task')}, "
        f"{size_text(mean)} each, for {span_text(whole_seconds(load.span_ms))}: the table has very many "
        "small files, or a filter leaves little of each. Fewer and larger files are read faster: rewrite the "
        "table, or partition it by what is filtered"
    )
    figures = {
        "ended_tasks": tasks,
        "num_tasks": stage.num_tasks,
        "input_bytes": stage.input_bytes,
        "mean_input_bytes": round(mean),
        "span_ms": whole_seconds(load.span_ms),
    }
    return load.finding(FindingKind.TINY_FILES, Severity.INFO, text, figures)


def _reads_cache(plans: Iterable[Plan]) -> bool:
    nodes = (node for plan in plans for tree in plan.trees for node in tree)
    return any("InMemoryTableScan" in node.name or node.name == "TableCacheQueryStage" for node in nodes)


def find_broadcasts(plans: Iterable[Plan]) -> list[Finding]:
    """Find large tables that are sent to every executor, the largest first; one used again counts once."""
    sizes = {
        (plan.execution_id, node.size): node
        for plan in plans
        for tree in plan.trees
        for node in tree
        if node.name == "BroadcastQueryStage" and node.size is not None and node.size > BROADCAST_BYTES
    }
    return [_broadcast(size or 0, sizes[plan_id, size]) for plan_id, size in sorted(sizes, key=_largest)]


def _largest(key: tuple[int, float | None]) -> float:
    return -(key[1] or 0)


def _broadcast(size: float, node: PlanNode) -> Finding:
    rows = "" if node.rows is None else f" ({noun_text(round(node.rows), 'row')})"
    text = (
        f"A broadcast of {size_text(size)}{rows} goes through the driver to every executor, and takes that "
        "much memory in each. A lower spark.sql.autoBroadcastJoinThreshold, or leaving out a BROADCAST hint, "
        "makes it a shuffled join"
    )
    figures: dict[str, int | float] = {"size_bytes": round(size)}
    if node.rows is not None:
        figures["rows"] = round(node.rows)
    return Finding(FindingKind.BIG_BROADCAST, Severity.WARNING, text, figures=figures)
