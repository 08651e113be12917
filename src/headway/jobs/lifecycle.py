"""The life of a job: one table. Terminal states, the SQL guard and the diagram derive from it."""

from collections.abc import Mapping
from enum import StrEnum


class JobState(StrEnum):
    """Where a job is in its life; the contract's six statuses are a view of it (``JobStatus``)."""

    QUEUED = "QUEUED"  # accepted; leaves when its queue has room
    LAUNCHING = "LAUNCHING"  # claimed; waits for its engine, nothing was sent to Spark
    RUNNING = "RUNNING"  # Spark has the statement
    CANCELLING = "CANCELLING"  # an interrupt was asked for; Spark has not confirmed it
    FINISHED = "FINISHED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


class JobStatus(StrEnum):
    """The contract's job statuses (contract section 3)."""

    LAUNCHING = "LAUNCHING"
    RUNNING = "RUNNING"
    SCALING = "SCALING"
    FINISHED = "FINISHED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


class Reason(StrEnum):
    """Why a job is in its state, kept apart from the state itself."""

    COMPLETED = "completed"
    STATEMENT_FAILED = "statement failed"
    CANCELLED_BY_USER = "cancelled by user"
    TIMED_OUT = "timed out"
    ENGINE_START_FAILED = "engine start failed"
    ENGINE_LOST = "engine lost"
    RESULT_TOO_LARGE = "result too large"
    INTERRUPTED_OUTSIDE = "interrupted outside Headway"
    INTERNAL = "internal error"


# target -> the states a job may come from. A job is born QUEUED. FINISHED may follow CANCELLING:
# when Spark completes before the interrupt reaches it, the truth is that the statement ran.
# LAUNCHING may follow RUNNING: a query whose engine died before it gave a row runs once more.
PREDECESSORS: Mapping[JobState, frozenset[JobState]] = {
    JobState.QUEUED: frozenset(),
    JobState.LAUNCHING: frozenset({JobState.QUEUED, JobState.RUNNING}),
    JobState.RUNNING: frozenset({JobState.LAUNCHING}),
    JobState.CANCELLING: frozenset({JobState.RUNNING}),
    JobState.FINISHED: frozenset({JobState.RUNNING, JobState.CANCELLING}),
    JobState.FAILED: frozenset({JobState.QUEUED, JobState.LAUNCHING, JobState.RUNNING, JobState.CANCELLING}),
    JobState.CANCELLED: frozenset(
        {JobState.QUEUED, JobState.LAUNCHING, JobState.RUNNING, JobState.CANCELLING}
    ),
}

INITIAL = JobState.QUEUED
TERMINAL = frozenset(
    state for state in JobState if not any(state in sources for sources in PREDECESSORS.values())
)
LIVE = frozenset(JobState) - TERMINAL
# Cancelling these needs no word from Spark: it never saw the statement.
BEFORE_SPARK = frozenset({JobState.QUEUED, JobState.LAUNCHING})

_STATUS: Mapping[JobState, JobStatus] = {
    JobState.QUEUED: JobStatus.LAUNCHING,
    JobState.LAUNCHING: JobStatus.LAUNCHING,
    JobState.RUNNING: JobStatus.RUNNING,
    JobState.CANCELLING: JobStatus.RUNNING,
    JobState.FINISHED: JobStatus.FINISHED,
    JobState.FAILED: JobStatus.FAILED,
    JobState.CANCELLED: JobStatus.CANCELLED,
}


def may_move(source: JobState, target: JobState) -> bool:
    """Tell whether the table lets a job go from ``source`` to ``target``."""
    return source in PREDECESSORS[target]


def status_of(state: JobState) -> JobStatus:
    """Give the contract's status for a state."""
    return _STATUS[state]


def states_of(status: JobStatus) -> frozenset[JobState]:
    """Give every state that the contract shows as ``status`` (none for SCALING)."""
    return frozenset(state for state, shown in _STATUS.items() if shown is status)


def diagram() -> str:
    """Draw the table as a Mermaid state diagram, for the documentation."""
    lines = ["stateDiagram-v2", f"    [*] --> {INITIAL}"]
    for target, sources in PREDECESSORS.items():
        lines += [f"    {source} --> {target}" for source in JobState if source in sources]
    lines += [f"    {state} --> [*]" for state in JobState if state in TERMINAL]
    return "\n".join(lines)
