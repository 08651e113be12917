"""The verbs of the product: submit, cancel, get, find, follow, read, check."""

import asyncio
import math
import uuid
from dataclasses import dataclass

from headway.jobs.errors import InvalidRequest, NotAllowed, NotFound, ResultExpired
from headway.jobs.job import (
    ASYNC_KEY,
    SQL_LIMIT,
    TIMEOUT_KEY,
    Job,
    JobFilter,
    JobMode,
    JobOrder,
    JobRequest,
    JobType,
)
from headway.jobs.lifecycle import BEFORE_SPARK, INITIAL, JobState, Reason
from headway.jobs.statement import kind_of
from headway.results.json_text import JsonValue
from headway.results.result_store import ResultStore
from headway.results.spark_schema import Column
from headway.results.stored import StoredResult
from headway.service.admission import Admission, digest_of
from headway.service.clock import Clock
from headway.service.dispatcher import Dispatcher
from headway.service.engines import Engines
from headway.service.journal import Journal
from headway.service.live_jobs import LiveJobs
from headway.service.runner import Runner
from headway.service.stopping import CANCEL_DEADLINE_SECONDS
from headway.service.trackers import Trackers
from headway.service.watch import JobProgress
from headway.store.job_search import JobSearch
from headway.store.job_store import IllegalMove, JobStore, Move

SYNC_WAIT_SECONDS = 120.0  # contract section 8: a synchronous call waits about two minutes
LOOK_EVERY_SECONDS = 0.3
_MAY_BE_SYNC = frozenset({JobType.DDL, JobType.DCL})


@dataclass(frozen=True, slots=True)
class ResultRows:
    """The first rows of a result; cells are JSON values, or text when asked for."""

    columns: tuple[Column, ...]
    rows: list[list[JsonValue]]


