"""The HTTP application over the parts: what starts and stops with it, and what answers where."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from zoneinfo import ZoneInfo

import structlog
from fastapi import FastAPI

from headway import __version__
from headway.api.routes import api_router
from headway.app.home import Home
from headway.app.parts import Parts
from headway.app.projects import first_credential
from headway.console.routes import console_router
from headway.dli.routes import dli_router
from headway.engine.base import EngineState
from headway.jobs.errors import EngineUnavailable
from headway.jobs.lifecycle import status_of
from headway.service.clock import now_ms
from headway.service.engines import Engines
from headway.settings import Settings
from headway.web.authenticate import Authenticate
from headway.web.health import health_router
from headway.web.metrics import Metrics, metrics_router
from headway.web.rate_limit import RateLimit
from headway.web.request_log import RequestLog
from headway.web.session_cookie import SessionCookie
from headway.web.unmatched import answer_unmatched

log = structlog.get_logger(__name__)


def web_app(parts: Parts, settings: Settings, endpoint: str, *, stop_engines: bool = False) -> FastAPI:
    """Make the HTTP application; its lifespan starts and stops the loops."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        credential = await first_credential(parts.home, parts.credential_store, parts.credentials)
        parts.home.write_credential(credential, endpoint)
        adopted = await parts.rescuer.start()
        parts.dispatcher.start()
        parts.sweeper.start()
        parts.pruner.start()
        warming = asyncio.create_task(_warm(parts.engines, credential.project_id))
        log.info("service started", endpoint=endpoint, home=str(parts.home.root), adopted_jobs=adopted)
        yield
        await parts.feeds.close()  # for a server that does not: streams hold the others up
        if stop_engines:
            await parts.service.cancel_all("the service stopped together with its engines")
        warming.cancel()
        await parts.pruner.stop()
        await parts.sweeper.stop()
        await parts.dispatcher.stop()
        await parts.rescuer.stop()
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
    app.include_router(api_router(parts.api))
    session = SessionCookie(_cookie_name(parts.home), parts.sign_in)
    app.include_router(console_router(parts.sign_in, session))
    app.include_router(
        health_router({"store": lambda: _store_ready(parts), "engine": lambda: _engines_ready(parts)})
    )
    app.include_router(metrics_router(metrics))
    answer_unmatched(app)
    # The last added is the outermost.
    app.add_middleware(RateLimit, requests_per_second=settings.limits.requests_per_second)
    app.add_middleware(
        Authenticate,
        credentials=parts.credentials,
        session=session,
        body_limit=settings.body_limit_bytes,
    )
    app.add_middleware(RequestLog, observer=metrics)
    return app


def _cookie_name(home: Home) -> str:
    """Name the cookie by the installation: browsers keep one jar for all ports of a host."""
    return f"headway_{hashlib.sha256(home.installation_id().encode()).hexdigest()[:8]}"


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
