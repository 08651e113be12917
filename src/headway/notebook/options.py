"""The line of a magic: options first, the rest of it is SQL."""

import argparse
import re
from dataclasses import dataclass
from typing import NoReturn

_WORD = re.compile(r"""\s*("[^"]*"|'[^']*'|\S+)""")
DEFAULT_LIMIT = 20

HELP = """\
%%headway [options], then SQL in the lines below; or %headway [options] SELECT …
  --database NAME   look names up in this database, here and in later cells
  --queue NAME      send jobs to this queue, here and in later cells
  --limit N         show so many rows of a result (20)
  --output NAME     put all rows of the last result into a variable …
  --as KIND         … as pandas (unless said otherwise), polars or arrow
  --params NAME     a variable with a value for each ? in the statement
  --connection NAME a variable that holds what headway.connect() gave, here and in later cells"""


class WrongOption(Exception):
    """An option is not known or lacks its value; the text says which."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a cell asks for; ``sql`` is what stood behind the options on their line."""

    sql: str
    database: str | None = None
    queue: str | None = None
    limit: int = DEFAULT_LIMIT
    output: str | None = None
    kind: str = "pandas"
    params: str | None = None
    connection: str | None = None


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise WrongOption(f"{message}\n{HELP}")


def read_options(line: str) -> Options:
    """Read a magic's line; raises ``WrongOption``."""
    words, at = [], 0
    # Every option has one value: words come in pairs until one is not an option.
    while (word := _WORD.match(line, at)) is not None and word[1].startswith("--") and len(word[1]) > 2:
        value = None if "=" in word[1] else _WORD.match(line, word.end())
        words += [word[1]] if value is None else [word[1], value[1].strip("\"'")]
        at = (value or word).end()
    parsed = _parser().parse_args(words)
    return Options(sql=line[at:].strip(), **vars(parsed))


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="%%headway", add_help=False, allow_abbrev=False)
    for name in ("--database", "--queue"):
        parser.add_argument(name)
    for name in ("--output", "--params", "--connection"):
        parser.add_argument(name, type=_variable)
    parser.add_argument("--limit", type=_count, default=DEFAULT_LIMIT)
    parser.add_argument("--as", dest="kind", choices=("pandas", "polars", "arrow"), default="pandas")
    return parser


def _variable(name: str) -> str:
    if not name.isidentifier():
        raise argparse.ArgumentTypeError(f"{name!r} is not the name of a variable")
    return name


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 10_000:
        raise argparse.ArgumentTypeError("from 1 to 10000")
    return int(text)
