"""What a job did when, while it runs and for as long as the job is kept."""

from fastapi import APIRouter

from headway.api.answers import ERRORS
from headway.api.errors import ApiRoute
from headway.api.timeline_view import TimelineOut, timeline_out
from headway.service.job_service import JobService


def timeline_routes(service: JobService) -> APIRouter:
    """Give the route of a job's timeline."""
    routes = APIRouter(
        prefix="/jobs/{job_id}/timeline", tags=["jobs"], responses=ERRORS, route_class=ApiRoute
    )

    @routes.get("")
    async def show_timeline(project_id: str, job_id: str) -> TimelineOut:
        """Show a job's progress curve and when its subjobs and stages ran."""
        return timeline_out(await service.progress(project_id, job_id))

    return routes
