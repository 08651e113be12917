"""The table of docs/reliability.md: faults that the tests bring about, and what they saw.

``python -m pytest tests/faults --write-seen`` writes anew the rows of the tests that it runs.
"""

import ast
import re
from pathlib import Path

from tests.docs.pages import ROOT, between, replaced
from tests.faults.seen import Row

PAGE = ROOT / "docs" / "reliability.md"
MARK = "faults"
HEAD = "| fault | what was seen | test |\n|---|---|---|"
_ROW = re.compile(r"^\| (.+) \| (.+) \| `(\w+\.py::\w+)` \|$", re.MULTILINE)


def written(page: Path = PAGE) -> list[Row]:
    """Give the rows that the page has."""
    return [Row(*found) for found in _ROW.findall(between(page.read_text(), MARK))]


def fault_tests() -> list[str]:
    """Give every test of a fault, in order."""
    return [
        f"{file.name}::{node.name}"
        for file in sorted((ROOT / "tests" / "faults").glob("test_*.py"))
        for node in ast.parse(file.read_text()).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    ]


def write(seen: dict[str, Row], page: Path = PAGE) -> None:
    """Put what was seen into the page; rows of tests that did not run stay, those of no test go."""
    rows = {row.test: row for row in written(page)} | seen
    lines = [
        f"| {rows[test].fault} | {rows[test].seen} | `{test}` |" for test in fault_tests() if test in rows
    ]
    page.write_text(replaced(page.read_text(), MARK, "\n".join((HEAD, *lines))))
