"""An engine that plays a script instead of Spark: for tests of what stands above it."""

import asyncio
import uuid
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field

from headway.engine.base import (
    BatchSeen,
    Completed,
    EngineState,
    EngineStatus,
    Execution,
    ExecutionEvent,
    FoundOperation,
    LogTail,
    SchemaSeen,
)
from headway.engine.scripted_catalog import ScriptedCatalog
from headway.engine.size import AS_SET, EngineSize
from headway.engine.spark_page import SparkPage
from headway.jobs.errors import EngineUnavailable, ErrorKind, HeadwayError, SqlError, StatementFailed
from headway.jobs.subjob import Snapshot

NO_COLUMNS = SchemaSeen('{"type":"struct","fields":[]}')
CANCELED = SqlError(ErrorKind.CANCELLED, "Operation was canceled.", "OPERATION_CANCELED", "HY008")

# What an execution does next: gives an event, fails, or waits until the test opens a gate.
Step = ExecutionEvent | HeadwayError | asyncio.Event
# What a read of the monitoring meets: an answer, a failure, or no answer until the test opens a gate.
Reading = Snapshot | HeadwayError | asyncio.Event


@dataclass(slots=True)
class Script:
    """How one statement goes. Each read of the monitoring takes the next of ``readings``; the last stays."""

    steps: Sequence[Step] = (NO_COLUMNS, Completed())
    readings: list[Reading] = field(default_factory=list)
    prepare: HeadwayError | None = None
    running_tasks: int = 0
    deaf: bool = False  # does not hear an interrupt
    then: "Script | None" = None  # how it goes in its next session; unset: the same again


class ScriptedEngine:
    """Fulfils ``Engine``. ``scripts`` go by SQL text; a statement without one ends at once, without rows."""

    def __init__(self, scripts: Mapping[str, Script] | None = None) -> None:
        self.scripts = dict(scripts or {})
        self.executed: list[Execution] = []
        self.reattached: list[tuple[Execution, str | None]] = []
        self.interrupts: list[str] = []  # job ids, one for each time that was asked
        self.sessions: set[str] = set()  # opened and not closed
        self.forgotten: list[str] = []
        self.reads = 0
        self.kills = 0
        self.at_work: list[FoundOperation] = []  # what Spark is said to work on
        self.ended: list[FoundOperation] = []
        self.catalog = ScriptedCatalog()
        self._by_job: dict[str, Script] = {}
        self._interrupted: dict[str, asyncio.Event] = {}

    async def open_session(self) -> str:
        """Give a new session id."""
        session_id = str(uuid.uuid4())
        self.sessions.add(session_id)
        return session_id

    async def prepare(self, execution: Execution) -> None:
        """Fail if the script says so; a job's next session takes its next script."""
        before = self._by_job.get(execution.job_id)
        if before is not None and before.then is not None:
            self._by_job[execution.job_id] = before.then
        script = self._script(execution)
        if script.prepare is not None:
            raise script.prepare

    async def execute(self, execution: Execution) -> AsyncGenerator[ExecutionEvent]:
        """Play the steps."""
        self.executed.append(execution)
        async for event in self._play(execution, self._script(execution).steps):
            yield event

    async def reattach(
        self, execution: Execution, after: str | None, *, may_start: bool = True
    ) -> AsyncGenerator[ExecutionEvent]:
        """Play the steps that follow the batch ``after``."""
        self.reattached.append((execution, after))
        steps = list(self._script(execution).steps)
        ids = [step.response_id if isinstance(step, BatchSeen) else None for step in steps]
        start = 0 if after is None else ids.index(after) + 1
        async for event in self._play(execution, steps[start:]):
            yield event

    async def interrupt(self, execution: Execution) -> None:
        """End the statement at its gate, unless it is deaf."""
        self.interrupts.append(execution.job_id)
        if not self._script(execution).deaf:
            self._interrupted.setdefault(execution.job_id, asyncio.Event()).set()

    async def close_session(self, session_id: str) -> None:
        """Forget the session."""
        self.sessions.discard(session_id)

    async def check(self, sql: str, current_db: str) -> None:
        """Fail as the statement would, without playing it."""
        for step in self.scripts.get(sql, Script()).steps:
            if isinstance(step, StatementFailed):
                raise step

    async def explain(self, sql: str, current_db: str) -> str:
        """Fail as the check would, else give a plan that names the statement."""
        await self.check(sql, current_db)
        return f"== Physical Plan ==\n{sql}"

    async def snapshots(self, job_ids: Sequence[str]) -> Mapping[str, Snapshot]:
        """Give each job's next reading."""
        self.reads += 1
        found: dict[str, Snapshot] = {}
        for job_id in job_ids:
            found[job_id] = await self._read(self._by_job.get(job_id, Script()).readings or [Snapshot(0)])
        return found

    def forget(self, job_id: str) -> None:
        """Note that the job is of no more interest."""
        self.forgotten.append(job_id)

    async def running_tasks(self, job_id: str) -> int:
        """Give what the script says."""
        return self._by_job.get(job_id, Script()).running_tasks

    async def kill_subjobs(self, job_id: str) -> None:
        """Count the request; what the script lets run goes on."""
        self.kills += 1

    async def spark_page(self, path: str, query: str, root: str) -> SparkPage:
        """Give a page that says what was asked."""
        return SparkPage(200, f"{root} {path} {query}".encode(), {"content-type": "text/plain"})

    async def find_operations(self) -> Sequence[FoundOperation]:
        """Give what the test has put at work."""
        return tuple(self.at_work)

    async def end_operation(self, found: FoundOperation) -> None:
        """End it and its session."""
        self.ended.append(found)
        self.at_work.remove(found)
        self.sessions.discard(found.session_id)

    async def close(self) -> None:
        """Do nothing: there is no connection."""

    async def _read(self, readings: list[Reading]) -> Snapshot:
        reading = readings.pop(0) if len(readings) > 1 else readings[0]
        if isinstance(reading, asyncio.Event):
            await reading.wait()
            return await self._read(readings)
        if isinstance(reading, HeadwayError):
            raise reading
        return reading

    def _script(self, execution: Execution) -> Script:
        return self._by_job.setdefault(execution.job_id, self.scripts.get(execution.sql, Script()))

    async def _play(self, execution: Execution, steps: Sequence[Step]) -> AsyncGenerator[ExecutionEvent]:
        interrupted = self._interrupted.setdefault(execution.job_id, asyncio.Event())
        for step in steps:
            if isinstance(step, asyncio.Event):
                waits = [asyncio.create_task(event.wait()) for event in (step, interrupted)]
                try:
                    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    for wait in waits:
                        wait.cancel()
            if interrupted.is_set():
                raise StatementFailed(CANCELED)
            if isinstance(step, HeadwayError):
                raise step
            if not isinstance(step, asyncio.Event):
                yield step


