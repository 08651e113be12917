"""What a stage weighs within its job: the time of its tasks and the time on the clock."""

from collections.abc import Mapping
from dataclasses import dataclass

from headway.jobs.finding import Finding, FindingKind, Severity
from headway.jobs.subjob import RunningTask, Snapshot, Stage

LEAST_MS = 2_000  # what takes less does not matter to anybody
LEAST_SHARE = 0.1  # nor what is less of its job than this
_BEGUN = frozenset({"ACTIVE", "COMPLETE", "FAILED"})


@dataclass(frozen=True, slots=True)
class JobLoad:
    """What a job has taken so far, and the cores there are for it."""

    task_ms: int  # summed over tasks
    span_ms: int  # on the clock, since its first subjob
    cores: int  # of the engine; 0: not known
    busy: int  # of these, taken by tasks of any job

    @property
    def idle_cores(self) -> int:
        """Cores without a task."""
        return max(0, self.cores - self.busy)


@dataclass(frozen=True, slots=True)
class StageLoad:
    """One stage that has begun, with its weight; ``task_ms`` counts the running tasks that are listed."""

    stage: Stage
    subjob_id: int | None
    job: JobLoad
    running: tuple[tuple[RunningTask, int], ...]  # with their age, ms
    task_ms: int
    span_ms: int  # on the clock, since its first task
    gathers: bool = False  # it reads what other stages wrote

    @property
    def is_active(self) -> bool:
        """Whether Spark works on it."""
        return self.stage.status == "ACTIVE"

    @property
    def ended_tasks(self) -> int:
        """Tasks that ended in any way."""
        return self.stage.num_complete_tasks + self.stage.num_failed_tasks + self.stage.num_killed_tasks

    @property
    def mean_ms(self) -> float:
        """How long a task takes, of those that ended."""
        return self.stage.run_time_ms / self.ended_tasks if self.ended_tasks else 0.0

    @property
    def has_weight(self) -> bool:
        """Whether its tasks take a part of the job's task time that matters."""
        return self.task_ms >= max(LEAST_MS, LEAST_SHARE * self.job.task_ms)

    @property
    def takes_long(self) -> bool:
        """Whether it takes a part of the job's time on the clock that matters."""
        return self.is_long(self.span_ms)

    def is_long(self, milliseconds: float) -> bool:
        """Tell whether so much time on the clock matters to the job."""
        return milliseconds >= max(LEAST_MS, LEAST_SHARE * self.job.span_ms)

    def finding(
        self, kind: FindingKind, severity: Severity, text: str, figures: Mapping[str, int | float]
    ) -> Finding:
        """Make a finding of this stage."""
        return Finding(kind, severity, text, self.subjob_id, self.stage.stage_id, figures)


def stage_loads(snapshot: Snapshot) -> tuple[StageLoad, ...]:
    """Weigh every stage that has begun, in order of id."""
    now = snapshot.taken_at
    begun = [stage for _, stage in sorted(snapshot.stages.items()) if stage.status in _BEGUN]
    running = {stage.stage_id: _running(stage, now) for stage in begun}
    task_ms = {
        stage.stage_id: stage.run_time_ms + sum(age for _, age in running[stage.stage_id]) for stage in begun
    }
    capacity = snapshot.capacity
    job = JobLoad(
        task_ms=sum(task_ms.values()),
        span_ms=_job_span(snapshot),
        cores=capacity.cores if capacity else 0,
        # Cores are asked for less often than stages: the job's own tasks are surely there.
        busy=max(capacity.busy if capacity else 0, sum(stage.num_active_tasks for stage in begun)),
    )
    owners: dict[int, int] = {}
    lasts: set[int] = set()
    for subjob in snapshot.subjobs:
        ids = subjob.stage_ids or ()
        for stage_id in ids:
            owners.setdefault(stage_id, subjob.id)
        if len(ids) > 1:
            lasts.add(max(ids))
    return tuple(
        StageLoad(
            stage=stage,
            subjob_id=owners.get(stage.stage_id),
            job=job,
            running=running[stage.stage_id],
            task_ms=task_ms[stage.stage_id],
            span_ms=_stage_span(stage, now),
            # Spark tells late of rows that running tasks read, but at once which stages a subjob has.
            gathers=stage.shuffle_read_rows > 0 or stage.stage_id in lasts,
        )
        for stage in begun
    )


def _running(stage: Stage, now: int) -> tuple[tuple[RunningTask, int], ...]:
    if stage.status != "ACTIVE" or stage.num_active_tasks == 0:
        return ()
    # The list may be a second older than the counts: then nobody knows which of its tasks have ended.
    if stage.num_completed_indices + len({task.index for task in stage.running}) > stage.num_tasks:
        return ()
    return tuple((task, max(0, now - task.launched_at)) for task in stage.running)


def _stage_span(stage: Stage, now: int) -> int:
    begin = stage.submission_time if stage.first_task_time is None else stage.first_task_time
    end = stage.completion_time if stage.status != "ACTIVE" else now
    return 0 if begin is None or end is None else max(0, end - begin)


def _job_span(snapshot: Snapshot) -> int:
    begins = [each.submission_time for each in snapshot.subjobs if each.submission_time is not None]
    ends = [each.completion_time for each in snapshot.subjobs if each.completion_time is not None]
    is_running = any(subjob.is_running for subjob in snapshot.subjobs)
    end = snapshot.taken_at if is_running or not ends else max(ends)
    return max(0, end - min(begins)) if begins else 0
