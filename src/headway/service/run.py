"""What this process holds of a job while it carries it."""

import asyncio
from dataclasses import dataclass, field

from headway.engine.base import Engine, Execution
from headway.jobs.job import Job, ResultFigures, first_line
from headway.results.spool import Spool


@dataclass(slots=True)
class Run:
    """One attempt of one job in Spark."""

    execution: Execution
    engine: Engine
    replica_id: str  # who carried the job when the attempt began: its moves are refused for anyone else
    spool: Spool | None = None
    schema_json: str | None = None
    stop_by: float | None = None  # loop time by which a cancelled statement has to have stopped
    reading: asyncio.Timeout | None = None  # around the reading of the statement's stream
    helpers: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    ended: Job | None = None  # how it ended
    let_go: bool = False  # somebody else goes on: Spark keeps the statement and its session

    @property
    def job_id(self) -> str:
        """The job this is an attempt of."""
        return self.execution.job_id

    @property
    def row_count(self) -> int:
        """Rows kept so far."""
        return self.spool.row_count if self.spool is not None else 0

    @property
    def byte_count(self) -> int:
        """Bytes of rows kept so far."""
        return self.spool.byte_count if self.spool is not None else 0

    def must_stop_by(self, when: float) -> None:
        """Set until when (loop time) the statement's stream is read, now that it is cancelled."""
        self.stop_by = when
        if self.reading is not None:
            self.reading.reschedule(when)

    def finish(self) -> ResultFigures:
        """End the stored rows; gives what they amount to. Blocking."""
        if self.spool is None:
            return ResultFigures()
        self.spool.finish()
        return ResultFigures(self.spool.row_count, self.spool.byte_count, self.schema_json)

    async def dismiss_helpers(self) -> None:
        """End what runs beside the statement, and wait for it."""
        for helper in self.helpers.values():
            helper.cancel()
        await asyncio.gather(*self.helpers.values(), return_exceptions=True)


def execution_of(job: Job, session_id: str) -> Execution:
    """Give what an engine is told of a job."""
    request = job.request
    return Execution(
        job_id=job.job_id,
        session_id=session_id,
        sql=request.sql,
        description=first_line(request.sql),
        current_db=request.current_db,
        current_catalog=request.current_catalog,
        pool=request.queue_name,
        conf=request.conf,
    )
