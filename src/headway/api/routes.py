"""The whole of our own face."""

from fastapi import APIRouter

from headway.api.engine_routes import engine_routes
from headway.api.event_feeds import EventFeeds
from headway.api.event_routes import event_routes
from headway.api.history_routes import history_routes
from headway.api.job_routes import job_routes
from headway.api.result_routes import result_routes
from headway.api.timeline_routes import timeline_routes
from headway.service.clock import Clock
from headway.service.engines import Engines
from headway.service.job_service import JobService
from headway.store.history_store import HistoryStore


def api_router(
    service: JobService,
    engines: Engines,
    clock: Clock,
    history: HistoryStore,
    feeds: EventFeeds,
) -> APIRouter:
    """Give every route under ``/api/v1/{project_id}``. Callers were authenticated for the project before."""
    router = APIRouter(prefix="/api/v1/{project_id}")
    router.include_router(job_routes(service, engines, clock))
    router.include_router(timeline_routes(service))
    router.include_router(result_routes(service))
    router.include_router(engine_routes(engines))
    router.include_router(history_routes(history))
    router.include_router(event_routes(service, feeds))
    return router
