"""What ``--help`` of a command shows: paragraphs that fit, and examples that stay as they are written."""

import inspect
from textwrap import dedent
from typing import Any

from typer.core import TyperCommand

EXAMPLES = "Examples:"


class Verb(TyperCommand):
    """A command whose docstring may end with ``Examples:`` and lines of commands."""

    def __init__(
        self, name: str | None, *, help: str | None = None, epilog: str | None = None, **more: Any
    ) -> None:
        description, _, examples = inspect.cleandoc(help or "").partition(f"\n{EXAMPLES}\n")
        paragraphs = (" ".join(each.split()) for each in description.strip().split("\n\n"))
        super().__init__(name, help="\n\n".join(paragraphs), epilog=_epilog(examples) or epilog, **more)


def _epilog(examples: str) -> str | None:
    if not examples:
        return None
    # Square brackets are Rich's markup: in the examples they stand for themselves.
    return "[bold]Examples[/]\n" + dedent(examples).strip().replace("[", "\\[")
