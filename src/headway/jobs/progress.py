"""The contract's progress: a pure function of the job's state and what Spark said."""

from dataclasses import dataclass

from headway.jobs.lifecycle import BEFORE_SPARK, TERMINAL, JobState
from headway.jobs.subjob import Snapshot, Subjob


@dataclass(frozen=True, slots=True)
class Progress:
    """What the contract's progress call says (contract section 1).

    ``fraction`` is the integer 0 before and 1 after the run, as some clients refuse ``1.0``.
    """

    fraction: int | float
    sub_job_id: int | None = None
    subjobs: tuple[Subjob, ...] = ()


def contract_progress(state: JobState, snapshot: Snapshot, whole: float) -> Progress:
    """Give the contract's progress; ``whole`` is the whole job's number, said while no subjob runs."""
    if state in BEFORE_SPARK:
        return Progress(0)
    if state in TERMINAL:
        return Progress(1)
    running = next((subjob for subjob in snapshot.subjobs if subjob.is_running), None)
    if running is not None:
        return Progress(subjob_fraction(running), running.id, snapshot.subjobs)
    if not snapshot.subjobs:
        return Progress(0)
    return Progress(whole, None, snapshot.subjobs)


def subjob_fraction(subjob: Subjob) -> int | float:
    """Completed tasks over all tasks of one subjob (contract 1.3), within 0…1."""
    total = subjob.num_tasks or 0
    done = subjob.num_completed_tasks or 0
    if total <= 0 or done <= 0:
        return 0
    return 1 if done >= total else done / total
