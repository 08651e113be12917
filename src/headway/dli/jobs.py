"""The calls on SQL jobs (contract sections 1 and 2)."""

import asyncio
from dataclasses import dataclass
from typing import Annotated

from fastapi import Path, Query
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from headway.dli.answers import Answer, CheckAnswer, ListAnswer
from headway.dli.outcome import outcome
from headway.dli.params import ListQuery, PreviewQuery
from headway.dli.progress_view import ProgressView
from headway.dli.submit import CheckBody, SubmitBody
from headway.dli.views import detail_view, listed_view, preview_view, status_view, submit_view
from headway.jobs.errors import NotAllowed
from headway.jobs.job import DEFAULT_DATABASE, JobType
from headway.results.json_text import dump_json
from headway.service.clock import Clock
from headway.service.job_service import JobService
from headway.web.client_token import ClientToken
from headway.web.request_state import caller_of

SQL_IS_OK = "the sql is ok"

ProjectId = Annotated[str, Path(description="The caller's project.")]
JobId = Annotated[str, Path(description="The job's id, as submit-job gave it.")]


@dataclass(frozen=True, slots=True)
class JobCalls:
    """The endpoints. The project is the caller's: that the path names the same was checked before."""

    service: JobService
    clock: Clock
    progress_view: ProgressView

    async def submit(
        self, request: Request, project_id: ProjectId, body: SubmitBody, client_token: ClientToken = None
    ) -> Response:
        """Submit one SQL statement."""
        caller = caller_of(request.scope)
        job = await self.service.submit(caller.project_id, caller.user_name, body.request(), client_token)
        return _answer(submit_view(job, await outcome(self.service, job)))

    async def cancel(self, request: Request, project_id: ProjectId, job_id: JobId) -> Response:
        """Cancel a job that has not ended. It may still run for a moment: ask for its status."""
        await self.service.cancel(caller_of(request.scope).project_id, job_id)
        return _answer(Answer())

    async def find(
        self, request: Request, project_id: ProjectId, query: Annotated[ListQuery, Query()]
    ) -> Response:
        """List jobs. A page past the end is empty."""
        wanted = query.filter()
        if wanted is None:
            return _answer(ListAnswer(job_count=0, jobs=[]))
        project = caller_of(request.scope).project_id
        count, jobs = await self.service.find(project, wanted, query.order, query.offset, query.page_size)
        now = self.clock()
        return _answer(ListAnswer(job_count=count, jobs=[listed_view(job, now) for job in jobs]))

    async def status(self, request: Request, project_id: ProjectId, job_id: JobId) -> Response:
        """Tell a job's status."""
        job = await self.service.get(caller_of(request.scope).project_id, job_id)
        return _answer(status_view(job, self.clock()))

    async def detail(self, request: Request, project_id: ProjectId, job_id: JobId) -> Response:
        """Tell what a job was submitted with."""
        job = await self.service.get(caller_of(request.scope).project_id, job_id)
        return _answer(detail_view(job, self.clock()))

    async def preview(
        self, request: Request, project_id: ProjectId, job_id: JobId, query: Annotated[PreviewQuery, Query()]
    ) -> Response:
        """Give the first rows of a finished query."""
        project = caller_of(request.scope).project_id
        job = await self.service.get(project, job_id)
        if job.job_type is not JobType.QUERY:
            raise NotAllowed(f"job {job_id} is a {job.job_type} job: only a QUERY has a result to preview")
        view = preview_view(job, await self.service.rows(project, job_id, query.page_size))
        return Response(await asyncio.to_thread(dump_json, view), media_type="application/json")

    async def check(self, request: Request, project_id: ProjectId, body: CheckBody) -> Response:
        """Check a statement without running it."""
        project = caller_of(request.scope).project_id
        job_type = await self.service.check(project, body.sql, body.currentdb or DEFAULT_DATABASE)
        return _answer(CheckAnswer(message=SQL_IS_OK, job_type=job_type))

    async def progress(self, request: Request) -> Response:
        """Tell how far a job is. Each running subjob speaks for itself: the number may fall."""
        project = caller_of(request.scope).project_id
        seen = await self.service.progress(project, request.path_params["job_id"])
        return Response(self.progress_view.render(seen), media_type="application/json")


def _answer(answer: BaseModel) -> Response:
    return Response(answer.model_dump_json(exclude_none=True), media_type="application/json")
