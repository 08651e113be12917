"""Between a job and its row."""

import json
from dataclasses import asdict
from typing import Any

from sqlalchemy import Row

from headway.jobs.errors import ErrorKind, SqlError
from headway.jobs.job import Job, JobMode, JobRequest, JobType, ResultFigures, Tag
from headway.jobs.lifecycle import JobState, Reason


def row_of(job: Job) -> dict[str, Any]:
    """Give the columns of a new job's row."""
    request = job.request
    return {
        "job_id": job.job_id,
        "project_id": job.project_id,
        "owner": job.owner,
        "state": job.state.value,
        "job_type": job.job_type.value,
        "mode": job.mode.value,
        "statement": request.sql,
        "queue_name": request.queue_name,
        "current_db": request.current_db,
        "current_catalog": request.current_catalog,
        "engine_type": request.engine_type,
        "conf": json.dumps(dict(request.conf)),
        "tags": json.dumps({tag.key: tag.value for tag in request.tags}),
        "submitted_at": job.submitted_at,
        "attempt": job.attempt,
        "client_token": job.client_token,
        "request_digest": job.request_digest,
    }


def error_json(error: SqlError) -> str:
    """Give an error as the text kept in the row."""
    return json.dumps(asdict(error))


def job_of(row: Row[Any]) -> Job:
    """Build the job that a row remembers."""
    error = None
    if row.error is not None:
        fields = json.loads(row.error)
        error = SqlError(**{**fields, "kind": ErrorKind(fields["kind"])})
    return Job(
        job_id=row.job_id,
        project_id=row.project_id,
        owner=row.owner,
        job_type=JobType(row.job_type),
        mode=JobMode(row.mode),
        request=JobRequest(
            sql=row.statement,
            queue_name=row.queue_name,
            current_db=row.current_db,
            current_catalog=row.current_catalog,
            conf=json.loads(row.conf),
            tags=tuple(Tag(key, value) for key, value in json.loads(row.tags).items()),
            engine_type=row.engine_type,
        ),
        state=JobState(row.state),
        submitted_at=row.submitted_at,
        reason=None if row.reason is None else Reason(row.reason),
        message=row.message,
        error=error,
        started_at=row.started_at,
        ended_at=row.ended_at,
        session_id=row.session_id,
        engine_id=row.engine_id,
        result=ResultFigures(row.row_count, row.byte_count, row.schema_json),
        input_rows=row.input_rows,
        input_bytes=row.input_bytes,
        output_rows=row.output_rows,
        output_bytes=row.output_bytes,
        cpu_ms=row.cpu_ms,
        attempt=row.attempt,
        client_token=row.client_token,
        request_digest=row.request_digest,
    )
