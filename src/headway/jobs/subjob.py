"""What Spark says about a job's work: subjobs (Spark jobs), their stages, the tasks and the plan."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from headway.jobs.plan import Plan


@dataclass(frozen=True, slots=True)
class Subjob:
    """One Spark job that ran for a job: Spark's ``status.api.v1.JobData``, field for field.

    Times are epoch milliseconds. ``None`` means that Spark did not give the field.
    """

    id: int
    name: str | None = None
    description: str | None = None
    submission_time: int | None = None
    completion_time: int | None = None
    stage_ids: tuple[int, ...] | None = None
    job_group: str | None = None
    status: str | None = None
    num_tasks: int | None = None
    num_active_tasks: int | None = None
    num_completed_tasks: int | None = None
    num_skipped_tasks: int | None = None
    num_failed_tasks: int | None = None
    num_killed_tasks: int | None = None
    num_completed_indices: int | None = None
    num_active_stages: int | None = None
    num_completed_stages: int | None = None
    num_skipped_stages: int | None = None
    num_failed_stages: int | None = None
    killed_tasks_summary: Mapping[str, int] | None = None

    @property
    def is_running(self) -> bool:
        """Whether Spark still works on it."""
        return self.status == "RUNNING"


@dataclass(frozen=True, slots=True)
class RunningTask:
    """One task under way (``TaskData``); the amounts are what its executor reported last."""

    index: int  # its partition
    attempt: int
    launched_at: int  # epoch ms
    input_bytes: int = 0
    input_rows: int = 0
    shuffle_read_bytes: int = 0
    shuffle_read_rows: int = 0


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage attempt: the part of Spark's ``status.api.v1.StageData`` that is used here.

    Times are epoch milliseconds, sizes bytes, ``run_time_ms`` the sum over the tasks that ended.
    """

    stage_id: int
    attempt_id: int
    status: str
    name: str = ""
    num_tasks: int = 0
    num_active_tasks: int = 0
    num_complete_tasks: int = 0
    num_failed_tasks: int = 0
    num_killed_tasks: int = 0
    num_completed_indices: int = 0
    submission_time: int | None = None
    first_task_time: int | None = None
    completion_time: int | None = None
    run_time_ms: int = 0
    cpu_time_ns: int = 0
    input_bytes: int = 0
    input_rows: int = 0
    output_bytes: int = 0
    output_rows: int = 0
    shuffle_read_bytes: int = 0
    shuffle_read_rows: int = 0
    shuffle_write_bytes: int = 0
    shuffle_write_rows: int = 0
    spilled_bytes: int = 0
    result_bytes: int = 0
    running: tuple[RunningTask, ...] = ()  # those that were launched first, RUNNING_TASKS at most


@dataclass(frozen=True, slots=True)
class Capacity:
    """What the engine has to work with, all jobs together."""

    executors: int
    cores: int
    busy: int  # tasks that run, of any job


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything Spark said about one job at one moment; subjobs in order of id."""

    taken_at: int  # epoch ms
    subjobs: tuple[Subjob, ...] = ()
    stages: Mapping[int, Stage] = field(default_factory=dict)  # by stage id, last attempt
    plans: tuple[Plan, ...] = ()  # in order of execution id
    capacity: Capacity | None = None

    @property
    def subjobs_before(self) -> int | None:
        """How many subjobs the engine had run, which numbers them from 0; ``None`` before the first."""
        return min((subjob.id for subjob in self.subjobs), default=None)
