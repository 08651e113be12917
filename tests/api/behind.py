"""What this face speaks to, put together from the few parts that a test has."""

from headway.api.event_feeds import EventFeeds
from headway.api.routes import ApiServices
from headway.service.clock import Clock
from headway.service.credentials import Credentials
from headway.service.engines import Engines
from headway.service.job_moves import JobMoves
from headway.service.job_service import JobService
from headway.service.project_catalog import ProjectCatalog
from headway.service.queue_loads import QueueLoads
from headway.service.queues import Queue, Queues
from headway.service.ready_engines import ReadyEngines
from headway.service.run_history import RunHistory
from headway.service.sign_in import SignIn
from headway.service.statement_check import StatementCheck
from headway.service.trackers import Trackers
from headway.store.credential_store import CredentialStore
from headway.store.database import Database
from headway.store.event_queries import EventQueries
from headway.store.history_store import HistoryStore
from headway.store.job_search import JobSearch
from headway.store.progress_store import ProgressStore
from headway.store.session_store import SessionStore
from headway.store.table_store import TableStore
from headway.store.template_store import TemplateStore


def behind(
    jobs: JobService,
    engines: Engines,
    database: Database,
    clock: Clock,
    *,
    trackers: Trackers | None = None,
    queues: Queues | None = None,
    heartbeat_seconds: float = 15.0,
) -> ApiServices:
    history = HistoryStore(database)
    if trackers is None:
        known = RunHistory(history, TableStore(database))
        trackers = Trackers(engines, ProgressStore(database), known, clock)
    ready = ReadyEngines(engines)
    credentials = Credentials(CredentialStore(database), clock)
    return ApiServices(
        jobs=jobs,
        engines=engines,
        trackers=trackers,
        queues=QueueLoads(queues or Queues({"default": Queue("default", 1, 1)}), JobSearch(database)),
        catalog=ProjectCatalog(ready),
        statements=StatementCheck(jobs, ready),
        templates=TemplateStore(database),
        history=history,
        feeds=EventFeeds(jobs, engines, JobMoves(EventQueries(database), clock), clock, heartbeat_seconds),
        sign_in=SignIn(SessionStore(database), credentials, clock),
        clock=clock,
    )
