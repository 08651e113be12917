"""Findings about cores that a stage leaves idle."""

from headway.jobs.amounts import noun_text, span_text, whole_seconds
from headway.jobs.finding import Finding, FindingKind, Severity
from headway.jobs.stage_load import StageLoad

LONG_MS = 5_000  # the first stage, of a small table, may be one cold task for some seconds
MOST_OF_JOB = 0.5
IDLE_SHARE = 0.5  # of the engine's cores


def find_one_partition(load: StageLoad) -> Finding | None:
    """Find a stage of one task that runs, or ran, for most of the job's time.

    Whether cores idled beside one that has ended is not known; it could not have used them.
    """
    stage, job = load.stage, load.job
    if stage.num_tasks != 1 or stage.status == "FAILED" or job.cores <= 1:
        return None
    is_long = load.takes_long if load.gathers else _is_long(load)
    if not is_long or load.span_ms < MOST_OF_JOB * job.span_ms or (load.is_active and not _idles(load)):
        return None
    span, share = whole_seconds(load.span_ms), load.span_ms / max(load.span_ms, job.span_ms)
    took, cores = ("has run", "idle") if load.is_active else ("ran", "could not help")
    idle = job.idle_cores if load.is_active else job.cores - 1
    text = (
        f"All of stage {stage.stage_id} is one task: it {took} for {span_text(span)}, {share:.0%} of the "
        f"job's time, while {idle:,} of {noun_text(job.cores, 'core')} {cores}. {_why_one(load.gathers)}"
    )
    figures = {"span_ms": span, "share": round(share, 2), "idle_cores": idle, "cores": job.cores}
    return load.finding(FindingKind.ONE_PARTITION, Severity.WARNING, text, figures)


def _why_one(gathers: bool) -> str:
    if gathers:
        return (
            "A window without PARTITION BY, REPARTITION(1) or COALESCE(1) brings all rows to one task; "
            "so do few rows that are costly: REPARTITION(n) before that step spreads them"
        )
    return (
        "It reads one small file, or one that cannot be split: a REPARTITION hint before what is costly, "
        "or more files, spread the work"
    )


def find_idle_cores(load: StageLoad) -> Finding | None:
    """Find a stage at work that has begun all its tasks and still leaves half of the cores idle, or more."""
    stage, job = load.stage, load.job
    begun = stage.num_completed_indices + stage.num_active_tasks
    is_narrow = 1 < stage.num_tasks < job.cores and begun >= stage.num_tasks
    if not load.is_active or stage.num_active_tasks == 0 or not is_narrow:
        return None
    if not _is_long(load) or not _idles(load):
        return None
    span = whole_seconds(load.span_ms)
    text = (
        f"Stage {stage.stage_id} has {stage.num_tasks:,} tasks for {job.cores:,} cores: {job.idle_cores:,} "
        f"idle, and it has run for {span_text(span)}. More partitions would use them: a REPARTITION hint, "
        "or a lower spark.sql.adaptive.advisoryPartitionSizeInBytes"
    )
    figures = {
        "num_tasks": stage.num_tasks,
        "active_tasks": stage.num_active_tasks,
        "idle_cores": job.idle_cores,
        "cores": job.cores,
        "span_ms": span,
    }
    return load.finding(FindingKind.IDLE_CORES, Severity.INFO, text, figures)


def _is_long(load: StageLoad) -> bool:
    return load.span_ms >= LONG_MS and load.takes_long


def _idles(load: StageLoad) -> bool:
    return load.job.idle_cores >= IDLE_SHARE * load.job.cores
