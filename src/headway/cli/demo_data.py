"""Shows how the demonstration's data is being made."""

import time
from pathlib import Path

from rich.console import Console

from headway.cli.tables import is_live
from headway.client.figures import time_text
from headway.demo.generate import generate, missing_tables, scale_text, written_bytes
from headway.demo.tpch import TABLES, TableSize
from headway.jobs.amounts import size_text


def make_data(console: Console, directory: Path, scale: float) -> None:
    """Make the tables' files that are missing, showing bytes against an estimate. Raises ``NotGenerated``."""
    title = f"Data: TPC-H at scale {scale_text(scale)} in {directory}"
    wanted = missing_tables(directory)
    if not wanted:
        size = size_text(written_bytes(directory))
        console.print(f"{title}: complete, {size}", markup=False, soft_wrap=True)
        return
    console.print(title, markup=False, soft_wrap=True)
    started = time.monotonic()
    if is_live(console):
        _with_bars(console, directory, scale, wanted)
    else:
        _with_lines(console, directory, scale, wanted)
    took = time_text(time.monotonic() - started)
    size = size_text(written_bytes(directory))
    console.print(f"{len(TABLES)} tables, {size}, made in {took}", markup=False, soft_wrap=True)


def _with_bars(console: Console, directory: Path, scale: float, wanted: list[TableSize]) -> None:
    from rich.progress import BarColumn, DownloadColumn, Progress, TaskProgressColumn, TextColumn

    columns = (TextColumn("  {task.description:<10}"), BarColumn(28), TaskProgressColumn(), DownloadColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        tasks = {table.name: bars.add_task(table.name, total=table.bytes_at(scale)) for table in wanted}

        def report(table: TableSize, written: int, complete: bool) -> None:
            # The size is an estimate until the table is whole.
            total = written if complete else max(table.bytes_at(scale), written + 1)
            bars.update(tasks[table.name], completed=written, total=total)

        generate(directory, scale, report)


def _with_lines(console: Console, directory: Path, scale: float, wanted: list[TableSize]) -> None:
    total = sum(table.bytes_at(scale) for table in wanted)
    sizes: dict[str, int] = {}
    tenths = 0

    def report(table: TableSize, written: int, complete: bool) -> None:
        nonlocal tenths
        sizes[table.name] = written
        now = min(9, sum(sizes.values()) * 10 // total)
        if not complete and now > tenths:
            tenths = now
            text = f"  {size_text(sum(sizes.values()))} of about {size_text(total)}"
            console.print(text, markup=False)

    generate(directory, scale, report)
