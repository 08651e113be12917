"""Makes every part of the service from its settings: read it top to bottom."""

from dataclasses import dataclass
from functools import partial

from headway import __version__
from headway.api.event_feeds import EventFeeds
from headway.api.routes import ApiServices
from headway.app.home import Home
from headway.engine.options import EngineOptions
from headway.engine.spark_engine import SparkEngine
from headway.engine.spark_host import SparkHost
from headway.results.result_store import ResultStore
from headway.service.admission import Admission
from headway.service.clock import now_ms
from headway.service.credentials import Credentials
from headway.service.dispatcher import Dispatcher
from headway.service.engines import Engines
from headway.service.fault_points import FaultPoints
from headway.service.job_moves import JobMoves
from headway.service.job_service import JobService
from headway.service.journal import Journal
from headway.service.live_jobs import LiveJobs
from headway.service.membership import Membership
from headway.service.project_catalog import ProjectCatalog
from headway.service.pruner import Pruner
from headway.service.queue_loads import QueueLoads
from headway.service.queues import Queue, Queues
from headway.service.ready_engines import ReadyEngines
from headway.service.rescuer import Rescuer
from headway.service.run_history import RunHistory
from headway.service.runner import Runner
from headway.service.sign_in import SignIn
from headway.service.statement_check import StatementCheck
from headway.service.sweeper import Sweeper
from headway.service.tracker import Witness
from headway.service.trackers import Trackers
from headway.settings import EngineSettings, Settings
from headway.store.credential_store import CredentialStore
from headway.store.database import Database
from headway.store.event_queries import EventQueries
from headway.store.history_store import HistoryStore
from headway.store.job_search import JobSearch
from headway.store.job_store import JobStore
from headway.store.progress_store import ProgressStore
from headway.store.replica_store import ReplicaStore
from headway.store.retention import RetentionStore
from headway.store.session_store import SessionStore
from headway.store.spark_sessions import SparkSessions
from headway.store.table_store import TableStore
from headway.store.template_store import TemplateStore


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that lives as long as the process."""

    home: Home
    database: Database
    job_store: JobStore
    credential_store: CredentialStore
    credentials: Credentials
    sign_in: SignIn
    engines: Engines
    trackers: Trackers
    dispatcher: Dispatcher
    rescuer: Rescuer
    sweeper: Sweeper
    pruner: Pruner
    service: JobService
    api: ApiServices
    feeds: EventFeeds


def build(settings: Settings, endpoint: str, witness: Witness | None = None) -> Parts:
    """Make every part; nothing runs yet. ``endpoint`` is where this process listens.

    ``witness`` is told of all that is read of Spark's work, to record it.
    """
    home = Home(settings.home)
    database = Database(settings.store.url or home.database_url)
    job_store = JobStore(database)
    credential_store = CredentialStore(database)
    queues = Queues(
        {
            name: Queue(name, queue.max_concurrent, queue.max_waiting)
            for name, queue in settings.queues.items()
        },
        settings.limits.running_jobs,
    )
    # Others may use the same remote engine: what is ours in it carries our name.
    connect = partial(SparkEngine, user=f"headway-{home.installation_id()}")
    engines = Engines(
        lambda project_id: SparkHost(
            _engine_options(settings.engine, home, project_id, queues.names()), connect
        )
    )
    credentials = Credentials(credential_store, now_ms)
    replica_store = ReplicaStore(database)
    membership = Membership(replica_store, endpoint, __version__, shared=database.is_shared)
    faults = FaultPoints(settings.stop_at)
    history_store = HistoryStore(database)
    history = RunHistory(history_store, TableStore(database), enabled=settings.history.enabled)
    trackers = Trackers(
        engines,
        ProgressStore(database),
        history,
        now_ms,
        keep_snapshots=database.is_shared,
        witness=witness,
    )
    live = LiveJobs()
    search = JobSearch(database)
    journal = Journal(job_store, live, membership, now_ms, faults)
    results = ResultStore(home.results, settings.results.limit_bytes)
    runner = Runner(job_store, journal, membership, engines, trackers, history, results, now_ms, faults)
    dispatcher = Dispatcher(job_store, replica_store, journal, membership, queues, runner)
    service = JobService(
        store=job_store,
        search=search,
        journal=journal,
        live=live,
        admission=Admission(job_store, journal, queues),
        engines=engines,
        trackers=trackers,
        runner=runner,
        dispatcher=dispatcher,
        results=results,
        clock=now_ms,
        alone=not database.is_shared,
    )
    sign_in = SignIn(SessionStore(database), credentials, now_ms)
    feeds = EventFeeds(service, engines, JobMoves(EventQueries(database), now_ms), now_ms)
    ready = ReadyEngines(engines)
    api = ApiServices(
        jobs=service,
        engines=engines,
        trackers=trackers,
        queues=QueueLoads(queues, search),
        catalog=ProjectCatalog(ready),
        statements=StatementCheck(service, ready),
        templates=TemplateStore(database),
        history=history_store,
        feeds=feeds,
        sign_in=sign_in,
        clock=now_ms,
    )
    sweeper = Sweeper(SparkSessions(database), engines, credentials.projects)
    return Parts(
        home=home,
        database=database,
        job_store=job_store,
        credential_store=credential_store,
        credentials=credentials,
        sign_in=sign_in,
        engines=engines,
        trackers=trackers,
        dispatcher=dispatcher,
        rescuer=Rescuer(membership, journal, dispatcher, sweeper.took_over),
        sweeper=sweeper,
        pruner=Pruner(
            RetentionStore(database),
            results,
            settings.retention.days,
            settings.retention.results_bytes,
            history_store,
            settings.history.days,
            now_ms,
        ),
        service=service,
        api=api,
        feeds=feeds,
    )


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
