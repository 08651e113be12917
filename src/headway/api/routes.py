"""The whole of our own face."""

from dataclasses import dataclass

from fastapi import APIRouter

from headway.api.catalog_routes import catalog_routes
from headway.api.check_routes import check_routes
from headway.api.engine_routes import engine_routes
from headway.api.event_feeds import EventFeeds
from headway.api.event_routes import event_routes
from headway.api.history_routes import history_routes
from headway.api.job_routes import job_routes
from headway.api.plan_routes import plan_routes
from headway.api.queue_routes import queue_routes
from headway.api.result_routes import result_routes
from headway.api.sign_in_routes import sign_in_routes
from headway.api.spark_routes import spark_routes
from headway.api.split_routes import split_routes
from headway.api.template_routes import template_routes
from headway.api.timeline_routes import timeline_routes
from headway.service.clock import Clock
from headway.service.engines import Engines
from headway.service.job_service import JobService
from headway.service.project_catalog import ProjectCatalog
from headway.service.queue_loads import QueueLoads
from headway.service.sign_in import SignIn
from headway.service.statement_check import StatementCheck
from headway.service.trackers import Trackers
from headway.store.history_store import HistoryStore
from headway.store.template_store import TemplateStore


@dataclass(frozen=True, slots=True)
class ApiServices:
    """What this face speaks to."""

    jobs: JobService
    engines: Engines
    trackers: Trackers
    queues: QueueLoads
    catalog: ProjectCatalog
    statements: StatementCheck
    templates: TemplateStore
    history: HistoryStore
    feeds: EventFeeds
    sign_in: SignIn
    clock: Clock


def api_router(services: ApiServices) -> APIRouter:
    """Give every route under ``/api/v1/{project_id}``. Callers were authenticated for the project before."""
    jobs, engines, clock = services.jobs, services.engines, services.clock
    router = APIRouter(prefix="/api/v1/{project_id}")
    router.include_router(job_routes(jobs, engines, clock))
    router.include_router(timeline_routes(jobs))
    router.include_router(plan_routes(jobs))
    router.include_router(result_routes(jobs))
    router.include_router(check_routes(services.statements))
    router.include_router(split_routes())
    router.include_router(template_routes(services.templates, clock))
    router.include_router(catalog_routes(services.catalog))
    router.include_router(queue_routes(services.queues))
    router.include_router(engine_routes(engines, services.trackers, clock))
    router.include_router(spark_routes(engines))
    router.include_router(history_routes(services.history))
    router.include_router(event_routes(jobs, services.feeds))
    router.include_router(sign_in_routes(services.sign_in))
    return router
