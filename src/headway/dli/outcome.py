"""What a synchronous job came to: its rows, or the error its caller gets."""

from collections.abc import Callable, Mapping

from headway.jobs.errors import (
    EngineLost,
    EngineUnavailable,
    ErrorKind,
    HeadwayError,
    SqlError,
    StatementFailed,
    TimedOut,
)
from headway.jobs.job import ROWS_SHOWN, Job, JobMode
from headway.jobs.lifecycle import JobState, Reason
from headway.service.job_service import JobService, ResultRows


def _too_large(message: str) -> StatementFailed:
    return StatementFailed(SqlError(ErrorKind.LIMIT, message))


_BY_REASON: Mapping[Reason, Callable[[str], HeadwayError]] = {
    Reason.TIMED_OUT: TimedOut,
    Reason.ENGINE_START_FAILED: EngineUnavailable,
    Reason.ENGINE_LOST: EngineLost,
    Reason.RESULT_TOO_LARGE: _too_large,
}


async def outcome(service: JobService, job: Job) -> ResultRows | None:
    """Give the rows of a synchronous job that has finished; ``None`` for one that is not at its end.

    Raises what a job that failed or was cancelled failed of.
    """
    if job.mode is not JobMode.SYNC or not job.is_terminal:
        return None
    if job.state is JobState.FINISHED:
        return await service.rows(job.project_id, job.job_id, ROWS_SHOWN, as_text=True)
    if job.error is not None:
        raise StatementFailed(job.error)
    error_class = _BY_REASON.get(job.reason, HeadwayError) if job.reason else HeadwayError
    raise error_class(job.message or f"job {job.job_id} is {job.status}")
