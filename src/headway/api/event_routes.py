"""Events as they come: of one job to its end, of all jobs of the project."""

from typing import Annotated

from fastapi import APIRouter, Header, Query
from starlette.responses import Response

from headway.api.answers import ERRORS
from headway.api.errors import ApiRoute
from headway.api.event_feeds import EventFeeds
from headway.api.event_stream import EventStream
from headway.api.event_text import MEDIA_TYPE
from headway.api.job_feed import END_ID
from headway.service.job_service import JobService

MOST = 2**63 - 1  # what the log of events can number
_JOB_HELP = (
    "`state` (a job, at each move seen), `progress` (as …/progress has it, when it changes), `unavailable` "
    '(`{"reason"}`: Spark or the store does not answer; told once) and at last `end` (the job).'
)
_PROJECT_HELP = (
    "`job` (a job that was submitted or moved, as it is by now), `progress` (how far a running job is; "
    'without an id), `unavailable` (`{"reason"}`).'
)

_STREAM = {MEDIA_TYPE: {"schema": {"type": "string"}}}
_JOB_ANSWERS: dict[int | str, dict[str, object]] = {
    200: {"description": _JOB_HELP, "content": _STREAM},
    204: {"description": "The `end` was seen already: do not ask again"},
}
_PROJECT_ANSWERS: dict[int | str, dict[str, object]] = {
    200: {"description": _PROJECT_HELP, "content": _STREAM}
}

# The query is for clients that cannot set headers.
HeaderId = Annotated[str | None, Header(alias="Last-Event-ID")]
QueryId = Annotated[str | None, Query(alias="last_event_id", max_length=128)]
HeaderNumber = Annotated[int | None, Header(alias="Last-Event-ID", ge=0, le=MOST)]
QueryNumber = Annotated[int | None, Query(alias="last_event_id", ge=0, le=MOST)]


def event_routes(service: JobService, feeds: EventFeeds) -> APIRouter:
    """Give the routes of events."""
    routes = APIRouter(tags=["events"], responses=ERRORS, route_class=ApiRoute)

    @routes.get("/jobs/{job_id}/events", response_class=Response, responses=_JOB_ANSWERS)
    async def follow_job(
        project_id: str, job_id: str, header_id: HeaderId = None, query_id: QueryId = None
    ) -> Response:
        """Follow a job to its end. A stream that breaks goes on after `Last-Event-ID`; 204 after the end."""
        job = await service.get(project_id, job_id)
        last_id = header_id or query_id
        if last_id == END_ID and job.is_terminal:
            return Response(status_code=204)  # tells a browser to stop asking
        return EventStream(feeds.follow_job(project_id, job_id, last_id))

    @routes.get("/events", response_class=Response, responses=_PROJECT_ANSWERS)
    async def follow_project(
        project_id: str, header_id: HeaderNumber = None, query_id: QueryNumber = None
    ) -> Response:
        """Follow the project's jobs from now on, or after `Last-Event-ID`."""
        after = await feeds.start(query_id if header_id is None else header_id)
        return EventStream(feeds.follow_project(project_id, after))

    return routes
