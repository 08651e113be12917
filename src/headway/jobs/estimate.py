"""How much of a whole job is done, how long the rest takes, and how sure that is: what is said of it."""

from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    """What a job is at."""

    QUEUED = "queued"  # its queue has no room
    LAUNCHING = "launching"  # its engine is not ready, or its session is being opened
    PLANNING = "planning"  # Spark has the statement and has not started work on it
    RUNNING = "running"  # Spark works on it
    COMMITTING = "committing"  # every task is done; what was written is being made visible
    FETCHING = "fetching"  # every task is done; the rows are on their way here
    DONE = "done"  # it ended, in any way


class Basis(StrEnum):
    """The knowledge that an estimate rests on."""

    HISTORY = "history"  # earlier runs of the statement
    PLAN = "plan"  # the plan's query stages, begun and to come
    TASKS = "tasks"  # only the tasks that Spark has told of


@dataclass(frozen=True, slots=True)
class Remaining:
    """How long the rest takes: the likely time, and a range that should hold it in 8 of 10 cases. Seconds."""

    low: float
    likely: float
    high: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """How much of the whole job is done: 0 ≤ ``low`` ≤ ``fraction`` ≤ ``high`` ≤ 1.

    ``fraction`` never falls and is 1 only when the job has FINISHED.
    """

    fraction: float
    low: float
    high: float
    remaining: Remaining | None = None
    basis: Basis = Basis.TASKS


@dataclass(frozen=True, slots=True)
class Sample:
    """One point of a job's progress curve."""

    at: int  # epoch ms
    fraction: float
    low: float
    high: float
    remaining_seconds: float | None = None
