"""The rows of a cell's statement: shown as a table, given as a data frame."""

from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

from headway.client.cells import NULL, cell_text, is_number
from headway.client.figures import rows_text, visible
from headway.client.seen import ColumnSeen, JobSeen, PageSeen
from headway.dbapi import Connection

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow as pa

_SCROLL = "overflow-x:auto;max-width:100%"
_TABLE = "border-collapse:collapse;color:inherit;font-variant-numeric:tabular-nums"
_CELL = "padding:.2em .8em;white-space:pre;text-align:"
_DIM = "opacity:.65;font-weight:normal;font-size:85%"


@dataclass(frozen=True, slots=True)
class Result:
    """What a statement gave: its first rows in ``page``, all of them by ``to_pandas`` and the like.

    The rows are kept by the service: they can be read again, and in another session by ``job_id``.
    """

    job: JobSeen
    page: PageSeen
    connection: Connection = field(repr=False)

    @property
    def job_id(self) -> str:
        """The id of the job."""
        return self.job.job_id

    def __len__(self) -> int:
        """Count all rows."""
        return self.page.row_count

    def to_arrow(self) -> "pa.Table":
        """Give all rows as an Arrow table."""
        with self.connection.cursor() as cursor:
            return cursor.attach(self.job_id).fetch_arrow_table()

    def to_pandas(self) -> "pandas.DataFrame":
        """Give all rows as a pandas data frame."""
        with self.connection.cursor() as cursor:
            return cursor.attach(self.job_id).fetch_pandas()

    def to_polars(self) -> "polars.DataFrame":
        """Give all rows as a polars data frame; needs polars."""
        with self.connection.cursor() as cursor:
            return cursor.attach(self.job_id).fetch_polars()

    def __repr__(self) -> str:
        """Write the first rows as text."""
        names = [visible(column.name) for column in self.page.columns]
        rows = [[cell_text(cell) for cell in row] for row in self.page.rows]
        widths = [max(len(text) for text in texts) for texts in zip(names, *rows, strict=True)]
        rights = [is_number(column.type) for column in self.page.columns]

        def line(texts: list[str]) -> str:
            sized = zip(texts, widths, rights, strict=True)
            return "  ".join(
                t.rjust(width) if right else t.ljust(width) for t, width, right in sized
            ).rstrip()

        return "\n".join(
            [line(names), "  ".join("─" * width for width in widths), *map(line, rows), *self._more()]
        )

    def _repr_html_(self) -> str:
        head = "".join(_heading(column) for column in self.page.columns)
        rights = [is_number(column.type) for column in self.page.columns]
        rows = "".join(
            f"<tr>{''.join(_cell(cell, right) for cell, right in zip(row, rights, strict=True))}</tr>"
            for row in self.page.rows
        )
        more = "".join(f'<div style="{_DIM}">{escape(text)}</div>' for text in self._more())
        return (
            f'<div style="{_SCROLL}"><table style="{_TABLE}"><thead><tr>{head}</tr></thead>'
            f"<tbody>{rows}</tbody></table>{more}</div>"
        )

    def _more(self) -> list[str]:
        shown, count = len(self.page.rows), self.page.row_count
        return [f"the first {shown:,} of {rows_text(count)}"] if shown < count else []


def _heading(column: ColumnSeen) -> str:
    side = "right" if is_number(column.type) else "left"
    name, kind = escape(visible(column.name)), escape(visible(column.type))
    return f'<th scope="col" style="{_CELL}{side}">{name}<br><span style="{_DIM}">{kind}</span></th>'


def _cell(value: object, right: bool) -> str:
    side = "right" if right else "left"
    if value is None:
        return f'<td style="{_CELL}{side}"><span style="{_DIM}">{NULL}</span></td>'
    return f'<td style="{_CELL}{side}">{escape(cell_text(str(value)))}</td>'
