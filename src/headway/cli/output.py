"""Where rows go: a table on the terminal, or a file of some format."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from rich.console import Console
from rich.text import Text

from headway.cli.tables import data_console, page_table, print_table
from headway.client.figures import rows_text

if TYPE_CHECKING:
    from headway.client.http import HeadwayClient

ROWS_SHOWN = 20
ROWS_MOST = 10_000  # of one page of JSON


class Format(StrEnum):
    """How rows are written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"
    ARROW = "arrow"


_SUFFIXES = {
    ".csv": Format.CSV,
    ".json": Format.JSON,
    ".parquet": Format.PARQUET,
    ".arrow": Format.ARROW,
    ".txt": Format.TABLE,
}


@dataclass(frozen=True, slots=True)
class Written:
    """How many rows were written, and what the format made different from the result."""

    rows: int
    notes: tuple[str, ...] = ()


class NoFormat(Exception):
    """It is not clear how the rows are to be written."""


def chosen_format(given: Format | None, target: Path | None) -> Format:
    """Take the format that was given, else the one of the file's name; raises ``NoFormat``."""
    if given is not None:
        chosen = given
    elif target is None:
        chosen = Format.TABLE
    elif (by_name := _SUFFIXES.get(target.suffix.lower())) is not None:
        chosen = by_name
    else:
        raise NoFormat(f"the name {target.name} tells no format; say one with --format")
    if chosen in (Format.PARQUET, Format.ARROW) and target is None and sys.stdout.isatty():
        raise NoFormat(f"{chosen} is not for the terminal; name a file with -o")
    return chosen


def write_rows(
    client: "HeadwayClient", job_id: str, chosen: Format, target: Path | None, *, rows: int, offset: int = 0
) -> Written:
    """Write a job's rows. ``rows`` bounds a table; other formats take all.

    A file appears under its name only when it is complete. Raises ``ClientError``, ``OSError``.
    """
    if chosen is Format.TABLE:
        return Written(_write_table(client, job_id, target, rows, offset))
    from headway.cli.arrow import copy_rows

    if target is None:
        count, notes = copy_rows(client, job_id, chosen, sys.stdout.buffer, offset)
        sys.stdout.buffer.flush()
    else:
        with _whole_file(target) as sink:
            count, notes = copy_rows(client, job_id, chosen, sink, offset)
    return Written(count, tuple(notes))


def say_written(console: Console, written: Written, chosen: Format, target: Path | None) -> None:
    """Say what is in the file that was written."""
    if target is not None:
        kind = "" if chosen is Format.TABLE else f" as {chosen}"
        console.print(f"{rows_text(written.rows)} in {target}{kind}", markup=False, soft_wrap=True)
    for note in written.notes:
        console.print(f"Note: {note}", markup=False, soft_wrap=True)


def _write_table(client: "HeadwayClient", job_id: str, target: Path | None, rows: int, offset: int) -> int:
    page = client.page(job_id, offset, min(rows, ROWS_MOST), as_text=True)
    shown = len(page.rows)
    left = page.row_count - offset - shown
    if target is not None:
        with target.open("w", encoding="utf-8") as file:
            print_table(Console(file=file, width=100_000, highlight=False), page_table(page))
        return shown
    console = data_console()
    print_table(console, page_table(page))
    if left > 0:
        hint = f"… {left:,} more rows; headway result {job_id} -o rows.csv"
        console.print(Text(hint, style="dim"), soft_wrap=True)
    return shown


@contextmanager
def _whole_file(target: Path) -> Iterator[BinaryIO]:
    partial = target.with_name(f".{target.name}.partial")
    try:
        with partial.open("wb", buffering=1 << 20) as sink:
            yield sink
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
