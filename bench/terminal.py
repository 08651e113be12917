"""Records a program on a pseudo-terminal: what the screen shows, and when."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pyte

QUIET_SECONDS = 0.015  # a screen is looked at between bursts, never in the middle of one
DIM, BRIGHT_BLACK = 2, 90


@dataclass(frozen=True)
class Span:
    """Characters of one style, from a column on; ``colour`` is pyte's name or six hexadecimal digits."""

    column: int
    text: str
    colour: str
    bold: bool


Row = tuple[Span, ...]


@dataclass(frozen=True)
class Frame:
    """The screen from ``at`` seconds on; empty rows at the bottom are left out."""

    at: float
    rows: tuple[Row, ...]


class _Screen(pyte.Screen):
    """pyte knows no dim text: it becomes grey."""

    def select_graphic_rendition(self, *attributes: int, **more: bool) -> None:
        if 38 not in attributes and 48 not in attributes:
            attributes = tuple(BRIGHT_BLACK if each == DIM else each for each in attributes)
        super().select_graphic_rendition(*attributes, **more)


@dataclass
class Terminal:
    """A program on a screen of ``columns`` by ``lines``."""

    command: Sequence[str]
    environment: Mapping[str, str]
    directory: str
    columns: int
    lines: int
    frames: list[Frame] = field(default_factory=list)

    def __enter__(self) -> "Terminal":
        self._screen = _Screen(self.columns, self.lines)
        self._stream = pyte.ByteStream(self._screen)
        self._mine, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", self.lines, self.columns, 0, 0))
        self._process = subprocess.Popen(
            self.command,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=dict(self.environment),
            cwd=self.directory,
            start_new_session=True,
        )
        os.close(theirs)
        self._began = time.monotonic()
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._mine)
        self._process.kill()
        self._process.wait()

    def type(self, text: str, pause: float = 0.05) -> None:
        """Press keys one after the other."""
        for key in text:
            os.write(self._mine, key.encode())
            self.watch(pause)

    def watch(self, seconds: float) -> None:
        """Record for some time."""
        self._watch(seconds, None)

    def watch_for(self, text: str, seconds: float) -> None:
        """Record until the screen shows a text; raises ``TimeoutError``."""
        if not self._watch(seconds, text):
            raise TimeoutError(f"no {text!r} within {seconds:g} s on:\n" + "\n".join(self._screen.display))

    def _watch(self, seconds: float, text: str | None) -> bool:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self._mine], [], [], left)[0]:
                self._take_burst()
                if text is not None and any(text in line for line in self._screen.display):
                    return True
        return False

    def _take_burst(self) -> None:
        at = time.monotonic() - self._began
        while select.select([self._mine], [], [], QUIET_SECONDS)[0]:
            try:
                self._stream.feed(os.read(self._mine, 1 << 16))
            except OSError:  # the other side has closed
                break
        rows = tuple(self._row(line) for line in range(self.lines))
        last = max((number for number, row in enumerate(rows, 1) if row), default=0)
        if not self.frames or self.frames[-1].rows != rows[:last]:
            self.frames.append(Frame(at, rows[:last]))

    def _row(self, line: int) -> Row:
        cells = [self._screen.buffer[line][column] for column in range(self.columns)]
        while cells and cells[-1].data == " ":
            cells.pop()
        spans: list[Span] = []
        for column, cell in enumerate(cells):
            last = spans[-1] if spans else None
            style = (cell.fg, bool(cell.bold))
            if last is not None and (last.colour, last.bold) == style:
                spans[-1] = Span(last.column, last.text + cell.data, *style)
            else:
                spans.append(Span(column, cell.data, *style))
        return tuple(span for span in spans if span.text.strip())
