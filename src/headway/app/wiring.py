"""Builds the service from its settings: read it top to bottom."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import structlog
from fastapi import FastAPI

from headway import __version__
from headway.api.routes import api_router
from headway.app.home import Home
from headway.app.projects import first_credential
from headway.dli.routes import dli_router
from headway.engine.base import EngineState
from headway.engine.options import EngineOptions
from headway.engine.spark_engine import SparkEngine
from headway.engine.spark_host import SparkHost
from headway.jobs.errors import EngineUnavailable
from headway.jobs.lifecycle import status_of
from headway.results.result_store import ResultStore
from headway.service.clock import now_ms
from headway.service.credentials import Credentials
from headway.service.dispatcher import Dispatcher
from headway.service.engines import Engines
from headway.service.job_service import JobService
from headway.service.journal import Journal
from headway.service.live_jobs import LiveJobs
from headway.service.queues import Queue, Queues
from headway.service.runner import Runner
from headway.service.trackers import Trackers
from headway.settings import EngineSettings, Settings
from headway.store.credential_store import CredentialStore
from headway.store.database import Database
from headway.store.job_search import JobSearch
from headway.store.job_store import JobStore
from headway.web.authenticate import Authenticate
from headway.web.health import health_router
from headway.web.metrics import Metrics, metrics_router
from headway.web.request_log import RequestLog
from headway.web.unmatched import answer_unmatched

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that lives as long as the process."""

    home: Home
    database: Database
    job_store: JobStore
    credential_store: CredentialStore
    credentials: Credentials
    engines: Engines
    trackers: Trackers
    dispatcher: Dispatcher
    service: JobService


def build(settings: Settings) -> Parts:
    """Make every part; nothing runs yet."""
    home = Home(settings.home)
    database = Database(home.database_url)
    job_store = JobStore(database)
    credential_store = CredentialStore(database)
    queues = Queues({name: Queue(name, queue.max_concurrent) for name, queue in settings.queues.items()})
    engines = Engines(
        lambda project_id: SparkHost(
            _engine_options(settings.engine, home, project_id, queues.names()), SparkEngine
        )
    )
    trackers = Trackers(engines, now_ms)
    live = LiveJobs()
    journal = Journal(job_store, live, now_ms)
    results = ResultStore(home.results, settings.results.limit_bytes)
    runner = Runner(job_store, journal, engines, trackers, results, now_ms)
    dispatcher = Dispatcher(job_store, journal, queues, runner)
    service = JobService(
        store=job_store,
        search=JobSearch(database),
        journal=journal,
        live=live,
        queues=queues,
        engines=engines,
        trackers=trackers,
        runner=runner,
        dispatcher=dispatcher,
        results=results,
        clock=now_ms,
    )
    return Parts(
        home=home,
        database=database,
        job_store=job_store,
        credential_store=credential_store,
        credentials=Credentials(credential_store, now_ms),
        engines=engines,
        trackers=trackers,
        dispatcher=dispatcher,
        service=service,
    )


def web_app(parts: Parts, settings: Settings, endpoint: str, *, stop_engines: bool = False) -> FastAPI:
    """Make the HTTP application; its lifespan starts and stops the loops."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await parts.database.migrate()
        credential = await first_credential(parts.home, parts.credential_store, parts.credentials)
        parts.home.write_credential(credential, endpoint)
        adopted = await parts.dispatcher.adopt()
        parts.dispatcher.start()
        warming = asyncio.create_task(_warm(parts.engines, credential.project_id))
        log.info("service started", endpoint=endpoint, home=str(parts.home.root), adopted_jobs=adopted)
        yield
        if stop_engines:
            await parts.service.cancel_all("the service stopped together with its engines")
        warming.cancel()
        await parts.dispatcher.stop()
        await parts.trackers.close()
        if stop_engines:
            await parts.engines.stop_all()
        await parts.engines.close()
        await parts.database.close()
        log.info("service stopped", engines="stopped" if stop_engines else "left running")

    metrics = Metrics(jobs=lambda: _job_counts(parts), engines=lambda: _engine_counts(parts))
    metrics.show_total("headway_monitor_reads", "How often Spark's monitoring was read", parts.trackers.reads)
    app = FastAPI(title="Headway", version=__version__, lifespan=lifespan, docs_url=None, redoc_url=None)
    app.include_router(dli_router(parts.service, ZoneInfo(settings.time_zone), now_ms))
    app.include_router(api_router(parts.service, parts.engines, now_ms))
    app.include_router(
        health_router({"store": lambda: _store_ready(parts), "engine": lambda: _engines_ready(parts)})
    )
    app.include_router(metrics_router(metrics))
    answer_unmatched(app)
    # The last added is the outermost.
    app.add_middleware(Authenticate, credentials=parts.credentials, body_limit=settings.body_limit_bytes)
    app.add_middleware(RequestLog, observer=metrics)
    return app


def _engine_options(
    settings: EngineSettings, home: Home, project_id: str, queues: tuple[str, ...]
) -> EngineOptions:
    project = home.project(project_id)
    return EngineOptions(
        directory=project / "engine",
        warehouse=project / "warehouse",
        metastore=project / "metastore",
        queues=queues,
        master=settings.master,
        memory=settings.memory,
        conf=settings.conf,
        java_home=settings.java_home,
        remote_url=settings.remote_url,
        remote_token=settings.remote_token,
        remote_monitor_url=settings.remote_monitor_url,
        remote_monitor_token=settings.remote_monitor_token,
        start_timeout_seconds=settings.start_timeout_seconds,
    )


async def _warm(engines: Engines, project_id: str) -> None:
    """Start the first project's engine now, so that the first job need not wait for it."""
    try:
        await engines.host(project_id).ready()
    except EngineUnavailable as error:
        log.error("engine start failed", project_id=project_id, reason=str(error))


async def _store_ready(parts: Parts) -> str | None:
    await parts.database.ping()
    return None


async def _engines_ready(parts: Parts) -> str | None:
    # The first project's alone: it is started with the service, the others when they are needed.
    status = parts.engines.status(parts.credentials.projects()[0])
    if status.state in {EngineState.STARTING, EngineState.FAILED}:
        return f"{status.state}: {status.text}"
    return None


async def _job_counts(parts: Parts) -> Mapping[str, int]:
    counts: Counter[str] = Counter()
    for state, count in (await parts.job_store.count_by_state()).items():
        counts[status_of(state)] += count
    return counts


async def _engine_counts(parts: Parts) -> Mapping[str, int]:
    return Counter(str(status.state) for status in parts.engines.statuses().values())
