"""A job: one submitted SQL statement. ``JobRequest`` comes in, ``Job`` is what is remembered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from headway.jobs.errors import SqlError
from headway.jobs.lifecycle import TERMINAL, JobState, JobStatus, Reason, status_of

ROWS_SHOWN = 1000  # contract: preview and synchronous answers give at most this many rows
SQL_LIMIT = 500_000  # contract section 8: characters of one statement
DEFAULT_QUEUE = "default"
DEFAULT_DATABASE = "default"
TIMEOUT_KEY = "dli.sql.job.timeout"  # seconds (contract 2.1, 2025 pages)
ASYNC_KEY = "dli.sql.sqlasync.enabled"
DEFAULT_TIMEOUT_SECONDS = 12 * 3600


class JobType(StrEnum):
    """What kind of statement a job runs (contract section 3)."""

    DDL = "DDL"
    DCL = "DCL"
    IMPORT = "IMPORT"
    EXPORT = "EXPORT"
    QUERY = "QUERY"
    INSERT = "INSERT"
    UPDATE = "UPDATE"
    DELETE = "DELETE"


class JobMode(StrEnum):
    """Whether submit waits for the end of the job."""

    ASYNC = "async"
    SYNC = "sync"


@dataclass(frozen=True, slots=True)
class Tag:
    """A caller's label on a job."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class JobRequest:
    """A checked request to run one statement."""

    sql: str
    queue_name: str = DEFAULT_QUEUE
    current_db: str = DEFAULT_DATABASE
    current_catalog: str | None = None
    conf: Mapping[str, str] = field(default_factory=dict)
    tags: tuple[Tag, ...] = ()
    engine_type: str = "spark"


@dataclass(frozen=True, slots=True)
class ResultFigures:
    """What is known of a job's stored rows. ``schema_json`` is Spark's StructType as JSON text."""

    row_count: int = 0
    byte_count: int = 0
    schema_json: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """One job as remembered. Times are epoch milliseconds, UTC."""

    job_id: str
    project_id: str
    owner: str
    job_type: JobType
    mode: JobMode
    request: JobRequest
    state: JobState
    submitted_at: int
    reason: Reason | None = None
    message: str = ""
    error: SqlError | None = None
    started_at: int | None = None  # when Spark was given the statement
    ended_at: int | None = None
    session_id: str | None = None  # the Spark Connect session of the attempt that runs
    engine_id: str | None = None  # the Spark application that runs it
    result: ResultFigures = ResultFigures()
    input_rows: int = 0
    input_bytes: int = 0
    output_rows: int = 0
    output_bytes: int = 0
    cpu_ms: int = 0
    attempt: int = 1
    client_token: str | None = None  # the caller's name of the request
    request_digest: str | None = None  # what was asked under that name

    @property
    def status(self) -> JobStatus:
        """The contract's status."""
        return status_of(self.state)

    @property
    def is_terminal(self) -> bool:
        """Whether the job has ended, in any way."""
        return self.state in TERMINAL

    @property
    def timeout_seconds(self) -> float:
        """How long the job may run before it is cancelled."""
        return float(self.request.conf.get(TIMEOUT_KEY, DEFAULT_TIMEOUT_SECONDS))

    def duration_ms(self, now: int) -> int:
        """How long the job has taken since it was submitted, or took when it has ended."""
        return max(0, (self.ended_at or now) - self.submitted_at)


@dataclass(frozen=True, slots=True)
class JobFilter:
    """Which jobs of a project a list shows; ``None`` means no restriction, an empty set matches nothing."""

    states: frozenset[JobState] | None = None
    types: frozenset[JobType] | None = None
    job_id: str | None = None
    queue_name: str | None = None
    owner: str | None = None
    sql_pattern: str | None = None  # case-insensitive fragment of the statement
    database: str | None = None
    engine_type: str | None = None
    tags: tuple[Tag, ...] = ()
    started_after: int | None = None  # epoch ms, exclusive
    started_before: int | None = None


@dataclass(frozen=True, slots=True)
class WorkFigures:
    """What a job's work amounted to, summed over its stages; sizes in bytes."""

    input_rows: int = 0
    input_bytes: int = 0
    output_rows: int = 0
    output_bytes: int = 0
    cpu_ms: int = 0


class JobOrder(StrEnum):
    """Orders of a job list (contract 2.3)."""

    START_TIME_DESC = "start_time_desc"
    START_TIME_ASC = "start_time_asc"
    DURATION_DESC = "duration_desc"
    DURATION_ASC = "duration_asc"


def first_line(sql: str) -> str:
    """Give the statement's first non-empty line, shortened: what Spark's pages show."""
    for line in sql.splitlines():
        if text := line.strip():
            return text if len(text) <= 120 else text[:119] + "…"
    return ""
