"""What the service asks of an engine. Two things fulfil it: Spark, and a scripted one for tests."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from headway.engine.catalog import Catalog
from headway.engine.size import AS_SET, EngineSize
from headway.engine.spark_page import SparkPage
from headway.jobs.subjob import Snapshot


class EngineState(StrEnum):
    """Where an engine is in its life."""

    STOPPED = "STOPPED"
    STARTING = "STARTING"
    READY = "READY"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """What is known of an engine now. ``text`` says the step of a start, or why it failed."""

    state: EngineState
    text: str = ""
    kind: str = "local"  # local, cluster, remote
    master: str = ""
    pid: int | None = None
    connect_url: str | None = None  # sc://host:port, without the token
    monitor_url: str | None = None
    spark_version: str | None = None
    app_id: str | None = None
    started_at: int | None = None  # epoch ms
    log_path: str | None = None
    executors_wanted: int | None = None  # at least, as far as the operator said
    size: EngineSize = AS_SET  # asked for in the place of the settings


@dataclass(frozen=True, slots=True)
class LogTail:
    """The last lines of an engine's log; without any, ``reason`` says why."""

    lines: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Execution:
    """One statement to run. ``job_id`` names the operation and the job group; a UUID."""

    job_id: str
    session_id: str  # from ``open_session``; one session per job
    sql: str
    description: str
    current_db: str
    current_catalog: str | None = None
    pool: str = "default"
    conf: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SchemaSeen:
    """The result's schema: Spark's StructType as JSON text (comes before the first batch)."""

    schema_json: str


@dataclass(frozen=True, slots=True)
class BatchSeen:
    """Some rows: an Arrow IPC stream as bytes. ``response_id`` is where a reattach resumes."""

    response_id: str
    data: bytes
    row_count: int


@dataclass(frozen=True, slots=True)
class Completed:
    """The statement ran to its end: the last event of a successful execution."""


ExecutionEvent = SchemaSeen | BatchSeen | Completed


@dataclass(frozen=True, slots=True)
class FoundOperation:
    """A statement of this installation that was found at work in Spark."""

    job_id: str  # operation id and job group
    session_id: str


class Engine(Protocol):
    """A ready engine. Failures of a statement raise ``StatementFailed``; a dead engine ``EngineLost``."""

    async def open_session(self) -> str:
        """Give a session id for one job: of a session made ready beforehand, if there is one."""
        ...

    async def prepare(self, execution: Execution) -> None:
        """Open the job's session: conf, job group, pool, current database."""
        ...

    def execute(self, execution: Execution) -> AsyncGenerator[ExecutionEvent]:
        """Run the statement once and give its events; survives a broken stream by reattaching."""
        ...

    def reattach(
        self, execution: Execution, after: str | None, *, may_start: bool = True
    ) -> AsyncGenerator[ExecutionEvent]:
        """Go on with a statement that another process was to start, after response ``after``.

        One that Spark never got is started now, if it may: an operation id runs at most once in its session.
        """
        ...

    async def interrupt(self, execution: Execution) -> None:
        """Ask Spark to stop the statement; returns when Spark has taken the request."""
        ...

    async def close_session(self, session_id: str) -> None:
        """End a session and drop what it holds in the engine."""
        ...

    async def check(self, sql: str, current_db: str) -> None:
        """Parse and analyse without executing; raises ``StatementFailed``."""
        ...

    async def explain(self, sql: str, current_db: str) -> str:
        """Give a statement's physical plan as text; runs as little as ``check`` and raises the same."""
        ...

    @property
    def catalog(self) -> Catalog:
        """What the engine's catalog holds."""
        ...

    async def snapshots(self, job_ids: Sequence[str]) -> Mapping[str, Snapshot]:
        """Read what Spark's monitoring says of these jobs; raises ``ProgressUnavailable``."""
        ...

    def forget(self, job_id: str) -> None:
        """Drop what the monitoring remembers of a job that has ended."""
        ...

    async def running_tasks(self, job_id: str) -> int:
        """Count the tasks that Spark still runs for a job; a subjob that waits for its first counts too."""
        ...

    async def kill_subjobs(self, job_id: str) -> None:
        """Kill what Spark still runs for a job whose statement has ended: an interrupt may miss it."""
        ...

    async def spark_page(self, path: str, query: str, root: str) -> SparkPage:
        """Read a page of Spark's own, with ``root`` before its addresses; raises ``ProgressUnavailable``."""
        ...

    async def find_operations(self) -> Sequence[FoundOperation]:
        """Find this installation's statements that Spark works on; raises ``ProgressUnavailable``."""
        ...

    async def end_operation(self, found: FoundOperation) -> None:
        """Interrupt a found statement, kill its subjobs and end its session."""
        ...

    async def close(self) -> None:
        """Let go of the connections."""
        ...


class EngineHost(Protocol):
    """Holds a project's engine: finds or starts it, tells its state, stops it."""

    @property
    def status(self) -> EngineStatus:
        """The state of the engine as last seen."""
        ...

    async def ready(self) -> Engine:
        """Give the engine, starting it when there is none; raises ``EngineUnavailable``."""
        ...

    async def find(self) -> Engine | None:
        """Give the engine if one runs already, be it slow to answer; never starts one."""
        ...

    async def log_tail(self, lines: int) -> LogTail:
        """Give the last lines of the engine's own log, secrets blotted out."""
        ...

    async def resize(self, size: EngineSize) -> None:
        """Keep a size for the next starts; raises ``InvalidRequest`` and ``NotAllowed``."""
        ...

    async def stop(self) -> None:
        """Stop the engine if it was launched here; a remote one is left alone."""
        ...

    async def close(self) -> None:
        """Let go of the connections; the engine goes on."""
        ...
