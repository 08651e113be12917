"""The contract's progress: a pure function of the job's state and what Spark said."""

import math
from dataclasses import dataclass

from headway.jobs.lifecycle import BEFORE_SPARK, TERMINAL, JobState
from headway.jobs.subjob import Snapshot, Subjob

# The largest whole-job number while a job still runs: only the end is 1.
BELOW_ONE = 0.99


@dataclass(frozen=True, slots=True)
class Progress:
    """What the contract's progress call says (contract section 1).

    ``fraction`` is the integer 0 before and 1 after the run, as some clients refuse ``1.0``.
    """

    fraction: int | float
    sub_job_id: int | None = None
    subjobs: tuple[Subjob, ...] = ()


def contract_progress(state: JobState, snapshot: Snapshot, said_before: float) -> Progress:
    """Give the contract's progress.

    ``said_before`` is the last number given while the job ran and no subjob did: the whole-job number
    does not fall below it.
    """
    if state in BEFORE_SPARK:
        return Progress(0)
    if state in TERMINAL:
        return Progress(1)
    running = next((subjob for subjob in snapshot.subjobs if subjob.is_running), None)
    if running is not None:
        return Progress(subjob_fraction(running), running.id, snapshot.subjobs)
    if not snapshot.subjobs:
        return Progress(0)
    return Progress(max(said_before, job_fraction(snapshot)), None, snapshot.subjobs)


def subjob_fraction(subjob: Subjob) -> int | float:
    """Completed tasks over all tasks of one subjob (contract 1.3), within 0…1."""
    total = subjob.num_tasks or 0
    done = subjob.num_completed_tasks or 0
    if total <= 0 or done <= 0:
        return 0
    return 1 if done >= total else done / total


def job_fraction(snapshot: Snapshot) -> float:
    """Work done over work known so far, for the whole job; stays below 1.

    Partitions are counted once (retries and speculation do not add) and skipped tasks not at all.
    """
    done = total = 0
    for subjob in snapshot.subjobs:
        tasks = max(0, (subjob.num_tasks or 0) - (subjob.num_skipped_tasks or 0))
        indices = subjob.num_completed_indices
        completed = subjob.num_completed_tasks or 0 if indices is None else indices
        total += tasks
        done += min(tasks, completed)
    if total == 0:
        return 0.0
    fraction = done / total
    return min(BELOW_ONE, fraction) if math.isfinite(fraction) else 0.0
