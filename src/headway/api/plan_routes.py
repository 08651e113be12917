"""How Spark goes, or went, about a job: while it runs and for as long as the job is kept."""

from fastapi import APIRouter

from headway.api.answers import ERRORS
from headway.api.errors import ApiRoute
from headway.api.plan_view import PlanOut, plan_out
from headway.service.job_service import JobService


def plan_routes(service: JobService) -> APIRouter:
    """Give the route of a job's plan."""
    routes = APIRouter(prefix="/jobs/{job_id}/plan", tags=["jobs"], responses=ERRORS, route_class=ApiRoute)

    @routes.get("")
    async def show_plan(project_id: str, job_id: str) -> PlanOut:
        """Show a job's plan as a tree, each operator with its rows, time and bytes so far."""
        seen = await service.progress(project_id, job_id)
        return plan_out(job_id, seen.snapshot, has_ended=seen.job.is_terminal)

    return routes
