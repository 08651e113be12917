"""The whole of our own face."""

from fastapi import APIRouter

from headway.api.engine_routes import engine_routes
from headway.api.job_routes import job_routes
from headway.api.result_routes import result_routes
from headway.service.clock import Clock
from headway.service.engines import Engines
from headway.service.job_service import JobService


def api_router(service: JobService, engines: Engines, clock: Clock) -> APIRouter:
    """Give every route under ``/api/v1/{project_id}``. Callers were authenticated for the project before."""
    router = APIRouter(prefix="/api/v1/{project_id}")
    router.include_router(job_routes(service, engines, clock))
    router.include_router(result_routes(service))
    router.include_router(engine_routes(engines))
    return router
