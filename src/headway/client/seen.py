"""What the service says, as immutable data. Times are epoch milliseconds, sizes bytes.

A newer service may say more: unknown fields are passed over.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from headway.client.reading import part, parts, take
from headway.jobs.estimate import Basis, Estimate, Remaining
from headway.jobs.lifecycle import TERMINAL, JobState
from headway.jobs.subjob import Stage, Subjob

Body = Mapping[str, object]
Cell = str | int | float | bool | None | list["Cell"] | dict[str, "Cell"]


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
    output_bytes: int = 0
    run_time_ms: int = 0
    cores: int = 0


@dataclass(frozen=True, slots=True)
class FindingSeen:
    """Something that makes a job slow or fail, in a sentence; ``figures`` are the numbers in it."""

    kind: str
    text: str
    severity: str = "info"
    subjob_id: int | None = None
    stage_id: int | None = None
    figures: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_warning(self) -> bool:
        """Whether somebody should do something about it."""
        return self.severity == "warning"

    @property
    def place(self) -> tuple[str, int | None, int | None]:
        """What it is about: its text may change while the job runs, this does not."""
        return self.kind, self.subjob_id, self.stage_id


@dataclass(frozen=True, slots=True)
class SubjobSeen:
    """One subjob with its stages."""

    subjob: Subjob
    stages: tuple[Stage, ...] = ()


@dataclass(frozen=True, slots=True)
class ProgressSeen:
    """How far a job is; ``body`` is the whole answer as it came."""

    job_id: str
    state: JobState
    phase: str
    estimate: Estimate
    etag: str = ""
    waiting: WaitingSeen | None = None
    findings: tuple[FindingSeen, ...] = ()
    totals: TotalsSeen = TotalsSeen()
    subjobs: tuple[SubjobSeen, ...] = ()
    attempt: int = 1
    updated_at: int = 0
    body: Body = field(default_factory=dict, repr=False, compare=False)

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
class EngineSizeSeen:
    """The size that was asked for; ``None`` is as the settings say."""

    cores: int | None = None
    memory: str | None = None
    executors: int | None = None


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
    size: EngineSizeSeen = EngineSizeSeen()


def read_job(body: Body) -> JobSeen:
    """Read a job view."""
    error, result = part(body, "error"), part(body, "result")
    return take(
        JobSeen,
        body,
        state=JobState(str(body["state"])),
        error=take(ErrorSeen, error) if error else None,
        result=take(ResultSeen, result) if result else None,
    )


def read_jobs(body: Body) -> JobsSeen:
    """Read a page of jobs."""
    return JobsSeen(cast("int", body["total"]), tuple(read_job(each) for each in parts(body, "jobs")))


def read_progress(body: Body) -> ProgressSeen:
    """Read a progress view; what an older service does not say gets its default."""
    waiting = part(body, "waiting_for")
    return take(
        ProgressSeen,
        body,
        state=JobState(str(body["state"])),
        phase=str(body.get("phase") or ""),
        estimate=read_estimate(part(body, "estimate") or {}),
        waiting=take(WaitingSeen, waiting) if waiting else None,
        findings=tuple(take(FindingSeen, each) for each in parts(body, "findings")),
        totals=take(TotalsSeen, part(body, "totals") or {}),
        subjobs=tuple(_subjob(each) for each in parts(body, "subjobs")),
        body=body,
    )


def read_estimate(body: Body) -> Estimate:
    """Read an estimate. Without a range it is taken to be exact; a basis that is not known here is TASKS."""
    fraction = _number(body, "fraction", 0.0)
    remaining = part(body, "remaining_seconds")
    basis = str(body.get("basis"))
    return Estimate(
        fraction,
        low=_number(body, "low", fraction),
        high=_number(body, "high", fraction),
        remaining=_remaining(remaining) if remaining else None,
        basis=Basis(basis) if basis in tuple(Basis) else Basis.TASKS,
    )


def _remaining(body: Body) -> Remaining:
    likely = _number(body, "likely", 0.0)
    return Remaining(_number(body, "low", likely), likely, _number(body, "high", likely))


def _number(body: Body, name: str, default: float) -> float:
    value = body.get(name)
    return default if value is None else float(cast("float", value))


def _subjob(body: Body) -> SubjobSeen:
    stages = tuple(take(Stage, each, running=()) for each in parts(body, "stages"))
    return SubjobSeen(take(Subjob, body), stages)


def read_page(body: Body) -> PageSeen:
    """Read a page of rows."""
    rows = cast("list[list[Cell]]", body["rows"])
    return take(
        PageSeen,
        body,
        columns=tuple(take(ColumnSeen, each) for each in parts(body, "columns")),
        rows=tuple(tuple(row) for row in rows),
    )


def read_engine(body: Body) -> EngineSeen:
    """Read an engine view."""
    return take(EngineSeen, body, size=take(EngineSizeSeen, part(body, "size") or {}))
