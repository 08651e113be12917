"""Submit, list, show, cancel jobs and follow their progress."""

from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request, Response

from headway.api.answers import CONFLICT, ERRORS, REUSED
from headway.api.entity_tag import UNCHANGED, is_known
from headway.api.errors import ApiRoute
from headway.api.job_query import JobsQuery
from headway.api.job_view import JobIn, JobOut, JobsOut, job_out
from headway.api.progress_poll import progress_after
from headway.api.progress_view import ProgressOut
from headway.jobs.job import JobOrder
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
        wanted: Annotated[JobsQuery, Query()],
    ) -> JobsOut:
        """List jobs, the newest first."""
        jobs = wanted.filter()
        if jobs is None:
            return JobsOut(total=0, jobs=[])  # statuses that no job here is ever in
        order = JobOrder.START_TIME_DESC
        total, found = await service.find(project_id, jobs, order, wanted.offset, wanted.limit)
        now = clock()
        return JobsOut(total=total, jobs=[job_out(job, now) for job in found])

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

    @routes.get("/{job_id}/progress", response_model=ProgressOut, responses=UNCHANGED)
    async def show_progress(
        project_id: ProjectId,
        job_id: str,
        response: Response,
        since: str | None = None,
        seconds: WaitSeconds = 0,
        if_none_match: Annotated[str | None, Header()] = None,
    ) -> ProgressOut | Response:
        """Show how far a job is; with ``since`` and ``wait``, when something is new."""
        view = await progress_after(service, engines, project_id, job_id, since, seconds)
        headers = {"ETag": f'"{view.etag}"'}
        if is_known(view.etag, if_none_match):
            return Response(status_code=304, headers=headers)
        response.headers.update(headers)
        return view

    return routes
