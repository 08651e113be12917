"""Carries one job from its engine's start to its last row, through the death of the engine if it can."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace

import structlog

from headway.engine.base import BatchSeen, Completed, Engine, ExecutionEvent, SchemaSeen
from headway.jobs.errors import (
    EngineLost,
    EngineUnavailable,
    ErrorKind,
    ResultTooLarge,
    SqlError,
    StatementFailed,
    StoreUnavailable,
)
from headway.jobs.job import TIMEOUT_KEY, Job, JobType
from headway.jobs.lifecycle import JobState, Reason
from headway.jobs.subjob import Snapshot
from headway.results.result_store import ResultStore
from headway.service.clock import Clock
from headway.service.engines import Engines
from headway.service.fault_points import FaultPoint, FaultPoints
from headway.service.figures import work_of
from headway.service.journal import Journal
from headway.service.membership import Membership
from headway.service.run import Run, execution_of
from headway.service.run_history import RunHistory
from headway.service.stopping import begin_interrupt, close_session, confirm_stopped, interrupt
from headway.service.trackers import Trackers
from headway.service.whole import whole
from headway.store.job_store import JobStore, Move, NotCarried

log = structlog.get_logger(__name__)

STARTS = 3  # how often a job that Spark never got is given to a new engine
ATTEMPTS = 2  # how often a query may run, when the engine died under it
ENGINE_GONE = "engine lost: the engine that ran the statement is gone"


class Runner:
    """Carries claimed jobs to their end; each ``run`` is one asyncio task, never a thread."""

    def __init__(
        self,
        store: JobStore,
        journal: Journal,
        membership: Membership,
        engines: Engines,
        trackers: Trackers,
        history: RunHistory,
        results: ResultStore,
        clock: Clock,
        faults: FaultPoints,
    ) -> None:
        self._store = store
        self._journal = journal
        self._membership = membership
        self._engines = engines
        self._trackers = trackers
        self._history = history
        self._results = results
        self._clock = clock
        self._faults = faults
        self._runs: dict[str, Run] = {}

    async def run(self, job: Job) -> None:
        """Run a job that was claimed (LAUNCHING)."""
        again: Job | None = job
        starts = 0
        while again is not None:
            starts += 1
            job = again
            engine = await self._engine_for(job)
            if engine is None:
                return
            again = await self._attempt(job, engine, last_start=starts >= STARTS)

    async def resume(self, job: Job) -> None:
        """Go on with a job that another process, or this one before it was restarted, gave to Spark."""
        tracker = self._trackers.of(job.project_id)
        # Before the engine is found: who asks for progress waits for it, and is not turned away.
        tracker.watch(job, again=True)
        engine = await self._engines.host(job.project_id).find()
        same = self._engines.status(job.project_id).app_id == job.engine_id
        if engine is None or not same or job.session_id is None:
            is_gone = engine is not None or self._engines.status(job.project_id).kind != "remote"
            lost = EngineLost(ENGINE_GONE, is_gone=is_gone)
            again = await self._end_lost(job, lost, await self._rows_kept(job), self._membership.id)
            await tracker.unwatch(job.job_id)
        else:
            again = await self._rejoin(job, engine, job.session_id)
        if again is not None:
            await self.run(again)

    def interrupt(self, job_id: str) -> None:
        """Begin to interrupt a job that is CANCELLING; its end is written when Spark confirms."""
        if (run := self._runs.get(job_id)) is not None:
            begin_interrupt(run)

    def let_go(self, job_id: str) -> None:
        """Leave a job's statement in Spark as it is: somebody else goes on with it."""
        if (run := self._runs.get(job_id)) is not None:
            run.let_go = True

    async def _engine_for(self, job: Job) -> Engine | None:
        try:
            return await self._engines.host(job.project_id).ready()
        except EngineUnavailable as error:
            reason, text = Reason.ENGINE_START_FAILED, str(error)
            # First: who hears that this job failed may submit again, and that one tries a new start.
            await self._fail_waiting(job.project_id, reason, text)
            await self._journal.settle(job.job_id, Move(JobState.FAILED, reason, text))
            return None

    async def _fail_waiting(self, project_id: str, reason: Reason, text: str) -> None:
        try:
            await self._journal.fail_waiting(project_id, reason, text)
        except StoreUnavailable as error:
            # They are claimed later and meet the same engine.
            log.warning("waiting jobs stay in their queue", project_id=project_id, reason=str(error))

    async def _attempt(self, job: Job, engine: Engine, *, last_start: bool) -> Job | None:
        """Run a job once; gives it back when it is to run again."""
        self._faults.reach(FaultPoint.ENGINE_READY)
        session_id = await engine.open_session()
        run = Run(execution_of(job, session_id), engine, self._membership.id)
        again = None
        async with self._holding(job, run):
            try:
                await engine.prepare(run.execution)
            except EngineLost:
                if last_start:
                    raise
                return job  # Spark never got the statement
            self._faults.reach(FaultPoint.PREPARED)
            app_id = self._engines.status(job.project_id).app_id
            move = Move(JobState.RUNNING, session_id=session_id, engine_id=app_id)
            if (started := await self._settle(run, move)) is not None:
                again = await self._carry(started, run, engine.execute(run.execution))
        return again

    async def _rejoin(self, job: Job, engine: Engine, session_id: str) -> Job | None:
        run = Run(execution_of(job, session_id), engine, self._membership.id)
        again = None
        async with self._holding(job, run):
            await whole(self._resume_spool(job, run))
            # Asked now: the job may have been cancelled while its engine was looked for.
            cancelling = self._is_cancelling(job.job_id)
            if cancelling:
                begin_interrupt(run)
            after = run.spool.last_response_id if run.spool else None
            events = engine.reattach(run.execution, after, may_start=not cancelling)
            again = await self._carry(job, run, events)
        return again  # noqa: RET504 (the context may end the job instead)

    @asynccontextmanager
    async def _holding(self, job: Job, run: Run) -> AsyncIterator[Run]:
        """Hold a run from before Spark hears of the job until its session is closed; write every bad end."""
        job_id = job.job_id
        self._runs[job_id] = run
        try:
            yield run
        except StatementFailed as failure:
            await self._end_failed(run, failure.error)
        except EngineLost as error:
            await self._settle(run, Move(JobState.FAILED, Reason.ENGINE_LOST, str(error)))
        except ResultTooLarge as error:
            await self._stop_and_fail(run, Reason.RESULT_TOO_LARGE, str(error))
        except OSError as error:
            # The result store: a full disk, a directory taken away.
            text = f"the rows could not be stored: {error.strerror or error}"
            await self._stop_and_fail(run, Reason.INTERNAL, text)
        finally:
            del self._runs[job_id]
            await run.dismiss_helpers()
            if run.spool is not None:
                run.spool.close()
            if not self._is_handed_over(run):
                await self._keep_figures(job, run.ended)
                await close_session(run)

    async def _carry(self, job: Job, run: Run, events: AsyncGenerator[ExecutionEvent]) -> Job | None:
        """Read the statement's stream to its end; gives the job back when it is to run again."""
        tracker = self._trackers.of(job.project_id)
        tracker.watch(job, again=job.attempt > 1, kept_bytes=lambda: run.byte_count)
        run.helpers["timeout"] = asyncio.create_task(self._time_out(job, run))
        try:
            async with asyncio.timeout_at(run.stop_by) as run.reading, aclosing(events):
                async for event in events:
                    await self._take(job, run, event)
                    if run.let_go:
                        return None  # before Spark is told that it may forget what a successor needs
        except EngineLost as error:
            return await self._end_lost(job, error, run.row_count, run.replica_id)
        except TimeoutError:
            if run.reading is None or not run.reading.expired():
                raise
            await self._end_cancelled(run)
        finally:
            run.reading = None
        return None

    async def _take(self, job: Job, run: Run, event: ExecutionEvent) -> None:
        match event:
            case SchemaSeen(schema_json):
                run.schema_json = schema_json
                if run.spool is None:
                    await whole(self._create_spool(job, run, schema_json))
                    self._faults.reach(FaultPoint.SCHEMA_KEPT)
            case BatchSeen(response_id, data, row_count):
                if run.spool is None:
                    raise EngineLost("engine lost: rows came before their schema")
                # Rows that this process takes are dropped in Spark: its successor must not miss them.
                await self._membership.sure()
                await whole(asyncio.to_thread(run.spool.append, response_id, data, row_count))
                self._faults.reach(FaultPoint.ROWS_KEPT)
            case Completed():
                # The end is written before Spark is told that it may forget the statement.
                figures = await whole(asyncio.to_thread(run.finish))
                self._faults.reach(FaultPoint.RESULT_WHOLE)
                if job.job_type is not JobType.QUERY:
                    # How many rows were written is part of the answer; a query's count is in its rows.
                    await self._record_work(job, await self._trackers.of(job.project_id).look(job.job_id))
                # The empty message takes away what a cancel that came too late had written.
                await self._settle(run, Move(JobState.FINISHED, Reason.COMPLETED, "", result=figures))

    async def _create_spool(self, job: Job, run: Run, schema_json: str) -> None:
        run.spool = await asyncio.to_thread(self._results.create, job.project_id, job.job_id, schema_json)

    async def _resume_spool(self, job: Job, run: Run) -> None:
        run.spool = await asyncio.to_thread(self._results.resume, job.project_id, job.job_id)
        if run.spool is not None:
            kept = await asyncio.to_thread(self._results.open, job.project_id, job.job_id)
            run.schema_json = kept.schema_json

    async def _settle(self, run: Run, move: Move) -> Job | None:
        """Move the job as the one who carries it; lets go of it when that is another replica by now."""
        try:
            moved = await self._journal.settle(run.job_id, replace(move, carried_by=run.replica_id))
            if moved is not None and moved.is_terminal:
                run.ended = moved
            return moved
        except NotCarried:
            run.let_go = True
            return None

    def _is_handed_over(self, run: Run) -> bool:
        job = self._journal.carried(run.job_id)
        # A job that Spark never saw begins anew elsewhere, in a session of its own.
        return run.let_go and not (job is not None and job.state is JobState.LAUNCHING)

    def _is_cancelling(self, job_id: str) -> bool:
        job = self._journal.carried(job_id)
        return job is not None and job.state is JobState.CANCELLING

    async def _end_failed(self, run: Run, error: SqlError) -> None:
        if error.kind is not ErrorKind.CANCELLED:
            await self._settle(run, Move(JobState.FAILED, Reason.STATEMENT_FAILED, error.message, error))
            return
        self._faults.reach(FaultPoint.INTERRUPTED)
        await self._end_cancelled(run)

    async def _end_cancelled(self, run: Run) -> None:
        now = self._journal.carried(run.job_id)
        if now is not None and now.state is JobState.CANCELLING:
            message = now.message + await confirm_stopped(run)
            await self._settle(run, Move(JobState.CANCELLED, now.reason, message))
            return
        text = "the statement was interrupted in Spark, not through this service"
        await self._settle(run, Move(JobState.CANCELLED, Reason.INTERRUPTED_OUTSIDE, text))

    async def _end_lost(self, job: Job, lost: EngineLost, rows_kept: int, replica_id: str) -> Job | None:
        """End a job whose engine died under it; gives it back when it may run again: no row was kept."""
        moved = None
        while moved is None:
            move = self._move_when_lost(job, lost, rows_kept)
            try:
                moved = await self._journal.settle(job.job_id, replace(move, carried_by=replica_id))
            except NotCarried:
                self.let_go(job.job_id)
                return None
            if moved is None and self._journal.carried(job.job_id) is None:
                return None  # it has ended; else it was cancelled in this very moment
        if moved.state is JobState.LAUNCHING:
            return moved
        if not self._engines.was_stopped(job.engine_id):
            # Nobody may be waiting for a new engine, but the next statement should not have to.
            self._engines.revive(job.project_id)
        return None

    def _move_when_lost(self, job: Job, lost: EngineLost, rows_kept: int) -> Move:
        text = str(lost)
        now = self._journal.carried(job.job_id)
        if now is not None and now.state is JobState.CANCELLING:
            return Move(JobState.CANCELLED, now.reason, f"{now.message}; {text}")
        again = job.job_type is JobType.QUERY and job.attempt < ATTEMPTS and not rows_kept and lost.is_gone
        if again and not self._engines.was_stopped(job.engine_id):
            text = f"{text}; the query runs again"
            return Move(JobState.LAUNCHING, Reason.ENGINE_LOST, text, attempt=job.attempt + 1)
        return Move(JobState.FAILED, Reason.ENGINE_LOST, text)

    async def _rows_kept(self, job: Job) -> int:
        spool = await asyncio.to_thread(self._results.resume, job.project_id, job.job_id)
        if spool is None:
            return 0
        with spool:
            return spool.row_count

    async def _stop_and_fail(self, run: Run, reason: Reason, text: str) -> None:
        await self._settle(run, Move(JobState.FAILED, reason, text))
        # Asked for at least once: a statement between two subjobs has no running task.
        await interrupt(run)
        await confirm_stopped(run)

    async def _keep_figures(self, job: Job, ended: Job | None) -> None:
        snapshot = await self._trackers.of(job.project_id).unwatch(job.job_id)
        await self._record_work(job, snapshot)
        if ended is not None and snapshot is not None:
            await self._history.remember(ended, snapshot)

    async def _record_work(self, job: Job, snapshot: Snapshot | None) -> None:
        if snapshot is None or not snapshot.subjobs:
            return
        try:
            await whole(self._store.record_work(job.job_id, work_of(snapshot)))
        except StoreUnavailable as error:
            log.warning("figures are not kept", job_id=job.job_id, reason=str(error))

    async def _time_out(self, job: Job, run: Run) -> None:
        started = job.started_at if job.started_at is not None else job.submitted_at
        await asyncio.sleep(job.timeout_seconds - (self._clock() - started) / 1000)
        text = f"the job ran longer than {TIMEOUT_KEY} = {job.timeout_seconds:g} s"
        if await self._settle(run, Move(JobState.CANCELLING, Reason.TIMED_OUT, text)) is not None:
            begin_interrupt(run)
