"""Shows a job that is followed: a live picture on a terminal, lines elsewhere."""

import time
from types import TracebackType
from typing import TYPE_CHECKING

from rich.console import Console

from headway.cli.findings import finding_text, warnings_of
from headway.cli.live import live_view
from headway.cli.plain import PlainLines
from headway.cli.tables import is_live
from headway.client.remaining import Countdown
from headway.client.seen import ProgressSeen, TotalsSeen

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.live import Live


class Display:
    """Shows the progress of one job on stderr; ``quiet`` shows nothing. It began ``since`` seconds ago."""

    def __init__(self, console: Console, title: str, *, quiet: bool = False, since: float = 0.0) -> None:
        self._console = console
        self._title = title
        self._quiet = quiet
        self._lines = PlainLines()
        self._countdown = Countdown()
        self._started = time.monotonic() - since
        self._progress: ProgressSeen | None = None
        self._live: Live | None = None

    def __enter__(self) -> "Display":
        """Start to draw."""
        if not self._quiet and is_live(self._console):
            from rich.live import Live

            self._live = Live(
                get_renderable=self._view, console=self._console, refresh_per_second=8, transient=True
            )
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop drawing and wipe the picture; what it warned of stays."""
        if self._live is None:
            return
        self._live.stop()
        self._live = None
        if error is None and self._progress is not None:
            for finding in warnings_of(self._progress):
                self._console.print(finding_text(finding), soft_wrap=True)

    @property
    def totals(self) -> TotalsSeen | None:
        """The sums that were seen last."""
        return None if self._progress is None else self._progress.totals

    def show(self, progress: ProgressSeen) -> None:
        """Take what was seen last."""
        self._progress = progress
        self._countdown.hear(progress.estimate.remaining, time.monotonic())
        if self._quiet or self._live is not None:
            return
        for line in self._lines.lines(progress, self._seconds()):
            self.say(line)

    def say(self, text: str) -> None:
        """Print a line; above the picture when there is one."""
        if not self._quiet:
            self._console.print(text, markup=False, soft_wrap=True)

    def _seconds(self) -> float:
        return time.monotonic() - self._started

    def _view(self) -> "RenderableType":
        left = self._countdown.left(time.monotonic())
        return live_view(self._progress, self._seconds(), self._title, left)
