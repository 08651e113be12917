"""A job as the contract shows it (contract 2.1 to 2.6)."""

import json
from collections.abc import Iterable

from headway.dli.answers import (
    DetailAnswer,
    ListedJob,
    Schema,
    StatusAnswer,
    SubmitAnswer,
    TagAnswer,
)
from headway.dli.errors import failure_text, reason_text
from headway.jobs.job import Job, JobMode, JobType
from headway.jobs.lifecycle import JobState
from headway.results.spark_schema import Column
from headway.service.job_service import ResultRows

STILL_RUNNING = "The statement did not end within the synchronous wait; it goes on. Ask for its status."
_WITH_DATABASE = frozenset({JobType.QUERY, JobType.IMPORT, JobType.EXPORT})


def submit_view(job: Job, result: ResultRows | None) -> SubmitAnswer:
    """Show a job just submitted, with the rows of a synchronous one."""
    answer = SubmitAnswer(job_id=job.job_id, job_type=job.job_type, job_mode=job.mode)
    if result is not None:
        answer.columns = _schema(result.columns)
        answer.rows = [[None if cell is None else str(cell) for cell in row] for row in result.rows]
    elif job.mode is JobMode.SYNC:
        # The caller has to ask again, as for any asynchronous job.
        answer.job_mode, answer.message = JobMode.ASYNC, STILL_RUNNING
    return answer


def status_view(job: Job, now: int) -> StatusAnswer:
    """Show a job; ``now`` (epoch ms) counts for one that runs."""
    return StatusAnswer(
        message=message_of(job),
        job_id=job.job_id,
        job_type=job.job_type,
        job_mode=job.mode,
        queue_name=job.request.queue_name,
        owner=job.owner,
        start_time=job.submitted_at,
        duration=job.duration_ms(now),
        status=job.status,
        input_size=job.input_bytes,
        result_count=_result_count(job),
        statement=job.request.sql,
        tags=_tags(job),
        user_conf=json.dumps(dict(job.request.conf)),
        input_row_count=_input_row_count(job),
        database_name=_database_name(job),
        detail=job.result.schema_json,
    )


def detail_view(job: Job, now: int) -> DetailAnswer:
    """Show what a job was submitted with."""
    return DetailAnswer(
        message=message_of(job),
        job_id=job.job_id,
        owner=job.owner,
        start_time=job.submitted_at,
        duration=job.duration_ms(now),
        database_name=job.request.current_db,
        tags=_tags(job),
    )


def listed_view(job: Job, now: int) -> ListedJob:
    """Show a job in a list."""
    return ListedJob(
        job_id=job.job_id,
        job_type=job.job_type,
        queue_name=job.request.queue_name,
        owner=job.owner,
        start_time=job.submitted_at,
        end_time=job.ended_at,
        duration=job.duration_ms(now),
        status=job.status,
        input_size=job.input_bytes,
        result_count=_result_count(job),
        detail=job.result.schema_json or "",
        statement=job.request.sql,
        message=message_of(job),
        engine_type=job.request.engine_type,
        cpu_cost=str(job.cpu_ms),
        output_byte=str(job.result.byte_count if job.job_type is JobType.QUERY else job.output_bytes),
        tags=_tags(job),
        input_row_count=_input_row_count(job),
        database_name=_database_name(job),
    )


def preview_view(job: Job, result: ResultRows) -> dict[str, object]:
    """Show a query's first rows: a ``PreviewAnswer`` as plain values, for ``dump_json`` (exact decimals)."""
    return {
        "is_success": True,
        "message": "",
        "job_id": job.job_id,
        "job_type": job.job_type,
        "row_count": job.result.row_count,
        "input_size": job.input_bytes,
        "schema": _schema(result.columns),
        "rows": result.rows,
    }


def message_of(job: Job) -> str:
    """Say why a job is in its state, when there is anything to say: Spark's words for a failed statement."""
    if job.state is JobState.FAILED and job.error is not None:
        return failure_text(job.error)
    return reason_text(job.reason, job.message) if job.is_terminal else job.message


def _schema(columns: Iterable[Column]) -> Schema:
    return [{column.name: column.type} for column in columns]


def _tags(job: Job) -> list[TagAnswer]:
    return [TagAnswer(key=tag.key, value=tag.value) for tag in job.request.tags]


def _result_count(job: Job) -> int:
    return job.output_rows if job.job_type is JobType.INSERT else job.result.row_count


def _input_row_count(job: Job) -> int | None:
    return job.input_rows if job.job_type is JobType.INSERT else None


def _database_name(job: Job) -> str | None:
    return job.request.current_db if job.job_type in _WITH_DATABASE else None
