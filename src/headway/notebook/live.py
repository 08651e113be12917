"""Shows a running job where its cell's output goes: one display that changes, in a terminal one line."""

import sys
import time
import uuid
from collections.abc import Callable
from typing import Protocol, TextIO

from IPython.display import display

from headway.client.figures import rows_text, time_text, visible
from headway.client.follow import Onlooker
from headway.client.remaining import Countdown
from headway.client.seen import JobSeen, ProgressSeen
from headway.jobs.lifecycle import JobState
from headway.notebook.bar import Bar, Line

show: Callable[..., object] = display  # IPython does not say its types


class Canvas(Protocol):
    """Where one picture takes the place of the one before."""

    def draw(self, picture: Bar | Line) -> None:
        """Show a picture in place of the last one."""

    def end(self, picture: Line) -> None:
        """Show the picture that stays."""


class NotebookCanvas:
    """One output of a cell that is replaced, by its display id."""

    def __init__(self) -> None:
        self._display_id = uuid.uuid4().hex
        self._is_there = False

    def draw(self, picture: Bar | Line) -> None:
        """Show a picture in place of the last one."""
        show(picture, display_id=self._display_id, update=self._is_there)
        self._is_there = True

    def end(self, picture: Line) -> None:
        """Show the picture that stays."""
        self.draw(picture)


class TerminalCanvas:
    """One line of a terminal that is written over; where lines cannot be, only the last one is written."""

    def __init__(self, stream: TextIO = sys.stderr) -> None:
        self._stream = stream

    def draw(self, picture: Bar | Line) -> None:
        """Show a picture in place of the last one."""
        if self._stream.isatty():
            text = picture.text() if isinstance(picture, Bar) else picture.content
            self._write(f"\r\x1b[K{text.splitlines()[0]}")

    def end(self, picture: Line) -> None:
        """Show the picture that stays."""
        start = "\r\x1b[K" if self._stream.isatty() else ""
        self._write("\n".join([f"{start}{picture.content}", *picture.notes]) + "\n")

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()


class LiveJob(Onlooker):
    """Draws one job from its submission to its end."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._countdown = Countdown()
        self._started = time.monotonic()
        self._notes: dict[object, str] = {}

    def show(self, progress: ProgressSeen) -> None:
        """Draw what was seen last."""
        if progress.is_terminal:
            return  # the outcome is drawn in a moment
        now = time.monotonic()
        self._countdown.hear(progress.estimate.remaining, now)
        for finding in progress.findings:
            if finding.is_warning:
                self._notes[finding.place] = f"warning: {visible(finding.text)}"
        left = self._countdown.left(now)
        self._canvas.draw(Bar(progress, now - self._started, left, tuple(self._notes.values())))

    def say(self, text: str) -> None:
        """Draw a sentence in the bar's place."""
        self._canvas.draw(Line(visible(text)))

    def end(self, job: JobSeen) -> None:
        """Draw how the job ended: this stays, with what slowed it."""
        self._canvas.end(Line(outcome_text(job), tuple(self._notes.values())))

    def lost(self, text: str) -> None:
        """Draw why nobody knows how the job ended."""
        self._canvas.end(Line(visible(text)))


def outcome_text(job: JobSeen) -> str:
    """Write how a job ended on one line: ``FINISHED 3 rows in 1.2 s · job …``."""
    took = time_text(job.duration_ms / 1000)
    if job.state is not JobState.FINISHED:
        reason = f": {job.reason}" if job.reason else ""
        return f"{job.state} after {took}{reason} · job {job.job_id}"
    has_rows = job.result is not None and job.result.has_columns
    rows = f"{rows_text(job.result.row_count)} " if job.result and has_rows else ""
    return f"{job.state} {rows}in {took} · job {job.job_id}"
