"""A job's progress on the wire: the whole job's number, its subjobs and their stages."""

import hashlib
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel

from headway.engine.base import EngineState, EngineStatus
from headway.jobs.job import Job
from headway.jobs.lifecycle import BEFORE_SPARK, JobState, JobStatus
from headway.jobs.subjob import Snapshot, Stage, Subjob
from headway.service.tracker import JobProgress


class Phase(StrEnum):
    """What a job is at."""

    QUEUED = "queued"  # its queue has no room
    LAUNCHING = "launching"  # its engine is not ready, or its session is being opened
    PLANNING = "planning"  # Spark has the statement and has not started work on it
    RUNNING = "running"  # Spark works on it
    DONE = "done"  # it ended, in any way


class EstimateOut(BaseModel):
    """How much of the whole job is done: 0…1, never falling, 1 only when the job has FINISHED."""

    fraction: float
    basis: Literal["tasks"] = "tasks"


class WaitingOut(BaseModel):
    """What the job waits for."""

    reason: Literal["queue", "engine"]
    text: str


class TotalsOut(BaseModel):
    """Sums over subjobs (tasks) and stages (rows, bytes). Skipped tasks are not counted."""

    tasks: int
    completed_tasks: int
    failed_tasks: int
    input_bytes: int
    input_rows: int
    shuffle_bytes: int
    spilled_bytes: int
    output_rows: int


class StageOut(BaseModel):
    """One stage: Spark's StageData, its newest attempt."""

    stage_id: int
    attempt_id: int
    status: str
    name: str
    num_tasks: int
    num_active_tasks: int
    num_complete_tasks: int
    num_failed_tasks: int
    num_killed_tasks: int
    num_completed_indices: int
    submission_time: int | None
    completion_time: int | None
    run_time_ms: int
    cpu_time_ns: int
    input_bytes: int
    input_rows: int
    output_bytes: int
    output_rows: int
    shuffle_read_bytes: int
    shuffle_write_bytes: int
    spilled_bytes: int


class SubjobOut(BaseModel):
    """One subjob: Spark's JobData, null where Spark does not give a field, with its stages."""

    id: int
    name: str | None
    description: str | None
    submission_time: int | None
    completion_time: int | None
    stage_ids: list[int] | None
    job_group: str | None
    status: str | None
    num_tasks: int | None
    num_active_tasks: int | None
    num_completed_tasks: int | None
    num_skipped_tasks: int | None
    num_failed_tasks: int | None
    num_killed_tasks: int | None
    num_completed_indices: int | None
    num_active_stages: int | None
    num_completed_stages: int | None
    num_skipped_stages: int | None
    num_failed_stages: int | None
    killed_tasks_summary: dict[str, int] | None
    stages: list[StageOut]


class ProgressOut(BaseModel):
    """A job's progress. ``etag`` names this answer: as ``since`` it asks for what comes after it."""

    job_id: str
    status: JobStatus
    state: JobState
    phase: Phase
    estimate: EstimateOut
    waiting_for: WaitingOut | None
    totals: TotalsOut
    subjobs: list[SubjobOut]
    attempt: int
    updated_at: int
    etag: str = ""


def progress_out(seen: JobProgress, engine: EngineStatus, ahead: int) -> ProgressOut:
    """Show a job's progress; ``ahead`` counts the jobs that wait before one that waits in its queue."""
    job, snapshot = seen.job, seen.snapshot
    view = ProgressOut(
        job_id=job.job_id,
        status=job.status,
        state=job.state,
        phase=phase_of(job.state, snapshot),
        estimate=EstimateOut(fraction=seen.fraction),
        waiting_for=_waiting(job, ahead, engine),
        totals=_totals(snapshot),
        subjobs=[_subjob_out(subjob, snapshot) for subjob in snapshot.subjobs],
        attempt=job.attempt,
        updated_at=snapshot.taken_at,
    )
    said = view.model_dump_json(exclude={"updated_at", "etag"})
    view.etag = hashlib.blake2b(said.encode(), digest_size=8).hexdigest()
    return view


def phase_of(state: JobState, snapshot: Snapshot) -> Phase:
    """Tell what a job is at."""
    if state is JobState.QUEUED:
        return Phase.QUEUED
    if state in BEFORE_SPARK:
        return Phase.LAUNCHING
    if state in (JobState.RUNNING, JobState.CANCELLING):
        return Phase.RUNNING if snapshot.subjobs else Phase.PLANNING
    return Phase.DONE


def _waiting(job: Job, ahead: int, engine: EngineStatus) -> WaitingOut | None:
    if job.state is JobState.QUEUED:
        text = f"Waits for room in the queue {job.request.queue_name}"
        text += f"; {ahead:,} before it" if ahead else ""
        return WaitingOut(reason="queue", text=text)
    if job.state is JobState.LAUNCHING:
        is_ready = engine.state is EngineState.READY
        text = "Opens its session" if is_ready else engine.text or "Waits for the engine"
        return WaitingOut(reason="engine", text=text)
    return None


def _totals(snapshot: Snapshot) -> TotalsOut:
    tasks = completed = failed = 0
    for subjob in snapshot.subjobs:
        wanted = max(0, (subjob.num_tasks or 0) - (subjob.num_skipped_tasks or 0))
        indices = subjob.num_completed_indices
        tasks += wanted
        completed += min(wanted, subjob.num_completed_tasks or 0 if indices is None else indices)
        failed += subjob.num_failed_tasks or 0
    stages = snapshot.stages.values()
    return TotalsOut(
        tasks=tasks,
        completed_tasks=completed,
        failed_tasks=failed,
        input_bytes=sum(stage.input_bytes for stage in stages),
        input_rows=sum(stage.input_rows for stage in stages),
        shuffle_bytes=sum(stage.shuffle_write_bytes for stage in stages),
        spilled_bytes=sum(stage.spilled_bytes for stage in stages),
        output_rows=sum(stage.output_rows for stage in stages),
    )


def _subjob_out(subjob: Subjob, snapshot: Snapshot) -> SubjobOut:
    fields: dict[str, object] = {name: getattr(subjob, name) for name in Subjob.__slots__}
    stages = [
        _stage_out(snapshot.stages[each])
        for each in sorted(subjob.stage_ids or ())
        if each in snapshot.stages
    ]
    return SubjobOut.model_validate({**fields, "stages": stages})


def _stage_out(stage: Stage) -> StageOut:
    return StageOut.model_validate({name: getattr(stage, name) for name in Stage.__slots__})
