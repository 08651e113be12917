"""The events of one job: its moves, its progress, its end."""

from headway.api.event_readers import Event, Feed, Reader
from headway.api.event_text import event_text
from headway.api.job_view import job_out
from headway.api.progress_poll import LOOK_EVERY_SECONDS, view_of
from headway.jobs.errors import ProgressUnavailable, StoreUnavailable
from headway.jobs.job import Job
from headway.jobs.lifecycle import JobState
from headway.service.clock import Clock
from headway.service.engines import Engines
from headway.service.job_service import JobService
from headway.service.watch import JobProgress

LOOK_WAITING_SECONDS = 0.5  # at a job in its queue: each look asks the store
END_ID = "end"  # who has seen this event needs no stream any more
_NOTHING = Event(b"")


class JobReader(Reader):
    """A reader of a job's events, with what it has seen: that is also what the id of an event says.

    Ids mean the same in every process: ``STATE-attempt.etag``, the etag being that of the progress.
    """

    def __init__(self, last_id: str | None) -> None:
        super().__init__()
        self.move, _, self.etag = (last_id or "").rpartition(".")
        self.trouble = ""  # told, and not over yet


class JobFeed(Feed[JobReader]):
    """Looks at one job for all who read of it, and brings each of them up to what was seen."""

    def __init__(
        self, service: JobService, engines: Engines, clock: Clock, project_id: str, job_id: str
    ) -> None:
        super().__init__()
        self._service = service
        self._engines = engines
        self._clock = clock
        self._project_id = project_id
        self._job_id = job_id
        # What is known, and the events that tell it. Empty: not known yet, no trouble.
        self._seen: JobProgress | None = None
        self._job: Job | None = None
        self._move = self._etag = self._trouble = ""
        self._state = self._progress = self._unavailable = _NOTHING

    def join(self, reader: JobReader) -> None:
        """Hand over what is known and the reader has not seen, then everything that is new."""
        self._readers.add(reader)
        self._bring_up(reader)

    async def produce(self) -> None:
        """Look at the job until its end is told or nobody reads."""
        while not self.is_over:
            await self._look()
            for reader in self._readers:
                self._bring_up(reader)
            if self._job is not None and self._job.is_terminal and not self._trouble:
                self._tell_end(self._job)
                return
            await self._pause()

    async def _look(self) -> None:
        trouble = ""
        try:
            seen = await self._service.progress(self._project_id, self._job_id)
            self._take_job(seen.job)
            await self._take_progress(seen)
        except (ProgressUnavailable, StoreUnavailable) as error:
            trouble = str(error)
            await self._look_at_job()
        if trouble not in ("", self._trouble):
            self._unavailable = Event(event_text("unavailable", {"reason": trouble}))
        self._trouble = trouble

    async def _look_at_job(self) -> None:
        try:
            self._take_job(await self._service.get(self._project_id, self._job_id))
        except StoreUnavailable:
            return  # told as the trouble that it is

    def _take_job(self, job: Job) -> None:
        move = f"{job.state}-{job.attempt}"
        if move != self._move:
            # Its progress follows: who loses the line between the two must not miss that.
            self._state = Event(event_text("state", job_out(job, self._clock()), f"{move}."))
        self._job, self._move = job, move

    async def _take_progress(self, seen: JobProgress) -> None:
        if seen is self._seen:
            return
        view = await view_of(self._service, self._engines, seen)
        if view.etag != self._etag:
            self._progress = Event(event_text("progress", view, f"{self._move}.{view.etag}"))
        self._seen, self._etag = seen, view.etag

    def _bring_up(self, reader: JobReader) -> None:
        events: list[Event] = []
        if self._move and reader.move != self._move:
            events.append(self._state)
            reader.move = self._move
        # After trouble the progress is told even if it is what it was: it is known again.
        is_back = bool(reader.trouble) and not self._trouble
        if self._etag and (is_back or reader.etag != self._etag):
            events.append(self._progress)
            reader.etag = self._etag
        if self._trouble not in ("", reader.trouble):
            events.append(self._unavailable)
        reader.trouble = self._trouble
        reader.offer(events)

    def _tell_end(self, job: Job) -> None:
        end = Event(event_text("end", job_out(job, self._clock()), END_ID))
        for reader in self._readers:
            reader.offer((end,))

    async def _pause(self) -> None:
        waits = self._job is not None and self._job.state is JobState.QUEUED
        seconds = LOOK_WAITING_SECONDS if waits else LOOK_EVERY_SECONDS
        if self._trouble:
            await self.rest(seconds)
            return
        try:
            # Ends early when the job ends.
            await self._service.wait(self._project_id, self._job_id, seconds)
        except StoreUnavailable:
            await self.rest(seconds)
