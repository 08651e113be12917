import io

import pytest
from rich.console import Console

from headway.cli.tables import page_table, print_table
from headway.client.cells import CELL_WIDTH, cell_text, is_number
from headway.client.seen import Cell, ColumnSeen, PageSeen


def drawn(page: PageSeen, *, width: int = 200) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width, highlight=False)
    print_table(console, page_table(page))
    return out.getvalue()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "NULL"),
        ("NULL", "'NULL'"),
        ("", ""),
        (True, "true"),
        (1, "1"),
        (1.5, "1.5"),
        ("a\tb\x1b[31m", "a\\tb\\x1b[31m"),
        ([1, None, {"k": "é"}], '[1, null, {"k": "é"}]'),
        ("x" * 100, "x" * (CELL_WIDTH - 1) + "…"),
    ],
)
def test_a_cell_is_one_line_of_text(value: Cell, text: str) -> None:
    assert cell_text(value) == text


@pytest.mark.parametrize("name", ["int", "bigint", "decimal(15,2)", "double", "TINYINT"])
def test_numbers_are_known(name: str) -> None:
    assert is_number(name)


@pytest.mark.parametrize("name", ["string", "interval day", "array<int>", "date", "struct<a:int>"])
def test_other_types_are_not_numbers(name: str) -> None:
    assert not is_number(name)


def test_numbers_stand_to_the_right_and_names_may_repeat() -> None:
    page = PageSeen((ColumnSeen("n", "string"), ColumnSeen("n", "bigint")), (("a", "1"), ("bb", "200")), 0, 2)
    lines = [line.rstrip() for line in drawn(page).splitlines()]
    assert lines[-2].startswith("a ")
    assert lines[-2].endswith("  1")
    assert lines[-1].endswith("200")
    assert len(lines[-1]) == len(lines[-2])


def test_null_is_distinct_from_its_text_without_colour_too() -> None:
    page = PageSeen((ColumnSeen("a", "string"),), ((None,), ("NULL",)), 0, 2)
    assert drawn(page).splitlines()[-2:] == ["NULL", "'NULL'"]


def test_a_pipe_gets_no_control_characters_and_no_trailing_blanks() -> None:
    page = PageSeen((ColumnSeen("[red]a\x1b[0m", "string"),), (("\x1b]0;title\x07",),), 0, 1)
    text = drawn(page)
    assert all(line.isprintable() and line == line.rstrip() for line in text.splitlines())
    assert "[red]a" in text


def test_a_narrow_terminal_cuts_columns_and_not_lines() -> None:
    columns = tuple(ColumnSeen(f"column_{number}", "string") for number in range(4))
    text = drawn(PageSeen(columns, (("x" * 50,) * 4,), 0, 1), width=60)
    assert len(text.splitlines()) == 3
    assert "…" in text
