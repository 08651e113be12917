"""What a job waits for: a pure function of the job, of what Spark said and of who else is there."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from headway.jobs.amounts import noun_text, span_text, whole_seconds
from headway.jobs.estimate import Phase
from headway.jobs.job import Job
from headway.jobs.lifecycle import JobState
from headway.jobs.phase import calm_ms, phase_of
from headway.jobs.subjob import Snapshot, Stage

SHORT_MS = 1_000  # shorter waits are part of any run
LONG_PLANNING_MS = 10_000
COMPETITORS_NAMED = 3
# Spark may be late to tell of tasks that have begun: work that nobody knows of may be the job's own.
UNKNOWN_MS = 15_000


class WaitReason(StrEnum):
    """What is waited for."""

    QUEUE = "queue"  # room in its queue
    ENGINE = "engine"  # the engine's start, or a session
    PLANNING = "planning"  # Spark has no tasks for it yet
    EXECUTORS = "executors"  # the cluster has not given enough of them
    CORES = "cores"  # other work has all of them


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a job waits for, as a word and as a sentence."""

    reason: WaitReason
    text: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known outside of the job."""

    ahead: int = 0  # jobs that wait before it in its queue
    engine_is_ready: bool = True
    engine_step: str = ""  # what the engine's start is at
    competitors: Sequence[tuple[str, int]] = ()  # other jobs with tasks that run, and how many
    executors_wanted: int | None = None  # that the engine is to have; None: not known


def wait_of(job: Job, snapshot: Snapshot, around: Surroundings) -> Waiting | None:
    """Tell what a job waits for; ``None``: it works, or it has ended."""
    if job.state is JobState.QUEUED:
        text = f"Waits for room in the queue {job.request.queue_name}"
        text += f"; {around.ahead:,} before it" if around.ahead else ""
        return Waiting(WaitReason.QUEUE, text)
    if job.state is JobState.LAUNCHING:
        step = "Opens its session" if around.engine_is_ready else around.engine_step or "Waits for the engine"
        return Waiting(WaitReason.ENGINE, step)
    if job.state is not JobState.RUNNING:
        return None
    return _for_executors(snapshot, around) or _for_cores(snapshot, around) or _for_planning(job, snapshot)


def _for_executors(snapshot: Snapshot, around: Surroundings) -> Waiting | None:
    tasks, capacity = _tasks_ready(snapshot, SHORT_MS), snapshot.capacity
    if not tasks or capacity is None:
        return None
    if capacity.executors == 0:
        text = f"The engine has no executor yet; {_wait(tasks)} until the cluster gives one"
        return Waiting(WaitReason.EXECUTORS, text)
    wanted = around.executors_wanted
    if wanted is None or capacity.executors >= wanted or capacity.busy < capacity.cores:
        return None
    text = (
        f"The engine has {capacity.executors:,} of {noun_text(wanted, 'executor')}; {_wait(tasks)} for a core"
    )
    return Waiting(WaitReason.EXECUTORS, text)


def _for_cores(snapshot: Snapshot, around: Surroundings) -> Waiting | None:
    capacity = snapshot.capacity
    if capacity is None or capacity.busy < capacity.cores:
        return None
    # Others are seen to have all cores, or this has lasted.
    are_taken = sum(tasks for _, tasks in around.competitors) >= capacity.cores
    tasks = _tasks_ready(snapshot, SHORT_MS if are_taken else UNKNOWN_MS)
    if not tasks or any(stage.num_active_tasks for stage in snapshot.stages.values()):
        return None
    text = f"{_wait(tasks)} for a core: all {capacity.cores:,} are taken by {_named(around.competitors)}"
    return Waiting(WaitReason.CORES, text)


def _for_planning(job: Job, snapshot: Snapshot) -> Waiting | None:
    phase = phase_of(job.state, job.job_type, snapshot)
    if phase is Phase.PLANNING:
        passed = 0 if job.started_at is None else snapshot.taken_at - job.started_at
        text = "Spark plans the statement"
    else:
        calm = calm_ms(snapshot)
        if phase is not Phase.RUNNING or calm is None or calm < SHORT_MS:
            return None
        passed, text = calm, "Spark plans what comes next"
    if passed >= SHORT_MS:
        text += f", for {span_text(whole_seconds(passed))} so far"
    if passed >= LONG_PLANNING_MS:
        text += ": many files or partitions, or a very large plan, take it long"
    return Waiting(WaitReason.PLANNING, text)


def _tasks_ready(snapshot: Snapshot, least_ms: int) -> int:
    """Count the tasks that could run if there were cores, of stages that have been ready for so long."""
    since = snapshot.taken_at - least_ms
    return sum(_not_begun(stage, since) for stage in snapshot.stages.values())


def _not_begun(stage: Stage, since: int) -> int:
    if stage.status != "ACTIVE" or stage.submission_time is None or stage.submission_time > since:
        return 0
    return max(0, stage.num_tasks - stage.num_completed_indices - stage.num_active_tasks)


def _wait(tasks: int) -> str:
    return f"{noun_text(tasks, 'task')} {'waits' if tasks == 1 else 'wait'}"


def _named(competitors: Sequence[tuple[str, int]]) -> str:
    """Name the jobs that have most of the cores; what no job known here has is other work of the engine."""
    most = sorted((each for each in competitors if each[1] > 0), key=lambda each: (-each[1], each[0]))
    if not most:
        return "other work on the engine"
    named = [f"job {job_id} ({noun_text(tasks, 'task')})" for job_id, tasks in most[:COMPETITORS_NAMED]]
    if more := len(most) - len(named):
        named.append(noun_text(more, "more job"))
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
