"""The parts of Spark SQL's lexer that say where a statement, a string or a comment ends.

Rules are those of Spark's SqlBaseLexer.g4. Everything is linear in the length of the text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a token is."""

    SPACE = "space"
    COMMENT = "comment"
    QUOTED = "quoted"  # strings, quoted identifiers, $$ bodies
    WORD = "word"  # unquoted identifiers, keywords, numbers
    MARK = "mark"  # one other character


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text, from ``start`` to before ``end``."""

    kind: Kind
    start: int
    end: int


# An unclosed quote reaches to the end of the text.
_QUOTED = r"""
    '(?:[^'\\]|\\.)*+(?:'|\\?\Z)
  | "(?:[^"\\]|\\.)*+(?:"|\\?\Z)
  | `[^`]*+(?:`|\Z)
"""
_TOKEN = re.compile(
    rf"""
    (?P<SPACE>\s++)
  | (?P<COMMENT>--(?:\\\n|[^\r\n])*+)
  | (?P<OPEN>/\*(?!\+))
  | (?P<QUOTED>[rR]'[^']*+(?:'|\Z) | [rR]"[^"]*+(?:"|\Z) | {_QUOTED})
  | (?P<DOLLAR>\$[A-Za-z]*+\$)
  | (?P<WORD>\w++)
  | (?P<MARK>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENT_EDGE = re.compile(r"/\*(?!\+)|\*/")

_STRIDES = 10_000
_DOLLAR_TAG = re.compile(r"\$[A-Za-z]*+\$")
# Everything up to the next bracket, bracketed comment or $: strings, line comments, flat pairs of brackets.
_FLAT = rf"""
    [^()'"`/\-$]++
  | (?<=\W[rR])'[^']*+(?:'|\Z) | (?<=\W[rR])"[^"]*+(?:"|\Z) | {_QUOTED}
  | -(?!-) | /(?!\*(?!\+))
"""
_INSIDE = re.compile(rf"(?:{_FLAT} | --(?:\\\n|[^\r\n])*+ | \((?:{_FLAT})*+\))*+", re.VERBOSE | re.DOTALL)


def tokens(sql: str, start: int = 0) -> Iterator[Token]:
    """Cut a text into tokens; they follow each other without a gap."""
    at = start
    while found := _TOKEN.match(sql, at):
        name, end = found.lastgroup, found.end()
        if name == "OPEN":
            kind, end = Kind.COMMENT, comment_end(sql, at)
        elif name == "DOLLAR":
            kind, end = Kind.QUOTED, _dollar_end(sql, at, end)
        else:
            kind = Kind[name or "MARK"]
        yield Token(kind, at, end)
        at = end


def comment_end(sql: str, start: int) -> int:
    """Give the end of a bracketed comment, which may nest; the text's end when it is not closed."""
    depth = 1
    for edge in _COMMENT_EDGE.finditer(sql, start + 2):
        depth += 1 if edge.group() == "/*" else -1
        if depth == 0:
            return edge.end()
    return len(sql)


def _dollar_end(sql: str, start: int, body: int) -> int:
    tag = sql[start:body]
    close = sql.find(tag, body)
    return len(sql) if close < 0 else close + len(tag)


def brackets_end(sql: str, start: int) -> int | None:
    """Give the place after the ``)`` that closes the ``(`` at ``start``; the text's end when none does.

    Reads in large strides; ``None`` when very many nested brackets or comments would take too long.
    """
    depth, at = 1, start + 1
    for _ in range(_STRIDES):
        stride = _INSIDE.match(sql, at)
        at = stride.end() if stride else at
        mark = sql[at : at + 1]
        if mark == "/":
            at = comment_end(sql, at)
        elif mark == "$":
            tag = _DOLLAR_TAG.match(sql, at)
            at = _dollar_end(sql, at, tag.end()) if tag else at + 1
        elif mark:
            depth += 1 if mark == "(" else -1
            at += 1
            if depth == 0:
                return at
        else:
            return len(sql)
    return None
