"""Our own face over a service that is scripted: jobs and progress are what a test puts there."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

import httpx2
from fastapi import FastAPI, Request
from starlette.middleware.base import RequestResponseEndpoint
from starlette.responses import Response

from headway.api.routes import api_router
from headway.engine.base import EngineState, EngineStatus
from headway.jobs.errors import NotFound
from headway.jobs.estimate import Estimate
from headway.jobs.job import Job, JobFilter, JobOrder, JobRequest
from headway.jobs.phase import phase_of
from headway.jobs.progress import contract_progress
from headway.jobs.subjob import Snapshot
from headway.results.stored import StoredResult
from headway.service.engines import Engines
from headway.service.job_service import JobService
from headway.service.watch import JobProgress
from headway.store.database import Database
from headway.web.request_state import Caller, set_caller
from tests.api.behind import behind
from tests.builders import a_job

PROJECT = "p1"
NOW = 100_000


@dataclass
class ScriptedService:
    """Answers from what a test put in."""

    jobs: dict[str, Job] = field(default_factory=dict)
    progresses: list[JobProgress] = field(
        default_factory=list
    )  # given one after the other, the last for ever
    stored: StoredResult | None = None
    asked: list[object] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)
    fails: Exception | None = None  # what a submission raises

    async def submit(
        self, project_id: str, owner: str, request: JobRequest, client_token: str | None = None
    ) -> Job:
        if self.fails is not None:
            raise self.fails
        self.tokens.append(client_token)
        job = a_job(project=project_id, sql=request.sql, owner=owner, conf=request.conf)
        self.jobs[job.job_id] = job
        self.asked.append(request)
        return job

    async def get(self, project_id: str, job_id: str) -> Job:
        job = self.jobs.get(job_id)
        if job is None or job.project_id != project_id:
            raise NotFound("job", job_id)
        return job

    async def wait(self, project_id: str, job_id: str, seconds: float) -> Job:
        self.asked.append(("wait", seconds))
        await asyncio.sleep(0)
        return await self.get(project_id, job_id)

    async def cancel(self, project_id: str, job_id: str) -> Job:
        self.asked.append(("cancel", job_id))
        return await self.get(project_id, job_id)

    async def find(
        self, project_id: str, wanted: JobFilter, order: JobOrder, offset: int, limit: int
    ) -> tuple[int, list[Job]]:
        self.asked.append((project_id, wanted, order, offset, limit))
        return 7, list(self.jobs.values())

    async def progress(self, project_id: str, job_id: str) -> JobProgress:
        return self.progresses.pop(0) if len(self.progresses) > 1 else self.progresses[0]

    async def position(self, job: Job) -> int:
        return 3

    async def result(self, project_id: str, job_id: str) -> StoredResult:
        assert self.stored is not None
        return self.stored


@dataclass
class ScriptedEngines:
    """One engine in a state that a test sets."""

    state: EngineStatus = field(default_factory=lambda: EngineStatus(EngineState.READY, master="local[*]"))

    def status(self, project_id: str) -> EngineStatus:
        return self.state

    async def stop(self, project_id: str) -> EngineStatus:
        self.state = EngineStatus(EngineState.STOPPED)
        return self.state


@dataclass
class Scene:
    """The face with everything behind it, and a client in front."""

    http: httpx2.AsyncClient
    service: ScriptedService
    engines: ScriptedEngines
    app: FastAPI


@asynccontextmanager
async def a_scene() -> AsyncIterator[Scene]:
    service, engines = ScriptedService(), ScriptedEngines()
    app = FastAPI()
    database = Database("sqlite+aiosqlite:////nowhere/headway.db")  # nothing here asks the store
    faces = cast("JobService", service), cast("Engines", engines)
    app.include_router(api_router(behind(*faces, database, lambda: NOW)))

    @app.middleware("http")
    async def as_ada(request: Request, call_next: RequestResponseEndpoint) -> Response:
        set_caller(request.scope, Caller(PROJECT, "ada", "AKADA"))
        return await call_next(request)

    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url=f"http://service/api/v1/{PROJECT}") as http:
        yield Scene(http, service, engines, app)


def seen(job: Job, snapshot: Snapshot, fraction: float) -> JobProgress:
    progress = contract_progress(job.state, snapshot, 0.0)
    phase = phase_of(job.state, job.job_type, snapshot)
    return JobProgress(job, progress, snapshot, Estimate(fraction, fraction, fraction), phase)
