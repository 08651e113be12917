"""A job's progress on the wire: the whole job's number, its subjobs and their stages."""

import hashlib

from pydantic import BaseModel

from headway.engine.base import EngineState, EngineStatus
from headway.jobs.estimate import Basis, Estimate, Phase
from headway.jobs.finding import Finding, FindingKind, Severity
from headway.jobs.findings import find
from headway.jobs.lifecycle import JobState, JobStatus
from headway.jobs.subjob import Snapshot, Stage, Subjob
from headway.jobs.waiting import Surroundings, WaitReason, wait_of
from headway.service.watch import JobProgress


class RemainingOut(BaseModel):
    """How long the rest takes, in seconds: the likely time, and a range that should hold it."""

    low: float
    likely: float
    high: float


class EstimateOut(BaseModel):
    """How much of the whole job is done: 0…1, never falling, 1 only when the job has FINISHED.

    ``low`` and ``high`` are the range; ``remaining_seconds`` is null while nothing is known of it.
    """

    fraction: float
    low: float
    high: float
    remaining_seconds: RemainingOut | None
    basis: Basis


class WaitingOut(BaseModel):
    """What the job waits for."""

    reason: WaitReason
    text: str


class FindingOut(BaseModel):
    """What makes the job slow. Figures that are times end in ``_ms``, sizes in ``_bytes``."""

    kind: FindingKind
    severity: Severity
    subjob_id: int | None
    stage_id: int | None
    text: str
    figures: dict[str, int | float]


class TotalsOut(BaseModel):
    """Sums over subjobs (tasks) and stages (rows, bytes, time). Skipped tasks are not counted.

    ``cores`` is what the engine has for all jobs, 0 while it is not known.
    """

    tasks: int
    completed_tasks: int
    failed_tasks: int
    input_bytes: int
    input_rows: int
    shuffle_bytes: int
    spilled_bytes: int
    output_rows: int
    output_bytes: int
    run_time_ms: int
    cores: int


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
    first_task_time: int | None
    completion_time: int | None
    run_time_ms: int
    cpu_time_ns: int
    input_bytes: int
    input_rows: int
    output_bytes: int
    output_rows: int
    shuffle_read_bytes: int
    shuffle_read_rows: int
    shuffle_write_bytes: int
    shuffle_write_rows: int
    spilled_bytes: int
    result_bytes: int


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
    findings: list[FindingOut]
    totals: TotalsOut
    subjobs: list[SubjobOut]
    attempt: int
    updated_at: int
    etag: str = ""


def progress_out(seen: JobProgress, engine: EngineStatus, ahead: int) -> ProgressOut:
    """Show a job's progress; ``ahead`` counts the jobs that wait before one that waits in its queue."""
    job, snapshot = seen.job, seen.snapshot
    around = Surroundings(
        ahead, engine.state is EngineState.READY, engine.text, seen.competitors, engine.executors_wanted
    )
    waiting = wait_of(job, snapshot, around)
    view = ProgressOut(
        job_id=job.job_id,
        status=job.status,
        state=job.state,
        phase=seen.phase,
        estimate=_estimate_out(seen.estimate),
        waiting_for=None if waiting is None else WaitingOut(reason=waiting.reason, text=waiting.text),
        findings=[_finding_out(finding) for finding in find(snapshot)],
        totals=_totals(snapshot),
        subjobs=[_subjob_out(subjob, snapshot) for subjob in snapshot.subjobs],
        attempt=job.attempt,
        updated_at=snapshot.taken_at,
    )
    view.etag = _etag(view)
    return view


def _etag(view: ProgressOut) -> str:
    """Name what is said, but for the moment it was read; a clock that runs is no news by itself."""
    said = view.model_copy(update={"estimate": _coarse(view.estimate)})
    text = said.model_dump_json(exclude={"updated_at", "etag"})
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def _coarse(estimate: EstimateOut) -> EstimateOut:
    left = estimate.remaining_seconds
    return EstimateOut(
        fraction=round(estimate.fraction, 4),
        low=round(estimate.low, 4),
        high=round(estimate.high, 4),
        remaining_seconds=left
        and RemainingOut(low=round(left.low, 1), likely=round(left.likely, 1), high=round(left.high, 1)),
        basis=estimate.basis,
    )


def _estimate_out(estimate: Estimate) -> EstimateOut:
    left = estimate.remaining
    return EstimateOut(
        fraction=estimate.fraction,
        low=estimate.low,
        high=estimate.high,
        remaining_seconds=left and RemainingOut(low=left.low, likely=left.likely, high=left.high),
        basis=estimate.basis,
    )


def _finding_out(finding: Finding) -> FindingOut:
    return FindingOut(
        kind=finding.kind,
        severity=finding.severity,
        subjob_id=finding.subjob_id,
        stage_id=finding.stage_id,
        text=finding.text,
        figures=dict(finding.figures),
    )


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
        output_bytes=sum(stage.output_bytes for stage in stages),
        run_time_ms=sum(stage.run_time_ms for stage in stages),
        cores=snapshot.capacity.cores if snapshot.capacity else 0,
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
