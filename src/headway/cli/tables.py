"""Tables on the terminal: a page of rows, a list of jobs, names with values."""

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from headway.client.cells import NULL, cell_text, is_number
from headway.client.figures import visible
from headway.client.seen import PageSeen

# Not a terminal: nothing is cut to a width that nobody looks at.
UNBOUNDED = 100_000


def data_console() -> Console:
    """Give the console for data: stdout."""
    console = Console(highlight=False, soft_wrap=False)
    return console if console.is_terminal else Console(highlight=False, width=UNBOUNDED)


def talk_console() -> Console:
    """Give the console for everything that is said about data: stderr."""
    console = Console(stderr=True, highlight=False)
    return console if console.is_terminal else Console(stderr=True, highlight=False, width=UNBOUNDED)


def is_live(console: Console) -> bool:
    """Whether lines can be drawn over on this console."""
    return console.is_terminal and not console.is_dumb_terminal


def page_table(page: PageSeen) -> Table:
    """Draw rows: numbers to the right, NULL dimmed, wide columns cut."""
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False, show_edge=False)
    for column in page.columns:
        table.add_column(
            Text(visible(column.name)),
            justify="right" if is_number(column.type) else "left",
            no_wrap=True,
            overflow="ellipsis",
        )
    for row in page.rows:
        table.add_row(
            *(Text(NULL, style="dim italic") if cell is None else Text(cell_text(cell)) for cell in row)
        )
    return table


def plain_table(headings: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[int] = ()) -> Table:
    """Draw texts under headings; the columns at the positions ``right`` are set to the right."""
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False, show_edge=False)
    last = len(headings) - 1
    for at, heading in enumerate(headings):
        table.add_column(
            heading,
            justify="right" if at in right else "left",
            no_wrap=True,
            overflow="ellipsis",
            min_width=None if at == last else len(heading),
        )
    for row in rows:
        table.add_row(*(Text(visible(cell)) for cell in row))
    return table


def print_table(console: Console, table: RenderableType) -> None:
    """Print a table without the blanks that fill its lines when nobody sees them."""
    if console.is_terminal:
        console.print(table)
        return
    with console.capture() as capture:
        console.print(table)
    for line in capture.get().splitlines():
        console.file.write(line.rstrip() + "\n")


def named_values(pairs: Iterable[tuple[str, str]]) -> Table:
    """Draw names with their values; pairs without a value are left out."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in pairs:
        if value:
            table.add_row(name, Text(value))
    return table
