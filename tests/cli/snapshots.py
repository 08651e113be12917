"""Progress as the command line sees it, with only what a test cares about spelled out."""

from headway.client.seen import ProgressSeen, SubjobSeen, TotalsSeen, WaitingSeen
from headway.jobs.lifecycle import JobState
from headway.jobs.subjob import Stage, Subjob


def waiting(phase: str, text: str) -> ProgressSeen:
    state = JobState.QUEUED if phase == "queued" else JobState.LAUNCHING
    return ProgressSeen("j1", state, phase, 0.0, waiting=WaitingSeen("engine", text))


def planning() -> ProgressSeen:
    return ProgressSeen("j1", JobState.RUNNING, "planning", 0.0)


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
    return ProgressSeen("j1", JobState.RUNNING, "running", done / total, totals=totals, subjobs=seen)


def ended(state: JobState) -> ProgressSeen:
    return ProgressSeen("j1", state, "done", 1.0)
