"""What the tests of faults saw, for the table in docs/reliability.md: one row a test."""

from collections.abc import Callable
from dataclasses import dataclass

Seen = Callable[[str, str], None]


@dataclass(frozen=True)
class Row:
    """A fault, what came of it, and the test that brought it about (``file.py::test``)."""

    fault: str
    seen: str
    test: str
