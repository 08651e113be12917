"""Waits for news of a job's progress, so that a watcher asks once and is told when there is something."""

import time

from headway.api.progress_view import ProgressOut, progress_out
from headway.jobs.lifecycle import TERMINAL, JobState
from headway.service.engines import Engines
from headway.service.job_service import JobService
from headway.service.watch import JobProgress

LOOK_EVERY_SECONDS = 0.2  # as often as Spark is read


async def progress_after(
    service: JobService, engines: Engines, project_id: str, job_id: str, since: str | None, seconds: float
) -> ProgressOut:
    """Give progress that is not ``since``, or what there is after ``seconds``; an ended job at once.

    Raises ``NotFound`` and ``ProgressUnavailable``.
    """
    deadline = time.monotonic() + seconds
    while True:
        view = await view_of(service, engines, await service.progress(project_id, job_id))
        left = deadline - time.monotonic()
        if view.etag != since or view.state in TERMINAL or left <= 0:
            return view
        # Ends early when the job ends: a watcher learns of it at once.
        await service.wait(project_id, job_id, min(LOOK_EVERY_SECONDS, left))


async def view_of(service: JobService, engines: Engines, seen: JobProgress) -> ProgressOut:
    """Show a job's progress, with the jobs before it while it waits in its queue."""
    ahead = await service.position(seen.job) if seen.job.state is JobState.QUEUED else 0
    return progress_out(seen, engines.status(seen.job.project_id), ahead)
