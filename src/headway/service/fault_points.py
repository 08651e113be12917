"""Points in a job's life where a test may kill this process. Off unless a setting names one."""

import os
import signal
from enum import StrEnum

from headway.jobs.lifecycle import JobState


class FaultPoint(StrEnum):
    """Where the process can be stopped; the state points are just after the state was written."""

    INSERTED = "inserted"  # the job is kept, the caller has no answer yet
    CLAIMED = "claimed"
    ENGINE_READY = "engine ready"  # before the job's session is made
    PREPARED = "prepared"  # the session is made; RUNNING is not written
    RUNNING = "running"  # Spark has not got the statement
    SCHEMA_KEPT = "schema kept"
    ROWS_KEPT = "rows kept"  # after each response
    RESULT_WHOLE = "result whole"  # FINISHED is not written
    FINISHED = "finished"  # Spark was not told that it may forget the statement
    CANCELLING = "cancelling"  # nothing was interrupted yet
    INTERRUPTED = "interrupted"  # the stream ended; whether Spark is calm was not looked at
    CANCELLED = "cancelled"
    FAILED = "failed"


_WRITTEN = {
    JobState.RUNNING: FaultPoint.RUNNING,
    JobState.FINISHED: FaultPoint.FINISHED,
    JobState.CANCELLING: FaultPoint.CANCELLING,
    JobState.CANCELLED: FaultPoint.CANCELLED,
    JobState.FAILED: FaultPoint.FAILED,
}


class FaultPoints:
    """Kills this process with SIGKILL when it comes to the point that is set."""

    def __init__(self, stop_at: FaultPoint | None = None) -> None:
        self._stop_at = stop_at

    def reach(self, point: FaultPoint) -> None:
        """Say that the process is at a point."""
        if point is self._stop_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def written(self, state: JobState) -> None:
        """Say that a job's new state was written."""
        if (point := _WRITTEN.get(state)) is not None:
            self.reach(point)
