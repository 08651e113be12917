"""Progress as the command line sees it, with only what a test cares about spelled out."""

from dataclasses import replace

from headway.client.seen import FindingSeen, ProgressSeen, SubjobSeen, TotalsSeen, WaitingSeen
from headway.jobs.estimate import Basis, Estimate, Remaining
from headway.jobs.lifecycle import JobState
from headway.jobs.subjob import Stage, Subjob

SKEW = FindingSeen("skew", "Task 7 of stage 3 holds 80% of what remains", "warning", 1, 3)
NOTE = FindingSeen("tiny_tasks", "4,000 tasks of 9 ms each", "info", 1, 3)


def estimated(fraction: float, low: float | None = None, high: float | None = None) -> Estimate:
    """Exact unless a range is given."""
    return Estimate(fraction, fraction if low is None else low, fraction if high is None else high)


def unsure(progress: ProgressSeen) -> ProgressSeen:
    """A quarter to three quarters of it are done, and 8 to 20 s are left."""
    estimate = Estimate(0.5, 0.25, 0.75, Remaining(8.2, 12.3, 17.5), Basis.PLAN)
    return replace(progress, estimate=estimate)


def waiting(phase: str, text: str) -> ProgressSeen:
    state = JobState.QUEUED if phase == "queued" else JobState.LAUNCHING
    return ProgressSeen("j1", state, phase, estimated(0), waiting=WaitingSeen("engine", text))


def planning() -> ProgressSeen:
    return ProgressSeen("j1", JobState.RUNNING, "planning", estimated(0))


def running(done: int, total: int, *, subjobs: int = 1, failed: int = 0) -> ProgressSeen:
    """``subjobs`` running at the same time, each with ``done`` of ``total`` tasks and one active stage."""
    seen = tuple(
        SubjobSeen(
            Subjob(
                number,
                status="RUNNING",
                num_tasks=total,
                num_completed_tasks=done,
                num_active_tasks=2,
                num_failed_tasks=failed,
            ),
            (
                Stage(2 * number, 0, "COMPLETE", "over", num_tasks=1, num_complete_tasks=1),
                Stage(
                    2 * number + 1,
                    0,
                    "ACTIVE",
                    "",
                    num_tasks=total,
                    num_complete_tasks=done,
                    num_active_tasks=2,
                    input_bytes=600_000_000,
                ),
            ),
        )
        for number in range(1, subjobs + 1)
    )
    totals = TotalsSeen(
        tasks=total * subjobs,
        completed_tasks=done * subjobs,
        failed_tasks=failed,
        input_bytes=1_200_000_000,
        input_rows=6_001_215,
    )
    estimate = estimated(done / total)
    return ProgressSeen("j1", JobState.RUNNING, "running", estimate, totals=totals, subjobs=seen)


def between(progress: ProgressSeen) -> ProgressSeen:
    """The same a moment later: no subjob runs, and the next has not begun."""
    subjobs = tuple(
        SubjobSeen(replace(each.subjob, status="SUCCEEDED"), each.stages) for each in progress.subjobs
    )
    return replace(progress, subjobs=subjobs)


def ended(state: JobState) -> ProgressSeen:
    return ProgressSeen("j1", state, "done", estimated(1 if state is JobState.FINISHED else 0.43))


def worked(state: JobState) -> ProgressSeen:
    """An ended job of which everything is kept: two subjobs, the second reused a stage of the first."""
    scan = Stage(
        0,
        0,
        "COMPLETE",
        num_tasks=34,
        num_complete_tasks=34,
        submission_time=1_000,
        completion_time=3_500,
        run_time_ms=19_000,
        input_bytes=1_200_000_000,
        shuffle_write_bytes=300_000_000,
    )
    aggregate = Stage(
        2,
        1,
        "COMPLETE",
        num_tasks=8,
        num_complete_tasks=8,
        num_failed_tasks=1,
        submission_time=3_600,
        completion_time=4_100,
        run_time_ms=2_000,
        shuffle_read_bytes=300_000_000,
    )
    subjobs = (
        SubjobSeen(
            Subjob(
                1,
                status="SUCCEEDED",
                num_tasks=34,
                num_completed_tasks=34,
                submission_time=990,
                completion_time=3_510,
            ),
            (scan,),
        ),
        SubjobSeen(
            Subjob(
                2,
                status="SUCCEEDED",
                num_tasks=42,
                num_skipped_tasks=34,
                num_completed_tasks=8,
                num_failed_tasks=1,
                submission_time=3_590,
                completion_time=4_100,
            ),
            (Stage(1, 0, "SKIPPED", num_tasks=34), aggregate),
        ),
    )
    totals = TotalsSeen(
        tasks=42,
        completed_tasks=42,
        failed_tasks=1,
        input_bytes=1_200_000_000,
        input_rows=6_001_215,
        shuffle_bytes=300_000_000,
        output_bytes=5_000,
        output_rows=4,
        run_time_ms=21_000,
        cores=8,
    )
    return replace(ended(state), subjobs=subjobs, totals=totals, findings=(SKEW, NOTE), attempt=2)
