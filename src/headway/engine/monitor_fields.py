"""Reads Spark's monitoring JSON (``org.apache.spark.status.api.v1``) into subjobs and stages."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from headway.jobs.plan import Plan, PlanNode, read_trees
from headway.jobs.subjob import Capacity, RunningTask, Stage, Subjob

Json = Mapping[str, Any]
ENDED_JOB = frozenset({"SUCCEEDED", "FAILED"})
ENDED_STAGE = frozenset({"COMPLETE", "FAILED", "SKIPPED"})


def read_time(text: str | None) -> int | None:
    """Read ``2026-11-22T14:25:33.646GMT`` into epoch milliseconds."""
    if not text:
        return None
    return round(datetime.fromisoformat(text.replace("GMT", "+00:00")).timestamp() * 1000)


def read_subjob(data: Json) -> Subjob:
    """Read a ``JobData``; what Spark leaves out stays ``None``."""
    stage_ids = data.get("stageIds")
    killed = data.get("killedTasksSummary")
    return Subjob(
        id=data["jobId"],
        name=data.get("name"),
        description=data.get("description"),
        submission_time=read_time(data.get("submissionTime")),
        completion_time=read_time(data.get("completionTime")),
        stage_ids=None if stage_ids is None else tuple(stage_ids),
        job_group=data.get("jobGroup"),
        status=data.get("status"),
        num_tasks=data.get("numTasks"),
        num_active_tasks=data.get("numActiveTasks"),
        num_completed_tasks=data.get("numCompletedTasks"),
        num_skipped_tasks=data.get("numSkippedTasks"),
        num_failed_tasks=data.get("numFailedTasks"),
        num_killed_tasks=data.get("numKilledTasks"),
        num_completed_indices=data.get("numCompletedIndices"),
        num_active_stages=data.get("numActiveStages"),
        num_completed_stages=data.get("numCompletedStages"),
        num_skipped_stages=data.get("numSkippedStages"),
        num_failed_stages=data.get("numFailedStages"),
        killed_tasks_summary=None if killed is None else dict(killed),
    )


def read_tags(data: Json) -> tuple[int, tuple[str, ...]]:
    """Read the id and the tags (``jobTags``) of a ``JobData``."""
    return data["jobId"], tuple(data.get("jobTags") or ())


def read_stage(data: Json) -> Stage:
    """Read one attempt of a stage (``StageData``)."""
    return Stage(
        stage_id=data["stageId"],
        attempt_id=data["attemptId"],
        status=data["status"],
        name=data.get("name", ""),
        num_tasks=data.get("numTasks", 0),
        num_active_tasks=data.get("numActiveTasks", 0),
        num_complete_tasks=data.get("numCompleteTasks", 0),
        num_failed_tasks=data.get("numFailedTasks", 0),
        num_killed_tasks=data.get("numKilledTasks", 0),
        num_completed_indices=data.get("numCompletedIndices", 0),
        submission_time=read_time(data.get("submissionTime")),
        first_task_time=read_time(data.get("firstTaskLaunchedTime")),
        completion_time=read_time(data.get("completionTime")),
        run_time_ms=data.get("executorRunTime", 0),
        cpu_time_ns=data.get("executorCpuTime", 0),
        input_bytes=data.get("inputBytes", 0),
        input_rows=data.get("inputRecords", 0),
        output_bytes=data.get("outputBytes", 0),
        output_rows=data.get("outputRecords", 0),
        shuffle_read_bytes=data.get("shuffleReadBytes", 0),
        shuffle_read_rows=data.get("shuffleReadRecords", 0),
        shuffle_write_bytes=data.get("shuffleWriteBytes", 0),
        shuffle_write_rows=data.get("shuffleWriteRecords", 0),
        spilled_bytes=data.get("memoryBytesSpilled", 0) + data.get("diskBytesSpilled", 0),
        result_bytes=data.get("resultSize", 0),
    )


def read_task(data: Json) -> RunningTask:
    """Read a ``TaskData`` that runs; an executor's first report brings its metrics."""
    metrics = data.get("taskMetrics") or {}
    read, fetched = metrics.get("inputMetrics") or {}, metrics.get("shuffleReadMetrics") or {}
    return RunningTask(
        index=data["index"],
        attempt=data["attempt"],
        launched_at=read_time(data["launchTime"]) or 0,
        input_bytes=read.get("bytesRead", 0),
        input_rows=read.get("recordsRead", 0),
        shuffle_read_bytes=fetched.get("remoteBytesRead", 0) + fetched.get("localBytesRead", 0),
        shuffle_read_rows=fetched.get("recordsRead", 0),
    )


def read_executor(data: Json) -> tuple[int, int]:
    """Read the cores and the running tasks of an ``ExecutorSummary``; none of one that is gone."""
    return (data["totalCores"], data["activeTasks"]) if data["isActive"] else (0, 0)


def read_capacity(executors: Iterable[tuple[int, int]]) -> Capacity:
    """Sum up executors; a driver without cores of its own is none."""
    working = [each for each in executors if each[0] > 0]
    return Capacity(
        executors=len(working),
        cores=sum(cores for cores, _ in working),
        busy=sum(busy for _, busy in working),
    )


def read_plan(data: Json) -> Plan:
    """Read an ``ExecutionData``, without its trees."""
    ids = {*data["runningJobIds"], *data["successJobIds"], *data["failedJobIds"]}
    return Plan(
        execution_id=data["id"],
        subjob_ids=tuple(sorted(ids)),
        is_running=data["status"] == "RUNNING",
    )


def read_description(data: Json) -> tuple[tuple[PlanNode, ...], ...]:
    """Read the trees of an ``ExecutionData``."""
    return read_trees(data.get("planDescription") or "")


def is_final(attempts: tuple[Stage, ...]) -> bool:
    """Whether nothing of a stage changes any more: every attempt ended and no task is left over."""
    return all(stage.status in ENDED_STAGE and stage.num_active_tasks == 0 for stage in attempts)
