"""The table of jobs: it is brought up to what is known without moving under the reader."""

from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widgets import DataTable

from headway.cli.top.rows import heading


class JobTable(DataTable[Text]):
    """One row a job; its key is the job's id. The cursor and the view stay with the jobs they are at."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select_cursor", "Open"),
        Binding("home", "scroll_top", show=False),
        Binding("end", "scroll_bottom", show=False),
    ]

    def __init__(self) -> None:
        super().__init__(cursor_type="row", cell_padding=0, id="jobs")
        self._widths: dict[str, int] = {}
        self._drawn: dict[str, list[Text]] = {}

    @property
    def job_id(self) -> str | None:
        """The job under the cursor."""
        if not self._drawn:
            return None
        return str(self.coordinate_to_cell_key(self.cursor_coordinate).row_key.value)

    def draw(self, widths: dict[str, int], rows: dict[str, list[Text]]) -> None:
        """Show these rows, by job id, in columns of these widths."""
        if widths == self._widths and list(rows) == list(self._drawn):
            self._update(rows)
        else:
            self._rebuild(widths, rows)
        self._widths, self._drawn = widths, rows

    def _update(self, rows: dict[str, list[Text]]) -> None:
        for job_id, row in rows.items():
            before = self._drawn[job_id]
            for name, cell, old in zip(self._widths, row, before, strict=True):
                if cell != old:
                    self.update_cell(job_id, name, cell)

    def _rebuild(self, widths: dict[str, int], rows: dict[str, list[Text]]) -> None:
        at, before, scrolled = self.job_id, self.cursor_row, self.scroll_y
        with self.app.batch_update():
            if widths == self._widths:
                self.clear()
            else:
                self.clear(columns=True)
                for name, width in widths.items():
                    self.add_column(heading(name, width), key=name, width=width + 1)
            for job_id, row in rows.items():
                self.add_row(*row, key=job_id)
            if rows:
                # A reader at the top wants to see what is new there; one who has moved stays with the job.
                row_at = list(rows).index(at) if at in rows and before > 0 else min(before, len(rows) - 1)
                self.move_cursor(row=row_at, animate=False, scroll=False)
                self.scroll_to(y=scrolled + row_at - before, animate=False, force=True)
