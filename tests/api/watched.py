"""The events over a real store, with who calls checked; only Spark is played from scripts."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

import httpx2
from fastapi import FastAPI

from headway.api.event_feeds import EventFeeds
from headway.api.routes import api_router
from headway.jobs.credential import Credential
from headway.service.clock import now_ms
from headway.web.authenticate import Authenticate
from headway.web.request_log import RequestLog
from tests.api.behind import behind
from tests.api.listener import Listener, listening
from tests.service.scene import World
from tests.web.keys import KnownKeys

ADA = Credential("p1", "ada", "AK1", "secret-1", "token-1")
BOB = Credential("p2", "bob", "AK2", "secret-2", "token-2")


class NobodyCounts:
    """Takes what the request log counts."""

    def observe(self, method: str, template: str, status: int, seconds: float) -> None: ...

    def refused(self, reason: str) -> None: ...


@dataclass
class Watched:
    """The application, and streams of it as one who calls for a project."""

    app: Any
    feeds: EventFeeds

    def http(self, who: Credential = ADA) -> httpx2.AsyncClient:
        """Give a client for the calls of a project."""
        return httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=self.app),
            base_url=f"http://service/api/v1/{who.project_id}",
            headers={"X-Auth-Token": who.token},
        )

    def job(
        self, job_id: str, last_id: str | None = None, *, who: Credential | None = ADA
    ) -> AbstractAsyncContextManager[Listener]:
        return self._open(f"/jobs/{job_id}/events", last_id, who)

    def project(
        self, last_id: str | None = None, *, who: Credential | None = ADA
    ) -> AbstractAsyncContextManager[Listener]:
        return self._open("/events", last_id, who)

    def _open(
        self, path: str, last_id: str | None, who: Credential | None
    ) -> AbstractAsyncContextManager[Listener]:
        headers = {} if last_id is None else {"Last-Event-ID": last_id}
        headers |= {} if who is None else {"X-Auth-Token": who.token}
        return listening(self.app, f"/api/v1/{(who or ADA).project_id}{path}", headers)


def watched(world: World, heartbeat_seconds: float = 15.0) -> Watched:
    """Put the face in front of a service."""
    services = behind(
        world.service,
        world.engines,
        world.database,
        now_ms,
        trackers=world.trackers,
        queues=world.queues,
        heartbeat_seconds=heartbeat_seconds,
    )
    world.closers.append(services.feeds.close)
    app = FastAPI()
    app.include_router(api_router(services))
    app.add_middleware(Authenticate, credentials=KnownKeys(ADA, BOB))
    app.add_middleware(RequestLog, observer=NobodyCounts())
    return Watched(app, services.feeds)