@dataclass(frozen=True, slots=True)
class JobService:
    """Everything a face may ask. A job of another project does not exist."""

    store: JobStore
    search: JobSearch
    journal: Journal
    admission: Admission
    live: LiveJobs
    engines: Engines
    trackers: Trackers
    runner: Runner
    dispatcher: Dispatcher
    results: ResultStore
    clock: Clock
    alone: bool = True  # no other replica shares the store

    async def submit(
        self, project_id: str, owner: str, request: JobRequest, client_token: str | None = None
    ) -> Job:
        """Accept a statement. A synchronous job is given back at its end, or after two minutes as it is.

        The same request under the same ``client_token`` gives the same job, whatever became of it. Raises
        ``InvalidRequest``, ``NotFound`` (the queue), ``TooBusy``, ``TokenReused``, ``StoreUnavailable``.
        """
        if len(request.sql) > SQL_LIMIT:
            raise InvalidRequest("sql", f"longer than {SQL_LIMIT:,} characters")
        if not request.sql.strip():
            raise InvalidRequest("sql", "is empty")
        _check_timeout(request)
        job_type = kind_of(request.sql)
        sync = job_type in _MAY_BE_SYNC and request.conf.get(ASYNC_KEY, "true").lower() == "false"
        job = Job(
            job_id=str(uuid.uuid4()),
            project_id=project_id,
            owner=owner,
            job_type=job_type,
            mode=JobMode.SYNC if sync else JobMode.ASYNC,
            request=request,
            state=INITIAL,
            submitted_at=self.clock(),
            client_token=client_token,
            request_digest=None if client_token is None else digest_of(owner, request),
        )
        job = await self.admission.admit(job)
        self.dispatcher.wake()
        return await self.wait(project_id, job.job_id, SYNC_WAIT_SECONDS) if sync else job

    async def cancel(self, project_id: str, job_id: str) -> Job:
        """Cancel a job: at once while it waits, else as soon as Spark confirms. An ended job is refused."""
        job = await self.get(project_id, job_id)
        text = "cancelled by the user"
        # A waiting job may start in the very moment: then the second way is right.
        if job.state in BEFORE_SPARK:
            move = Move(JobState.CANCELLED, Reason.CANCELLED_BY_USER, text, only_from=BEFORE_SPARK)
            try:
                ended = await self.journal.move(job_id, move)
            except IllegalMove as refused:
                job = refused.job
            else:
                self.dispatcher.drop(job_id)
                return ended
        if job.is_terminal:
            raise NotAllowed(f"job {job_id} has ended ({job.status}) and cannot be cancelled")
        if job.state is not JobState.CANCELLING:
            try:
                job = await self.journal.move(
                    job_id, Move(JobState.CANCELLING, Reason.CANCELLED_BY_USER, text)
                )
            except IllegalMove as refused:
                if refused.job.is_terminal:
                    raise NotAllowed(
                        f"job {job_id} has ended ({refused.job.status}) and cannot be cancelled"
                    ) from None
                job = refused.job
        self.runner.interrupt(job_id)
        return job

    async def cancel_all(self, text: str) -> None:
        """Cancel every job that Spark works on and wait until each has ended.

        No other job is started from now on: those that wait for room or for their engine stay as they are.
        """
        await self.dispatcher.stop_claiming()
        waiting = [job.job_id for job in self.live.all() if job.state in BEFORE_SPARK]
        await self.dispatcher.let_go(waiting)
        at_work = [job for job in self.live.all() if job.state not in BEFORE_SPARK]
        for job in at_work:
            move = Move(JobState.CANCELLING, Reason.INTERRUPTED_OUTSIDE, text)
            if await self.journal.settle(job.job_id, move) is not None:
                self.runner.interrupt(job.job_id)
        ends = [self.wait(job.project_id, job.job_id, CANCEL_DEADLINE_SECONDS) for job in at_work]
        await asyncio.gather(*ends)

    async def get(self, project_id: str, job_id: str) -> Job:
        """Give a job; raises ``NotFound``."""
        job = self.live.get(job_id) or await self.store.get(job_id)
        if job.project_id != project_id:
            raise NotFound("job", job_id)
        return job

    async def wait(self, project_id: str, job_id: str, seconds: float) -> Job:
        """Give a job when it has ended, or as it is after ``seconds``."""
        ended = self.live.waiter(job_id)
        try:
            end = asyncio.get_running_loop().time() + seconds
            while not (job := await self.get(project_id, job_id)).is_terminal:
                left = end - asyncio.get_running_loop().time()
                if left <= 0:
                    return job
                # Of a job that another replica carries nobody tells us: look.
                told = self.alone or self.live.get(job_id) is not None
                await asyncio.wait([ended], timeout=left if told else min(left, LOOK_EVERY_SECONDS))
                if ended.done():
                    return ended.result()
            return job
        finally:
            ended.cancel()

    async def find(
        self, project_id: str, wanted: JobFilter, order: JobOrder, offset: int, limit: int
    ) -> tuple[int, list[Job]]:
        """Give how many jobs match, and one page of them."""
        return await self.search.find(project_id, wanted, order, offset, limit, self.clock())

    async def progress(self, project_id: str, job_id: str) -> JobProgress:
        """Give a job's progress in less than a second; raises ``ProgressUnavailable``."""
        job = await self.get(project_id, job_id)
        return await self.trackers.of(project_id).progress(job)

    async def position(self, job: Job) -> int:
        """Count the jobs that wait before a waiting job."""
        return await self.store.waiting_before(job)

    async def result(self, project_id: str, job_id: str) -> StoredResult:
        """Open the rows of a job that has finished, or those that a running one has given so far.

        There is a result when Spark gave a schema, even one without columns. Raises ``NotAllowed`` when
        there is none (yet), ``ResultExpired`` when a finished job's rows are no longer kept.
        """
        job = await self.get(project_id, job_id)
        if not job.is_terminal and job.state not in BEFORE_SPARK:
            try:
                return await asyncio.to_thread(self.results.open, project_id, job_id, is_complete=False)
            except ResultExpired:
                raise _nothing_to_read(job) from None  # Spark has not given the schema
        stored = await self._stored(job)
        if stored is None:
            raise NotAllowed(f"job {job_id} has no rows: its statement gives none")
        return stored

    async def rows(self, project_id: str, job_id: str, limit: int, *, as_text: bool = False) -> ResultRows:
        """Give the first rows of a finished job: no columns and no rows when its statement gives none."""
        stored = await self._stored(await self.get(project_id, job_id))
        if stored is None:
            return ResultRows((), [])
        if as_text:
            text = await asyncio.to_thread(stored.text_rows, 0, limit)
            return ResultRows(stored.columns, [list[JsonValue](row) for row in text])
        return ResultRows(stored.columns, await asyncio.to_thread(stored.rows, 0, limit))

    async def check(self, project_id: str, sql: str, current_db: str) -> JobType:
        """Parse and analyse a statement without running it; raises ``StatementFailed``."""
        if len(sql) > SQL_LIMIT:
            raise InvalidRequest("sql", f"longer than {SQL_LIMIT:,} characters")
        engine = await self.engines.host(project_id).ready()
        await engine.check(sql, current_db)
        return kind_of(sql)

    async def _stored(self, job: Job) -> StoredResult | None:
        if job.state is not JobState.FINISHED:
            raise _nothing_to_read(job)
        if job.result.schema_json is None:
            return None
        return await asyncio.to_thread(self.results.open, job.project_id, job.job_id)


def _nothing_to_read(job: Job) -> NotAllowed:
    return NotAllowed(f"job {job.job_id} is {job.status}: there is no result to read")


def _check_timeout(request: JobRequest) -> None:
    text = request.conf.get(TIMEOUT_KEY)
    try:
        is_time = text is None or 0 < float(text) < math.inf
    except ValueError:
        is_time = False
    if not is_time:
        raise InvalidRequest(TIMEOUT_KEY, "must be a positive number of seconds")
