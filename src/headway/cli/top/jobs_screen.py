"""The first screen of ``headway top``: the head, and the table of jobs."""

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import DataTable, Footer, Input, Static

from headway.cli.top.board import Board
from headway.cli.top.feed import Feed
from headway.cli.top.head import head, trouble
from headway.cli.top.job_screen import JobScreen
from headway.cli.top.rows import cells, columns
from headway.cli.top.table import JobTable
from headway.cli.top.wanted import Show, Wanted
from headway.client.figures import visible
from headway.client.seen import JobSeen
from headway.client.watcher import Watcher

DRAW_SECONDS = 0.5


class JobsScreen(Screen[None]):
    """Shows what a board knows of a project."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "Search"),
        Binding("f", "show", "Filter"),
        Binding("s", "order", "Sort"),
        Binding("q", "app.quit", "Quit"),
        Binding("escape", "all", "All", show=False),
    ]

    def __init__(self, watcher: Watcher, board: Board) -> None:
        super().__init__()
        self._watcher = watcher
        self._board = board
        self._feed = Feed(watcher, board)
        self._head = Static(id="head")
        self._search = Input(
            placeholder="part of a statement; Enter keeps it, Esc shows all", id="search", compact=True
        )
        self._table = JobTable()

    @property
    def job(self) -> JobSeen | None:
        """The job under the cursor, as last heard of."""
        job_id = self._table.job_id
        return None if job_id is None else self._board.job(job_id, time.monotonic())

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        yield self._head
        yield self._search
        yield self._table
        yield Footer()

    def on_mount(self) -> None:
        """Begin to ask and to draw."""
        self._search.display = False
        self._table.focus()
        self.run_worker(self._feed.run(), exclusive=True)
        self.set_interval(DRAW_SECONDS, self.draw)
        self.draw()

    def on_screen_resume(self) -> None:
        """Show at once what happened behind another screen."""
        self.draw()

    def on_resize(self) -> None:
        """Fit the columns to the new width."""
        self.draw()

    def draw(self) -> None:
        """Draw what is known by now."""
        if not self.is_current:
            return
        board, width = self._board, self.app.size.width
        now, wall = time.monotonic(), datetime.now(UTC).astimezone()
        jobs, widths = board.jobs(now), columns(width)
        # One line for both: what is wrong must not move the jobs.
        said = trouble(board) or self._chosen(len(jobs))
        top = head(board, self._watcher.endpoint, self._watcher.project_id, width, said)
        self._head.update(top)
        rows = {
            job.job_id: cells(
                job, board.advance(job.job_id), board.seconds_left(job.job_id, now), widths, wall
            )
            for job in jobs
        }
        self._table.draw(widths, rows)

    def _chosen(self, shown: int) -> Text:
        wanted, total = self._board.wanted, self._board.total
        count = "1 job" if shown == 1 else f"{shown:,} jobs"
        parts = [f"{shown:,} of {total:,} jobs" if total > shown else count]
        parts += [f"{wanted.show} only"] if wanted.show is not Show.ALL else []
        parts += [f"with '{visible(wanted.search)}'"] if wanted.search else []
        return Text(" · ".join([*parts, wanted.order]), style="dim")

    def on_data_table_row_selected(self, chosen: DataTable.RowSelected) -> None:
        """Open the job of the row."""
        job = self._board.job(str(chosen.row_key.value), time.monotonic())
        if job is not None:
            self.app.push_screen(JobScreen(self._watcher, job))

    def on_input_changed(self, typed: Input.Changed) -> None:
        """Show what has the text in it, while it is typed."""
        self._choose(replace(self._board.wanted, search=typed.value))

    def on_input_submitted(self) -> None:
        """Keep what was searched for, and go back to the jobs."""
        self._leave_search()

    def action_all(self) -> None:
        """Search for nothing, and show jobs in any state."""
        self._search.value = ""
        self._choose(replace(self._board.wanted, search="", show=Show.ALL))
        self._leave_search()

    def action_search(self) -> None:
        """Ask for a part of the statement."""
        self._search.display = True
        self._search.focus()

    def action_show(self) -> None:
        """Show jobs in other states."""
        self._choose(self._board.wanted.with_next_show())

    def action_order(self) -> None:
        """Sort in another way."""
        self._choose(self._board.wanted.with_next_order())

    def _choose(self, wanted: Wanted) -> None:
        if wanted != self._board.wanted:
            self._board.choose(wanted)
            self._feed.ask_now()
            self.draw()

    def _leave_search(self) -> None:
        self._search.display = False
        self._table.focus()