class ScriptedHost:
    """Fulfils ``EngineHost`` for one ``ScriptedEngine``; ``gate`` holds a start back, ``failure`` ends it."""

    def __init__(
        self, engine: ScriptedEngine, *, gate: asyncio.Event | None = None, failure: str | None = None
    ) -> None:
        self.engine = engine
        self.gate = gate
        self.failure = failure
        self.app_id = "scripted-1"
        self.log: list[str] = []
        self._state = EngineState.STOPPED
        self._size = AS_SET

    @property
    def status(self) -> EngineStatus:
        """The state as played."""
        app_id = self.app_id if self._state is EngineState.READY else None
        text = "starting as the script says" if self._state is EngineState.STARTING else ""
        return EngineStatus(self._state, self.failure or text, app_id=app_id, size=self._size)

    async def ready(self) -> ScriptedEngine:
        """Start, when the gate opens."""
        if self._state is not EngineState.READY:
            self._state = EngineState.STARTING
            if self.gate is not None:
                await self.gate.wait()
            self._state = EngineState.READY if self.failure is None else EngineState.FAILED
        if self.failure is not None:
            raise EngineUnavailable(self.failure)
        return self.engine

    async def log_tail(self, lines: int) -> LogTail:
        """Give what the test wrote."""
        return LogTail(tuple(self.log[-lines:]), None if self.log else "The log is empty")

    async def find(self) -> ScriptedEngine | None:
        """Give the engine if it runs."""
        return self.engine if self._state is EngineState.READY else None

    async def resize(self, size: EngineSize) -> None:
        """Take any size at once."""
        self._size = size

    async def stop(self) -> None:
        """Stop it."""
        self._state = EngineState.STOPPED

    async def close(self) -> None:
        """Do nothing: there is no connection."""
