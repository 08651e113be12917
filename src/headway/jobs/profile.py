"""What is remembered of a run of a statement, for the estimates of its next runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from headway.jobs.subjob import Snapshot
from headway.jobs.tables import file_bytes
from headway.jobs.workload import works

RUNS_KEPT = 5  # of a statement; the newest


@dataclass(frozen=True, slots=True)
class StageRun:
    """One stage that ran; times are milliseconds since the statement was given to Spark, sizes bytes."""

    begun_ms: int
    ended_ms: int
    num_tasks: int
    run_time_ms: int  # summed over its tasks
    input_bytes: int = 0
    input_rows: int = 0
    shuffle_read_bytes: int = 0
    shuffle_read_rows: int = 0
    shuffle_write_bytes: int = 0
    output_bytes: int = 0
    result_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Profile:
    """One finished run: how long it took and which stages it had, in the order they began.

    ``table_bytes`` are the files of the tables it read; ``subjobs_before`` is how many subjobs its engine
    had run.
    """

    ended_at: int  # epoch ms
    duration_ms: int  # from RUNNING to FINISHED
    cores: int
    stages: tuple[StageRun, ...] = ()
    table_bytes: Mapping[str, float] = field(default_factory=dict)
    subjobs_before: int | None = None

    @property
    def input_bytes(self) -> int:
        """Bytes that its stages read from storage."""
        return sum(stage.input_bytes for stage in self.stages)


def profile_of(snapshot: Snapshot, started_at: int, ended_at: int) -> Profile:
    """Sum up a run from the last thing that Spark said of it; times are epoch milliseconds."""
    duration = max(1, ended_at - started_at)
    runs = []
    for work in works(snapshot):
        stage = work.stage
        if stage.submission_time is None:
            continue  # it was never run
        begun = min(duration, max(0, stage.submission_time - started_at))
        ended = min(duration, max(begun, (stage.completion_time or ended_at) - started_at))
        runs.append(
            StageRun(
                begun_ms=begun,
                ended_ms=ended,
                num_tasks=stage.num_tasks,
                run_time_ms=stage.run_time_ms,
                input_bytes=stage.input_bytes,
                input_rows=stage.input_rows,
                shuffle_read_bytes=stage.shuffle_read_bytes,
                shuffle_read_rows=stage.shuffle_read_rows,
                shuffle_write_bytes=stage.shuffle_write_bytes,
                output_bytes=stage.output_bytes,
                result_bytes=stage.result_bytes,
            )
        )
    cores = snapshot.capacity.cores if snapshot.capacity else 1
    return Profile(
        ended_at,
        duration,
        cores,
        tuple(sorted(runs, key=lambda run: run.begun_ms)),
        file_bytes(snapshot),
        snapshot.subjobs_before,
    )
