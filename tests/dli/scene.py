"""The contract's face over a service that only remembers what it was asked."""

from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo

import httpx2
from fastapi import FastAPI

from headway.dli.routes import dli_router
from headway.jobs.errors import NotFound
from headway.jobs.estimate import Estimate, Phase
from headway.jobs.job import Job, JobFilter, JobMode, JobOrder, JobRequest, JobType
from headway.jobs.lifecycle import JobState
from headway.jobs.progress import contract_progress
from headway.jobs.subjob import Snapshot
from headway.service.job_service import ResultRows
from headway.service.watch import JobProgress
from headway.web.authenticate import Authenticate
from headway.web.metrics import Metrics
from headway.web.request_log import RequestLog
from headway.web.unmatched import answer_unmatched
from tests.web.keys import KEYS, KnownKeys

PROJECT = KEYS.project_id
NOW = 1_700_000_100_000
JOB_ID = "85798b38-ae44-48eb-bb90-7cf0dcdafe7b"
JOB = Job(
    job_id=JOB_ID,
    project_id=PROJECT,
    owner="ada",
    job_type=JobType.QUERY,
    mode=JobMode.ASYNC,
    request=JobRequest("select 1"),
    state=JobState.RUNNING,
    submitted_at=NOW - 5_000,
)


@dataclass
class RememberingService:
    """Holds one job; ``becomes`` is what a submission gives, ``fails`` what every verb raises."""

    job: Job = JOB
    becomes: Job | None = None
    fails: Exception | None = None
    result: ResultRows = field(default_factory=lambda: ResultRows((), []))
    snapshot: Snapshot = field(default_factory=lambda: Snapshot(NOW))
    submitted: list[tuple[str, str, JobRequest]] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)
    found: list[tuple[JobFilter, JobOrder, int, int]] = field(default_factory=list)
    checked: list[tuple[str, str]] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    read: list[tuple[int, bool]] = field(default_factory=list)

    async def submit(
        self, project_id: str, owner: str, request: JobRequest, client_token: str | None = None
    ) -> Job:
        self._maybe_fail()
        self.tokens.append(client_token)
        self.submitted.append((project_id, owner, request))
        return self.becomes or replace(self.job, request=request, state=JobState.QUEUED)

    async def cancel(self, project_id: str, job_id: str) -> Job:
        self.cancelled.append(job_id)
        return await self.get(project_id, job_id)

    async def get(self, project_id: str, job_id: str) -> Job:
        self._maybe_fail()
        if project_id != self.job.project_id or job_id != self.job.job_id:
            raise NotFound("job", job_id)
        return self.job

    async def find(
        self, project_id: str, wanted: JobFilter, order: JobOrder, offset: int, limit: int
    ) -> tuple[int, list[Job]]:
        self._maybe_fail()
        self.found.append((wanted, order, offset, limit))
        return 1, [self.job][offset : offset + limit]

    async def progress(self, project_id: str, job_id: str) -> JobProgress:
        job = await self.get(project_id, job_id)
        progress = contract_progress(job.state, self.snapshot, 0.0)
        return JobProgress(job, progress, self.snapshot, Estimate(0.0, 0.0, 1.0), Phase.RUNNING)

    async def rows(self, project_id: str, job_id: str, limit: int, *, as_text: bool = False) -> ResultRows:
        self._maybe_fail()
        self.read.append((limit, as_text))
        return ResultRows(self.result.columns, self.result.rows[:limit])

    async def check(self, project_id: str, sql: str, current_db: str) -> JobType:
        self._maybe_fail()
        self.checked.append((sql, current_db))
        return JobType.QUERY

    def forget(self) -> None:
        """Be as new."""
        vars(self).update(vars(RememberingService()))

    def _maybe_fail(self) -> None:
        if self.fails is not None:
            raise self.fails


@dataclass
class Scene:
    """A client that speaks to the face, and what stands behind it."""

    client: httpx2.AsyncClient
    service: RememberingService

    def url(self, path: str) -> str:
        return f"/v1.0/{PROJECT}{path}"


async def _none() -> dict[str, int]:
    return {}


def an_app(service: RememberingService, zone: tzinfo = UTC) -> FastAPI:
    """Put the face together as the application does."""
    metrics = Metrics(jobs=_none, engines=_none)
    app = FastAPI()
    app.include_router(dli_router(service, zone, lambda: NOW))  # type: ignore[arg-type]
    answer_unmatched(app)
    app.add_middleware(Authenticate, credentials=KnownKeys())
    app.add_middleware(RequestLog, observer=metrics)
    return app


def client_of(app: FastAPI) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(app)
    return httpx2.AsyncClient(
        transport=transport, base_url="http://dli", headers={"X-Auth-Token": KEYS.token}
    )
