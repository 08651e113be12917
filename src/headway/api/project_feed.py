"""The events of a project: its jobs as they come and move, and how far the running ones are."""

import asyncio
from collections.abc import Sequence

from pydantic import BaseModel

from headway.api.event_readers import Event, Feed, Reader
from headway.api.event_text import event_text
from headway.api.job_view import job_out
from headway.jobs.errors import NotFound, ProgressUnavailable, StoreUnavailable
from headway.jobs.estimate import Phase
from headway.jobs.job import Job, JobFilter, JobOrder
from headway.jobs.lifecycle import JobState
from headway.service.clock import Clock
from headway.service.job_moves import JobMoves
from headway.service.job_service import JobService
from headway.service.watch import JobProgress
from headway.store.event_queries import Moved

LOOK_EVERY_SECONDS = 0.3  # at the log of moves
PROGRESS_EVERY_SECONDS = 1.0
RUNNING_AT_MOST = 500  # jobs whose progress is told
_ASKED_AT_ONCE = 16
_RUNNING = frozenset({JobState.RUNNING, JobState.CANCELLING})


class BriefProgressOut(BaseModel):
    """How far a running job is: the whole of it is its own ``progress``."""

    job_id: str
    fraction: float
    low: float
    high: float
    remaining_seconds: float | None
    phase: Phase


class ProjectFeed(Feed[Reader]):
    """Reads a project's moves and its running jobs' progress for all who watch the project."""

    def __init__(
        self, service: JobService, moves: JobMoves, clock: Clock, project_id: str, start: int
    ) -> None:
        """Begin after the number ``start`` of the log."""
        super().__init__()
        self._service = service
        self._moves = moves
        self._clock = clock
        self._project_id = project_id
        self._told = start
        self._running: dict[str, BriefProgressOut | None] = {}  # what was last told of each
        self._troubles = {"moves": "", "progress": ""}

    def join(self, reader: Reader) -> int:
        """Hand over how far jobs are, then everything that is new; gives the number that was told last."""
        self._readers.add(reader)
        known = [_progress_event(brief) for brief in self._running.values() if brief is not None]
        reader.offer([*known, *(_unavailable(trouble) for trouble in self._troubles.values() if trouble)])
        return self._told

    async def missed(self, after: int, upto: int) -> tuple[list[Event], int]:
        """Give events that one who was away has missed, and up to which number: ask again from there."""
        jobs, read = await self._moves.page(self._project_id, after, upto)
        return self._job_events(jobs), read

    async def produce(self) -> None:
        """Read moves and progress; neither waits for the other."""
        async with asyncio.TaskGroup() as both:
            both.create_task(self._follow_moves())
            both.create_task(self._follow_progress())

    async def _follow_moves(self) -> None:
        while not self.is_over:
            try:
                await self._read_moves()
                self._take_trouble("moves", "")
            except StoreUnavailable as error:
                self._take_trouble("moves", str(error))
            await self.rest(LOOK_EVERY_SECONDS)

    async def _read_moves(self) -> None:
        upto = await self._moves.settled(self._told)
        while self._told < upto:
            jobs, told = await self._moves.page(self._project_id, self._told, upto)
            for moved in jobs:
                self._note(moved.job)
            self._publish(self._job_events(jobs))
            self._told = told
        self._told = upto

    async def _follow_progress(self) -> None:
        must_find = True
        while not self.is_over:
            try:
                if must_find:
                    await self._find_running()
                    must_find = False
                self._take_trouble("progress", await self._read_progress())
            except StoreUnavailable as error:
                self._take_trouble("progress", str(error))
            await self.rest(PROGRESS_EVERY_SECONDS)

    async def _find_running(self) -> None:
        wanted = JobFilter(states=_RUNNING)
        _, jobs = await self._service.find(
            self._project_id, wanted, JobOrder.START_TIME_ASC, 0, RUNNING_AT_MOST
        )
        for job in jobs:
            self._note(job)

    def _note(self, job: Job) -> None:
        if job.state not in _RUNNING:
            self._running.pop(job.job_id, None)
        elif len(self._running) < RUNNING_AT_MOST:
            self._running.setdefault(job.job_id, None)

    async def _read_progress(self) -> str:
        """Tell what is new of each running job; gives why something is not known."""
        asked = list(self._running)
        trouble = ""
        for start in range(0, len(asked), _ASKED_AT_ONCE):
            news: list[Event] = []
            for answer in await asyncio.gather(*map(self._ask, asked[start : start + _ASKED_AT_ONCE])):
                if isinstance(answer, str):
                    trouble = answer
                elif answer is not None and self._running.get(answer.job_id, answer) != answer:
                    self._running[answer.job_id] = answer
                    news.append(_progress_event(answer))
            self._publish(news)
        return trouble

    async def _ask(self, job_id: str) -> BriefProgressOut | str | None:
        """Give a job's progress, or why there is none; nothing when it does not run any more."""
        try:
            seen = await self._service.progress(self._project_id, job_id)
        except (ProgressUnavailable, StoreUnavailable) as error:
            return str(error)
        except NotFound:
            self._running.pop(job_id, None)
            return None
        self._note(seen.job)
        return _brief(seen) if seen.job.state in _RUNNING else None

    def _job_events(self, jobs: Sequence[Moved]) -> list[Event]:
        now = self._clock()
        return [
            Event(event_text("job", job_out(moved.job, now), str(moved.event_id)), moved.event_id)
            for moved in jobs
        ]

    def _take_trouble(self, source: str, trouble: str) -> None:
        """Tell why something is not known: once, and again after it was known."""
        if trouble not in ("", self._troubles[source]):
            self._publish([_unavailable(trouble)])
        if self._troubles[source] and not trouble:
            self._running = dict.fromkeys(self._running)  # all is told again: it is known again
        self._troubles[source] = trouble

    def _publish(self, events: Sequence[Event]) -> None:
        for reader in self._readers:
            reader.offer(events)


def _brief(seen: JobProgress) -> BriefProgressOut:
    estimate = seen.estimate
    return BriefProgressOut(
        job_id=seen.job.job_id,
        fraction=round(estimate.fraction, 4),
        low=round(estimate.low, 4),
        high=round(estimate.high, 4),
        remaining_seconds=None if estimate.remaining is None else round(estimate.remaining.likely, 1),
        phase=seen.phase,
    )


def _progress_event(brief: BriefProgressOut) -> Event:
    return Event(event_text("progress", brief))


def _unavailable(trouble: str) -> Event:
    return Event(event_text("unavailable", {"reason": trouble}))
