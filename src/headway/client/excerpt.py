"""The place in a statement that Spark points at, with a caret under it."""

import re

from headway.client.figures import visible

LINES_BEFORE = 2
WIDTH = 96

_PLAN_FOLLOWS = re.compile(r"; line \d+ pos \d+;\Z")


def excerpt(statement: str, line: int | None, column: int | None, fragment: str | None = None) -> list[str]:
    """Give the lines to print, the last one with carets; none when the place is not in the statement.

    ``line`` and ``column`` count from 1. The carets are as long as ``fragment`` when it is found there.
    """
    lines = statement.splitlines()
    if line is None or not 1 <= line <= len(lines):
        return []
    first = max(1, line - LINES_BEFORE)
    gutter = len(str(line))
    text = lines[line - 1]
    position = 0 if column is None else min(max(column - 1, 0), len(text))
    start = _window(len(text), position)
    shown = [
        f"  {number:>{gutter}} | {_flat(lines[number - 1])[start : start + WIDTH]}"
        for number in range(first, line + 1)
    ]
    if column is not None:
        length = _pointed_at(text, position, fragment)
        indent = " " * (position - start)
        shown.append(f"  {'':>{gutter}} | {indent}{'^' * min(length, WIDTH - len(indent))}")
    return [each.rstrip() for each in shown]


def _window(length: int, position: int) -> int:
    """Where the shown part of a long line starts, so that the position is in it."""
    if length <= WIDTH or position < WIDTH - 20:
        return 0
    return (
        min(position - WIDTH // 2, length - WIDTH)
        if length > position - WIDTH // 2 + WIDTH
        else length - WIDTH
    )


def _flat(text: str) -> str:
    """Keep every character one column wide, so that carets stand right."""
    return "".join(each if each.isprintable() else " " for each in text.replace("\t", " "))


def _pointed_at(text: str, position: int, fragment: str | None) -> int:
    head = fragment.splitlines()[0] if fragment else ""
    return len(head) if head and text.startswith(head, position) else 1


def failure_lines(
    statement: str, message: str, line: int | None, column: int | None, fragment: str | None
) -> list[str]:
    """Give a failure for people: Spark's message without its own excerpt, then ours."""
    said = [visible(each) for each in message.strip().splitlines()]
    pointed = excerpt(statement, line, column, fragment)
    # Spark's analyser appends the place and the whole plan, over many lines.
    plan = next((at for at, each in enumerate(said) if _PLAN_FOLLOWS.search(each)), None)
    if plan is not None:
        said = [*said[:plan], _PLAN_FOLLOWS.sub("", said[plan])]
    if pointed:
        # Spark repeats the statement after "== SQL =="; ours says the same in fewer lines.
        said = said[: next((at for at, each in enumerate(said) if each.startswith("== SQL")), len(said))]
    while said and not said[-1].strip():
        said.pop()
    return [*said, *pointed]
