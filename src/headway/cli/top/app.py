"""``Top``: the application of ``headway top``, and what may be done from each of its screens."""

import time
from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType

from headway.cli.top.board import Board
from headway.cli.top.confirm import Confirm
from headway.cli.top.job_screen import JobScreen
from headway.cli.top.jobs_screen import JobsScreen
from headway.cli.top.keys import Keys
from headway.client.errors import ClientError
from headway.client.figures import shortened, visible
from headway.client.seen import JobSeen
from headway.client.watcher import Watcher
from headway.jobs.job import first_line


class Top(App[None]):
    """Shows a project until it is told to quit."""

    TITLE = "headway top"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "cancel", "Cancel"),
        Binding("y", "copy", "Copy id"),
        Binding("question_mark", "keys", "Help"),
        Binding("ctrl+c", "quit", "Quit", show=False, priority=True),
    ]
    CSS = """
    #head { height: auto; }
    #search { height: 1; }
    #jobs { height: 1fr; overflow-x: hidden; }
    DataTable > .datatable--header { background: transparent; text-style: bold; }
    DataTable > .datatable--cursor, DataTable:focus > .datatable--cursor {
        color: ansi_default; background: ansi_default; text-style: reverse;
    }
    """

    def __init__(self, watcher: Watcher) -> None:
        super().__init__(ansi_color=True)  # the terminal's own colours and background
        self._watcher = watcher
        self._board = Board()

    def on_mount(self) -> None:
        """Show the jobs."""
        self.theme = "ansi-dark"
        self.push_screen(JobsScreen(self._watcher, self._board))

    async def on_unmount(self) -> None:
        """Close the connections."""
        await self._watcher.close()

    def action_keys(self) -> None:
        """Tell what the keys do."""
        self.push_screen(Keys())

    def action_copy(self) -> None:
        """Put the job's id into the clipboard, by the terminal."""
        job = self._job()
        if job is not None:
            self.copy_to_clipboard(job.job_id)
            self.notify(f"{job.job_id} is in the clipboard", markup=False)

    def action_cancel(self) -> None:
        """Cancel the job, after a question."""
        job = self._job()
        if job is None:
            return
        if job.is_terminal:
            self.notify(f"The job is {job.state} already", severity="warning")
            return

        def answered(is_yes: bool | None) -> None:
            if is_yes:
                self.run_worker(self._cancel(job.job_id))

        statement = shortened(visible(first_line(job.statement)), 120)
        self.push_screen(Confirm(f"Cancel job {job.job_id}?", statement), answered)

    async def _cancel(self, job_id: str) -> None:
        try:
            job = await self._watcher.cancel(job_id)
        except ClientError as error:
            self.notify(str(error), severity="error", markup=False)
        else:
            self._board.take(job, time.monotonic())

    def _job(self) -> JobSeen | None:
        """Give the job that is open, or under the cursor."""
        return self.screen.job if isinstance(self.screen, JobsScreen | JobScreen) else None
