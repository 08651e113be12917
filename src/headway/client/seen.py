"""What the service says, as immutable data. Times are epoch milliseconds, sizes bytes.

A newer service may say more: unknown fields are passed over.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import TypeVar, cast

from headway.jobs.lifecycle import TERMINAL, JobState
from headway.jobs.subjob import Stage, Subjob

Body = Mapping[str, object]
Cell = str | int | float | bool | None | list["Cell"] | dict[str, "Cell"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ErrorSeen:
    """Why a job failed; ``line`` and ``column`` count from 1."""

    message: str
    kind: str = ""
    error_class: str | None = None
    sql_state: str | None = None
    line: int | None = None
    column: int | None = None
    fragment: str | None = None


@dataclass(frozen=True, slots=True)
class ResultSeen:
    """What is known of a job's rows; ``schema`` is Spark's StructType as a JSON object."""

    row_count: int = 0
    byte_count: int = 0
    schema: Mapping[str, object] | None = None

    @property
    def has_columns(self) -> bool:
        """Whether there is a table to show, be it without rows."""
        return bool(self.schema and self.schema.get("fields"))


@dataclass(frozen=True, slots=True)
class JobSeen:
    """One job as the service shows it."""

    job_id: str
    state: JobState
    status: str
    statement: str
    submitted_at: int
    job_type: str = ""
    queue_name: str = ""
    owner: str = ""
    current_db: str = ""
    reason: str | None = None
    message: str = ""
    error: ErrorSeen | None = None
    conf: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    started_at: int | None = None
    ended_at: int | None = None
    duration_ms: int = 0
    attempt: int = 1
    result: ResultSeen | None = None

    @property
    def is_terminal(self) -> bool:
        """Whether the job has ended, in any way."""
        return self.state in TERMINAL


@dataclass(frozen=True, slots=True)
class JobsSeen:
    """One page of a job list; ``total`` counts every job that matches."""

    total: int
    jobs: tuple[JobSeen, ...]


@dataclass(frozen=True, slots=True)
class WaitingSeen:
    """What a job waits for, as a word and as a sentence."""

    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class TotalsSeen:
    """Sums over a job's subjobs and stages."""

    tasks: int = 0
    completed_tasks: int = 0
    failed_tasks: int = 0
    input_bytes: int = 0
    input_rows: int = 0
    shuffle_bytes: int = 0
    spilled_bytes: int = 0
    output_rows: int = 0


@dataclass(frozen=True, slots=True)
class SubjobSeen:
    """One subjob with its stages."""

    subjob: Subjob
    stages: tuple[Stage, ...] = ()


@dataclass(frozen=True, slots=True)
class ProgressSeen:
    """How far a job is. ``fraction`` is 0…1 of the whole job and never falls."""

    job_id: str
    state: JobState
    phase: str
    fraction: float
    etag: str = ""
    waiting: WaitingSeen | None = None
    totals: TotalsSeen = TotalsSeen()
    subjobs: tuple[SubjobSeen, ...] = ()
    attempt: int = 1
    updated_at: int = 0

    @property
    def is_terminal(self) -> bool:
        """Whether the job has ended, in any way."""
        return self.state in TERMINAL


@dataclass(frozen=True, slots=True)
class ColumnSeen:
    """A column of a result; ``type`` is Spark's name for it, for example ``decimal(15,2)``."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class PageSeen:
    """Some rows of a result, from row ``offset`` on, of ``row_count`` in all."""

    columns: tuple[ColumnSeen, ...]
    rows: tuple[tuple[Cell, ...], ...]
    offset: int
    row_count: int


@dataclass(frozen=True, slots=True)
class EngineSeen:
    """The state of the project's engine."""

    state: str
    text: str = ""
    kind: str = ""
    master: str = ""
    pid: int | None = None
    connect_url: str | None = None
    monitor_url: str | None = None
    spark_version: str | None = None
    app_id: str | None = None
    started_at: int | None = None
    log_path: str | None = None


def _take(shape: type[T], body: Body, **given: object) -> T:
    """Build a dataclass from the fields that the body has and the shape knows."""
    names = {each.name for each in fields(shape)}  # type: ignore[arg-type]
    known = {name: value for name, value in body.items() if name in names}
    return shape(**{**known, **given})


def _part(body: Body, name: str) -> Body | None:
    return cast("Body | None", body.get(name))


def _list(body: Body, name: str) -> list[Body]:
    return cast("list[Body]", body.get(name) or [])


def read_job(body: Body) -> JobSeen:
    """Read a job view."""
    error, result = _part(body, "error"), _part(body, "result")
    return _take(
        JobSeen,
        body,
        state=JobState(str(body["state"])),
        error=_take(ErrorSeen, error) if error else None,
        result=_take(ResultSeen, result) if result else None,
    )


def read_jobs(body: Body) -> JobsSeen:
    """Read a page of jobs."""
    return JobsSeen(cast("int", body["total"]), tuple(read_job(each) for each in _list(body, "jobs")))


def read_progress(body: Body) -> ProgressSeen:
    """Read a progress view."""
    waiting = _part(body, "waiting_for")
    estimate = _part(body, "estimate") or {}
    return _take(
        ProgressSeen,
        body,
        state=JobState(str(body["state"])),
        fraction=float(cast("float", estimate.get("fraction", 0))),
        waiting=_take(WaitingSeen, waiting) if waiting else None,
        totals=_take(TotalsSeen, _part(body, "totals") or {}),
        subjobs=tuple(_subjob(each) for each in _list(body, "subjobs")),
    )


def _subjob(body: Body) -> SubjobSeen:
    return SubjobSeen(_take(Subjob, body), tuple(_take(Stage, each) for each in _list(body, "stages")))


def read_page(body: Body) -> PageSeen:
    """Read a page of rows."""
    rows = cast("list[list[Cell]]", body["rows"])
    return _take(
        PageSeen,
        body,
        columns=tuple(_take(ColumnSeen, each) for each in _list(body, "columns")),
        rows=tuple(tuple(row) for row in rows),
    )


def read_engine(body: Body) -> EngineSeen:
    """Read an engine view."""
    return _take(EngineSeen, body)
