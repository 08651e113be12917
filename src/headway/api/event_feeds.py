"""Streams of events: one producer for each job and each project that is watched, however many watch."""

from collections.abc import AsyncGenerator

import structlog

from headway.api.event_producers import Producers
from headway.api.event_readers import Reader
from headway.api.event_text import HEARTBEAT, opening
from headway.api.job_feed import JobFeed, JobReader
from headway.api.project_feed import ProjectFeed
from headway.jobs.errors import StoreUnavailable
from headway.service.clock import Clock
from headway.service.engines import Engines
from headway.service.job_moves import JobMoves
from headway.service.job_service import JobService

log = structlog.get_logger(__name__)

HEARTBEAT_SECONDS = 15.0  # a comment after so long a silence: proxies close quiet connections


class EventFeeds:
    """Gives streams of events."""

    def __init__(
        self,
        service: JobService,
        engines: Engines,
        moves: JobMoves,
        clock: Clock,
        heartbeat_seconds: float = HEARTBEAT_SECONDS,
    ) -> None:
        self._service = service
        self._engines = engines
        self._moves = moves
        self._clock = clock
        self._heartbeat_seconds = heartbeat_seconds
        self._jobs: Producers[JobFeed] = Producers()
        self._projects: Producers[ProjectFeed] = Producers()
        self._is_closed = False

    @property
    def producers(self) -> int:
        """How many producers work: the jobs and projects that are watched."""
        return len(self._jobs) + len(self._projects)

    async def follow_job(self, project_id: str, job_id: str, last_id: str | None) -> AsyncGenerator[bytes]:
        """Give the events of a job of the project that come after ``last_id``, to the job's end."""
        yield opening()
        if self._is_closed:
            return
        reader = JobReader(last_id)
        feed = self._jobs.feed(job_id, lambda: self._job_feed(project_id, job_id))
        feed.join(reader)
        try:
            while (events := await reader.take(self._heartbeat_seconds)) is not None:
                yield b"".join(event.data for event in events) or HEARTBEAT
        finally:
            feed.leave(reader)

    async def start(self, last_id: int | None) -> int:
        """Give the number after which a project is to be followed; raises ``StoreUnavailable``."""
        return await self._moves.start(last_id)

    async def follow_project(self, project_id: str, after: int) -> AsyncGenerator[bytes]:
        """Give the events of a project after a number that ``start`` gave, until the reader leaves."""
        yield opening(str(after))
        if self._is_closed:
            return
        reader = Reader()
        feed = self._projects.feed(project_id, lambda: self._project_feed(project_id, after))
        told = feed.join(reader)
        try:
            # The feed may be ahead of this reader, or behind what it has seen elsewhere.
            while after < told:
                missed, after = await feed.missed(after, told)
                if missed:
                    yield b"".join(event.data for event in missed)
            while (events := await reader.take(self._heartbeat_seconds)) is not None:
                fresh = [event.data for event in events if event.number is None or event.number > after]
                if fresh or not events:
                    yield b"".join(fresh) or HEARTBEAT
        except StoreUnavailable as error:
            log.info("a stream of events ends; its reader may resume", reason=str(error))
        finally:
            feed.leave(reader)

    async def close(self) -> None:
        """End every stream, now and from now on; returns when nothing is read for them any more."""
        self._is_closed = True
        await self._jobs.close()
        await self._projects.close()

    def _job_feed(self, project_id: str, job_id: str) -> JobFeed:
        return JobFeed(self._service, self._engines, self._clock, project_id, job_id)

    def _project_feed(self, project_id: str, start: int) -> ProjectFeed:
        return ProjectFeed(self._service, self._moves, self._clock, project_id, start)
