"""One job on the whole screen: how far it is, its subjobs and stages, what slows it, its statement."""

import asyncio
import time
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widgets import Footer, Static

from headway.cli.top.job_view import job_view, statement_view
from headway.client.errors import Busy, ClientError
from headway.client.figures import visible
from headway.client.remaining import Countdown
from headway.client.seen import JobSeen, ProgressSeen
from headway.client.watcher import Watcher

NEWS_SECONDS = 10.0  # of one long poll
RETRY_SECONDS = 1.0
DRAW_SECONDS = 0.25


class JobScreen(Screen[None]):
    """Follows one job while it is shown."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "app.pop_screen", "Back"),
    ]
    DEFAULT_CSS = """
    JobScreen #trouble { height: auto; color: ansi_red; }
    JobScreen VerticalScroll { height: 1fr; }
    """

    def __init__(self, watcher: Watcher, job: JobSeen) -> None:
        super().__init__()
        self._watcher = watcher
        self._job = job
        self._heard_at = time.monotonic()
        self._progress: ProgressSeen | None = None
        self._countdown = Countdown()
        # Held here and not looked for: news may come while the page is being closed.
        self._trouble = Static(id="trouble")
        self._picture = Static(id="job")

    @property
    def job(self) -> JobSeen:
        """The job as last seen."""
        return self._job

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        yield self._trouble
        with VerticalScroll():
            yield self._picture
            yield Static(statement_view(self._job.statement))
        yield Footer()

    def on_mount(self) -> None:
        """Begin to follow."""
        self._say("")
        self.query_one(VerticalScroll).focus()
        self._draw()
        self.set_interval(DRAW_SECONDS, self._tick)
        self.run_worker(self._follow(), exclusive=True)

    def _tick(self) -> None:
        if not self._job.is_terminal:
            self._draw()

    async def _follow(self) -> None:
        etag = ""
        while True:
            try:
                seen = await self._watcher.progress(self._job.job_id, since=etag, wait=NEWS_SECONDS)
                if seen.state is not self._job.state or seen.is_terminal:
                    self._take(await self._watcher.job(self._job.job_id))
            except Busy:
                # Spark's monitoring is not there for a moment; the job's end is known without it.
                await self._look_at_job()
            except ClientError as error:
                self._say(f"{error}. Waiting for it to come back")
                await asyncio.sleep(RETRY_SECONDS)
            else:
                etag = seen.etag
                self._hear(seen)
            if self._job.is_terminal:
                return

    async def _look_at_job(self) -> None:
        try:
            self._take(await self._watcher.job(self._job.job_id))
        except ClientError as error:
            self._say(str(error))
        self._draw()
        await asyncio.sleep(RETRY_SECONDS)

    def _take(self, job: JobSeen) -> None:
        self._job, self._heard_at = job, time.monotonic()

    def _hear(self, seen: ProgressSeen) -> None:
        self._progress = seen
        self._countdown.hear(seen.estimate.remaining, time.monotonic())
        self._say("")
        self._draw()

    def _say(self, text: str) -> None:
        self._trouble.update(Text(visible(text)))
        self._trouble.display = bool(text)

    def _draw(self) -> None:
        now = time.monotonic()
        since = 0.0 if self._job.is_terminal else now - self._heard_at
        seconds = self._job.duration_ms / 1000 + since
        left = self._countdown.left(now)
        self._picture.update(job_view(self._job, self._progress, seconds, left))
