"""What a job did when, on the wire: its progress curve and the spans of its subjobs and stages.

Times are epoch milliseconds, sizes bytes; null where Spark gave no time, or none yet.
"""

from pydantic import BaseModel

from headway.jobs.estimate import Sample
from headway.jobs.lifecycle import JobState
from headway.jobs.subjob import Snapshot, Stage, Subjob
from headway.service.watch import JobProgress


class SampleOut(BaseModel):
    """What was said of the whole job at one moment; ``remaining_seconds`` is the likely time left."""

    at: int
    fraction: float
    low: float
    high: float
    remaining_seconds: float | None


class StageSpanOut(BaseModel):
    """When a stage's newest attempt ran, and what it did."""

    stage_id: int
    attempt_id: int
    status: str
    name: str
    num_tasks: int
    num_complete_tasks: int
    num_failed_tasks: int
    started_at: int | None
    ended_at: int | None
    input_bytes: int
    shuffle_read_bytes: int
    shuffle_write_bytes: int
    spilled_bytes: int
    run_time_ms: int


class SubjobSpanOut(BaseModel):
    """When a subjob ran, with its stages; those that Spark skipped are not among them."""

    id: int
    status: str | None
    description: str | None
    started_at: int | None
    ended_at: int | None
    stages: list[StageSpanOut]


class TimelineOut(BaseModel):
    """The samples of a job's progress, oldest first, and the spans of its work, in order of id.

    There are at most 240 samples; of a long job older ones are further apart.
    """

    job_id: str
    state: JobState
    submitted_at: int
    started_at: int | None
    ended_at: int | None
    attempt: int
    samples: list[SampleOut]
    subjobs: list[SubjobSpanOut]


def timeline_out(seen: JobProgress) -> TimelineOut:
    """Show what a job did so far, or did."""
    job = seen.job
    return TimelineOut(
        job_id=job.job_id,
        state=job.state,
        submitted_at=job.submitted_at,
        started_at=job.started_at,
        ended_at=job.ended_at,
        attempt=job.attempt,
        samples=[_sample_out(sample) for sample in seen.curve],
        subjobs=[_subjob_out(subjob, seen.snapshot) for subjob in seen.snapshot.subjobs],
    )


def _sample_out(sample: Sample) -> SampleOut:
    return SampleOut(
        at=sample.at,
        fraction=sample.fraction,
        low=sample.low,
        high=sample.high,
        remaining_seconds=sample.remaining_seconds,
    )


def _subjob_out(subjob: Subjob, snapshot: Snapshot) -> SubjobSpanOut:
    return SubjobSpanOut(
        id=subjob.id,
        status=subjob.status,
        description=subjob.description,
        started_at=subjob.submission_time,
        ended_at=subjob.completion_time,
        stages=[
            _stage_out(snapshot.stages[stage_id])
            for stage_id in sorted(subjob.stage_ids or ())
            if stage_id in snapshot.stages
        ],
    )


def _stage_out(stage: Stage) -> StageSpanOut:
    return StageSpanOut(
        stage_id=stage.stage_id,
        attempt_id=stage.attempt_id,
        status=stage.status,
        name=stage.name,
        num_tasks=stage.num_tasks,
        num_complete_tasks=stage.num_complete_tasks,
        num_failed_tasks=stage.num_failed_tasks,
        started_at=stage.submission_time,
        ended_at=stage.completion_time,
        input_bytes=stage.input_bytes,
        shuffle_read_bytes=stage.shuffle_read_bytes,
        shuffle_write_bytes=stage.shuffle_write_bytes,
        spilled_bytes=stage.spilled_bytes,
        run_time_ms=stage.run_time_ms,
    )
