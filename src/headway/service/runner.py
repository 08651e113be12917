"""Runs one claimed job from its engine's start to its last row."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field

import structlog

from headway.engine.base import BatchSeen, Completed, Engine, Execution, ExecutionEvent, SchemaSeen
from headway.jobs.errors import (
    EngineLost,
    EngineUnavailable,
    ErrorKind,
    ProgressUnavailable,
    ResultTooLarge,
    SqlError,
    StatementFailed,
)
from headway.jobs.job import TIMEOUT_KEY, Job, JobType, ResultFigures, first_line
from headway.jobs.lifecycle import JobState, Reason
from headway.jobs.subjob import Snapshot
from headway.results.result_store import ResultStore
from headway.results.spool import Spool
from headway.service.clock import Clock
from headway.service.engines import Engines
from headway.service.figures import work_of
from headway.service.journal import Journal
from headway.service.trackers import Trackers
from headway.service.whole import whole
from headway.store.job_store import JobStore, Move

log = structlog.get_logger(__name__)

CANCEL_DEADLINE_SECONDS = 30.0
INTERRUPT_AGAIN_SECONDS = 1.0
# Spark is calm when this many reads in a row find nothing of the job running.
CALM_READS = 5
CALM_READ_EVERY_SECONDS = 0.15
UNANSWERED_READS = 5


@dataclass(slots=True)
class _Run:
    """What this process holds of a job that it gives to Spark."""

    execution: Execution
    engine: Engine
    spool: Spool | None = None
    schema_json: str | None = None
    helpers: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    let_go: bool = False  # this process stops; Spark goes on with the statement

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


class Runner:
    """Carries claimed jobs to their end; each ``run`` is one asyncio task, never a thread."""

    def __init__(
        self,
        store: JobStore,
        journal: Journal,
        engines: Engines,
        trackers: Trackers,
        results: ResultStore,
        clock: Clock,
    ) -> None:
        self._store = store
        self._journal = journal
        self._engines = engines
        self._trackers = trackers
        self._results = results
        self._clock = clock
        self._runs: dict[str, _Run] = {}

    async def run(self, job: Job) -> None:
        """Run a job that was claimed (LAUNCHING)."""
        try:
            engine = await self._engines.host(job.project_id).ready()
        except EngineUnavailable as error:
            reason, text = Reason.ENGINE_START_FAILED, str(error)
            # First: who hears that this job failed may submit again, and that one tries a new start.
            await self._journal.fail_waiting(job.project_id, reason, text)
            await self._journal.try_move(job.job_id, Move(JobState.FAILED, reason, text))
            return
        session_id = await engine.open_session()
        async with self._holding(job, _Run(_execution(job, session_id), engine)) as run:
            await engine.prepare(run.execution)
            app_id = self._engines.status(job.project_id).app_id
            move = Move(JobState.RUNNING, session_id=run.execution.session_id, engine_id=app_id)
            started = await self._journal.try_move(job.job_id, move)
            if started is not None:
                await self._carry(started, run, engine.execute(run.execution))

    async def resume(self, job: Job) -> None:
        """Go on with a job that an earlier process of this service had given to Spark."""
        tracker = self._trackers.of(job.project_id)
        # Before the engine is found: who asks for progress waits for it, and is not turned away.
        tracker.watch(job.job_id)
        engine = await self._engines.host(job.project_id).find()
        same = self._engines.status(job.project_id).app_id == job.engine_id
        if engine is None or not same or job.session_id is None:
            text = "engine lost: the engine that ran the statement is gone"
            await self._journal.try_move(job.job_id, Move(JobState.FAILED, Reason.ENGINE_LOST, text))
            await tracker.unwatch(job.job_id)
            return
        async with self._holding(job, _Run(_execution(job, job.session_id), engine)) as run:
            await whole(self._resume_spool(job, run))
            # Asked now: the job may have been cancelled while its engine was looked for.
            if (await whole(self._store.get(job.job_id))).state is JobState.CANCELLING:
                self.interrupt(job.job_id)
            after = run.spool.last_response_id if run.spool else None
            await self._carry(job, run, engine.reattach(run.execution, after))

    def interrupt(self, job_id: str) -> None:
        """Begin to interrupt a job that is CANCELLING; its end is written when Spark confirms."""
        run = self._runs.get(job_id)
        if run is not None and "interrupt" not in run.helpers:
            run.helpers["interrupt"] = asyncio.create_task(_keep_interrupting(run))

    @asynccontextmanager
    async def _holding(self, job: Job, run: _Run) -> AsyncIterator[_Run]:
        """Hold a run from before Spark hears of the job until its session is closed; write every bad end."""
        job_id = job.job_id
        self._runs[job_id] = run
        try:
            yield run
        except asyncio.CancelledError:
            run.let_go = True
            raise
        except StatementFailed as failure:
            await self._end_failed(job_id, run, failure.error)
        except EngineLost as error:
            await self._journal.try_move(job_id, Move(JobState.FAILED, Reason.ENGINE_LOST, str(error)))
        except ResultTooLarge as error:
            await self._stop_and_fail(job_id, run, Reason.RESULT_TOO_LARGE, str(error))
        except OSError as error:
            # The result store: a full disk, a directory taken away.
            text = f"the rows could not be stored: {error.strerror or error}"
            await self._stop_and_fail(job_id, run, Reason.INTERNAL, text)
        finally:
            del self._runs[job_id]
            await run.dismiss_helpers()
            if run.spool is not None:
                run.spool.close()
            if not run.let_go:
                await self._keep_figures(job)
                await _close_session(run)

    async def _carry(self, job: Job, run: _Run, events: AsyncGenerator[ExecutionEvent]) -> None:
        self._trackers.of(job.project_id).watch(job.job_id)
        run.helpers["timeout"] = asyncio.create_task(self._time_out(job))
        async with aclosing(events):
            async for event in events:
                await self._take(job, run, event)

    async def _take(self, job: Job, run: _Run, event: ExecutionEvent) -> None:
        match event:
            case SchemaSeen(schema_json):
                run.schema_json = schema_json
                if run.spool is None:
                    await whole(self._create_spool(job, run, schema_json))
            case BatchSeen(response_id, data, row_count):
                if run.spool is None:
                    raise EngineLost("rows came before their schema")
                await whole(asyncio.to_thread(run.spool.append, response_id, data, row_count))
            case Completed():
                # The end is written before Spark is told that it may forget the statement.
                figures = await whole(asyncio.to_thread(run.finish))
                if job.job_type is not JobType.QUERY:
                    # How many rows were written is part of the answer; a query's count is in its rows.
                    await self._record_work(job, await self._trackers.of(job.project_id).look(job.job_id))
                # The empty message takes away what a cancel that came too late had written.
                move = Move(JobState.FINISHED, Reason.COMPLETED, "", result=figures)
                await self._journal.try_move(job.job_id, move)

    async def _create_spool(self, job: Job, run: _Run, schema_json: str) -> None:
        run.spool = await asyncio.to_thread(self._results.create, job.project_id, job.job_id, schema_json)

    async def _resume_spool(self, job: Job, run: _Run) -> None:
        run.spool = await asyncio.to_thread(self._results.resume, job.project_id, job.job_id)
        if run.spool is not None:
            kept = await asyncio.to_thread(self._results.open, job.project_id, job.job_id)
            run.schema_json = kept.schema_json

    async def _end_failed(self, job_id: str, run: _Run, error: SqlError) -> None:
        if error.kind is not ErrorKind.CANCELLED:
            move = Move(JobState.FAILED, Reason.STATEMENT_FAILED, error.message, error)
            await self._journal.try_move(job_id, move)
            return
        now = await whole(self._store.get(job_id))
        if now.state is JobState.CANCELLING:
            message = now.message + await _confirm_stopped(run)
            await self._journal.try_move(job_id, Move(JobState.CANCELLED, now.reason, message))
            return
        text = "the statement was interrupted in Spark, not through this service"
        await self._journal.try_move(job_id, Move(JobState.CANCELLED, Reason.INTERRUPTED_OUTSIDE, text))

    async def _stop_and_fail(self, job_id: str, run: _Run, reason: Reason, text: str) -> None:
        await self._journal.try_move(job_id, Move(JobState.FAILED, reason, text))
        # Asked for at least once: a statement between two subjobs has no running task.
        await _interrupt(run)
        await _confirm_stopped(run)

    async def _keep_figures(self, job: Job) -> None:
        await self._record_work(job, await self._trackers.of(job.project_id).unwatch(job.job_id))

    async def _record_work(self, job: Job, snapshot: Snapshot | None) -> None:
        if snapshot is not None and snapshot.subjobs:
            await whole(self._store.record_work(job.job_id, work_of(snapshot)))

    async def _time_out(self, job: Job) -> None:
        started = job.started_at if job.started_at is not None else job.submitted_at
        await asyncio.sleep(job.timeout_seconds - (self._clock() - started) / 1000)
        text = f"the job ran longer than {TIMEOUT_KEY} = {job.timeout_seconds:g} s"
        moved = await self._journal.try_move(job.job_id, Move(JobState.CANCELLING, Reason.TIMED_OUT, text))
        if moved is not None:
            self.interrupt(job.job_id)


async def _confirm_stopped(run: _Run) -> str:
    """Stop the job's subjobs until Spark stays calm; gives what to add to the message when it does not."""
    job_id = run.execution.job_id
    running, calm, unanswered = -1, 0, 0
    try:
        async with asyncio.timeout(CANCEL_DEADLINE_SECONDS):
            # Once is not enough: Spark may submit one more subjob just after the interrupt.
            while calm < CALM_READS and unanswered < UNANSWERED_READS:
                try:
                    running = await run.engine.running_tasks(job_id)
                    calm, unanswered = (0 if running else calm + 1), 0
                    if running:
                        await run.engine.kill_subjobs(job_id)
                except ProgressUnavailable:
                    unanswered += 1
                await asyncio.sleep(CALM_READ_EVERY_SECONDS)
    except TimeoutError:
        pass
    if calm >= CALM_READS:
        return ""
    count = "an unknown number of" if running < 0 else str(running)
    return f"; Spark did not confirm that it stopped: {count} tasks still run"


async def _keep_interrupting(run: _Run) -> None:
    # An interrupt that comes before Spark has registered the operation finds nothing: ask again.
    while True:
        await _interrupt(run)
        await asyncio.sleep(INTERRUPT_AGAIN_SECONDS)


async def _interrupt(run: _Run) -> None:
    try:
        await run.engine.interrupt(run.execution)
    except (EngineLost, StatementFailed) as error:
        log.warning("interrupt not delivered", job_id=run.execution.job_id, reason=str(error))


async def _close_session(run: _Run) -> None:
    try:
        await run.engine.close_session(run.execution.session_id)
    except (EngineLost, StatementFailed) as error:
        log.info("session not closed", session_id=run.execution.session_id, reason=str(error))


def _execution(job: Job, session_id: str) -> Execution:
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
