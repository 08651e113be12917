"""A job on the wire: what comes in and what goes out. Times are epoch milliseconds."""

import json
from typing import Annotated, cast

from pydantic import BaseModel, ConfigDict, Field

from headway.jobs.errors import ErrorKind, SqlError
from headway.jobs.job import DEFAULT_DATABASE, DEFAULT_QUEUE, Job, JobRequest, JobType, ResultFigures, Tag
from headway.jobs.lifecycle import JobState, JobStatus, Reason


class JobIn(BaseModel):
    """One statement to run."""

    model_config = ConfigDict(extra="forbid")

    sql: Annotated[str, Field(min_length=1)]
    queue_name: str = DEFAULT_QUEUE
    current_db: str = DEFAULT_DATABASE
    conf: dict[str, str] = {}
    tags: dict[str, str] = {}

    def request(self) -> JobRequest:
        """Give it in the service's words."""
        tags = tuple(Tag(key, value) for key, value in self.tags.items())
        return JobRequest(
            sql=self.sql, queue_name=self.queue_name, current_db=self.current_db, conf=self.conf, tags=tags
        )


class ErrorOut(BaseModel):
    """Why a statement failed, as Spark tells it; ``line`` and ``column`` count from 1."""

    kind: ErrorKind
    error_class: str | None
    sql_state: str | None
    message: str
    line: int | None
    column: int | None
    fragment: str | None


class ResultOut(BaseModel):
    """What is known of a job's rows; ``schema`` is Spark's StructType."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True, validate_by_alias=True)

    row_count: int
    byte_count: int
    spark_schema: Annotated[dict[str, object] | None, Field(alias="schema")]


class JobOut(BaseModel):
    """One job. ``state`` is finer than ``status``; ``result`` is there when the job has FINISHED."""

    job_id: str
    status: JobStatus
    state: JobState
    reason: Reason | None
    message: str
    error: ErrorOut | None
    statement: str
    job_type: JobType
    queue_name: str
    owner: str
    current_db: str
    conf: dict[str, str]
    tags: dict[str, str]
    submitted_at: int
    started_at: int | None
    ended_at: int | None
    duration_ms: int
    attempt: int
    result: ResultOut | None


class JobsOut(BaseModel):
    """A page of jobs; ``total`` counts every job that matches."""

    total: int
    jobs: list[JobOut]


def job_out(job: Job, now: int) -> JobOut:
    """Show a job at the moment ``now`` (epoch ms)."""
    return JobOut(
        job_id=job.job_id,
        status=job.status,
        state=job.state,
        reason=job.reason,
        message=job.message,
        error=error_out(job.error) if job.error else None,
        statement=job.request.sql,
        job_type=job.job_type,
        queue_name=job.request.queue_name,
        owner=job.owner,
        current_db=job.request.current_db,
        conf=dict(job.request.conf),
        tags={tag.key: tag.value for tag in job.request.tags},
        submitted_at=job.submitted_at,
        started_at=job.started_at,
        ended_at=job.ended_at,
        duration_ms=job.duration_ms(now),
        attempt=job.attempt,
        result=_result_out(job.result) if job.state is JobState.FINISHED else None,
    )


def error_out(error: SqlError) -> ErrorOut:
    """Show why a statement failed, or would."""
    return ErrorOut(
        kind=error.kind,
        error_class=error.error_class,
        sql_state=error.sql_state,
        message=error.message,
        line=error.line,
        column=error.column,
        fragment=error.fragment,
    )


def _result_out(figures: ResultFigures) -> ResultOut:
    schema = cast("dict[str, object]", json.loads(figures.schema_json)) if figures.schema_json else None
    return ResultOut(row_count=figures.row_count, byte_count=figures.byte_count, spark_schema=schema)
