"""Submit, list, show, cancel jobs and follow their progress."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request

from headway.api.answers import CONFLICT, ERRORS, REUSED
from headway.api.errors import ApiRoute
from headway.api.job_view import JobIn, JobOut, JobsOut, job_out
from headway.api.progress_poll import progress_after
from headway.api.progress_view import ProgressOut
from headway.jobs.job import JobFilter, JobOrder
from headway.jobs.lifecycle import JobStatus, states_of
from headway.service.clock import Clock
from headway.service.engines import Engines
from headway.service.job_service import JobService
from headway.web.client_token import ClientToken
from headway.web.request_state import caller_of

ProjectId = Annotated[str, Path(alias="project_id")]
WaitSeconds = Annotated[float, Query(alias="wait", ge=0, le=60)]


def job_routes(service: JobService, engines: Engines, clock: Clock) -> APIRouter:
    """Give the routes of jobs and their progress."""
    routes = APIRouter(prefix="/jobs", tags=["jobs"], responses=ERRORS, route_class=ApiRoute)

    @routes.post("", status_code=201, responses=REUSED)
    async def submit_job(
        project_id: ProjectId, body: JobIn, request: Request, client_token: ClientToken = None
    ) -> JobOut:
        """Submit one statement; answers as soon as it is accepted."""
        owner = caller_of(request.scope).user_name
        return job_out(await service.submit(project_id, owner, body.request(), client_token), clock())

    @routes.get("")
    async def list_jobs(
        project_id: ProjectId,
        status: JobStatus | None = None,
        search: Annotated[str | None, Query(max_length=1024)] = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 50,
        offset: Annotated[int, Query(ge=0)] = 0,
    ) -> JobsOut:
        """List jobs, the newest first; ``search`` is a part of the statement."""
        states = states_of(status) if status else None
        if states is not None and not states:
            return JobsOut(total=0, jobs=[])  # a status that no job here is ever in
        wanted = JobFilter(states=states, sql_pattern=search or None)
        total, jobs = await service.find(project_id, wanted, JobOrder.START_TIME_DESC, offset, limit)
        now = clock()
        return JobsOut(total=total, jobs=[job_out(job, now) for job in jobs])

    @routes.get("/{job_id}")
    async def show_job(project_id: ProjectId, job_id: str, seconds: WaitSeconds = 0) -> JobOut:
        """Show a job; with ``wait``, when it has ended or that many seconds are over."""
        if seconds > 0:
            job = await service.wait(project_id, job_id, seconds)
        else:
            job = await service.get(project_id, job_id)
        return job_out(job, clock())

    @routes.delete("/{job_id}", responses=CONFLICT)
    async def cancel_job(project_id: ProjectId, job_id: str) -> JobOut:
        """Ask for a job to be cancelled; Spark may not have confirmed it yet."""
        return job_out(await service.cancel(project_id, job_id), clock())

    @routes.get("/{job_id}/progress")
    async def show_progress(
        project_id: ProjectId, job_id: str, since: str | None = None, seconds: WaitSeconds = 0
    ) -> ProgressOut:
        """Show how far a job is; with ``since`` and ``wait``, when something is new."""
        return await progress_after(service, engines, project_id, job_id, since, seconds)

    return routes
