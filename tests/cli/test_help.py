"""What ``--help`` tells: every verb is described, its examples stay as written and would work."""

import os
import re
import shlex
from collections.abc import Iterator
from typing import Any

import pytest
import typer
from typer.main import get_command
from typer.testing import CliRunner

from headway.cli.main import app
from headway.cli.verb import Verb
from tests.docs.test_commands import check

ROOT: Any = get_command(app)
WIDTH = 80


def verbs(command: Any = ROOT, *path: str) -> Iterator[tuple[str, ...]]:
    for name, each in command.commands.items():
        if hasattr(each, "commands"):
            yield from verbs(each, *path, name)
        else:
            yield (*path, name)


def command_of(path: tuple[str, ...]) -> Any:
    command: Any = ROOT
    for name in path:
        command = command.commands[name]
    return command


def help_of(*path: str) -> list[str]:
    done = CliRunner().invoke(app, [*path, "--help"], env={**os.environ, "COLUMNS": str(WIDTH)})
    assert done.exit_code == 0, done.output
    return [line.rstrip() for line in done.stdout.splitlines()]


def examples(path: tuple[str, ...]) -> list[str]:
    lines = help_of(*path)
    assert " Examples" in lines, f"{' '.join(path)} has no examples"
    return [line[1:] for line in lines[lines.index(" Examples") + 1 :] if line]


@pytest.mark.parametrize("path", list(verbs()), ids=" ".join)
def test_a_verb_has_a_description_described_options_and_examples(path: tuple[str, ...]) -> None:
    text = " ".join(" ".join(help_of(*path)).split())
    command = command_of(path)
    assert isinstance(command, Verb)
    first = command.help.split("\n\n")[0]
    assert first in text
    assert first.endswith(".")
    assert all(getattr(param, "help", None) for param in command.params), "an option says nothing of itself"
    assert examples(path)


@pytest.mark.parametrize("path", list(verbs()), ids=" ".join)
def test_examples_are_not_wrapped_and_what_they_type_exists(path: tuple[str, ...]) -> None:
    shown = "\n".join(examples(path))
    mine = " ".join(("headway", *path))
    assert path[-1] in shown, f"no example of {mine}"
    for command in re.split(r"[|\n(]", re.sub(r"'[^']*'|\"[^\"$]*\"", "X", shown)):
        words = shlex.split(command.split("#")[0].split(">")[0].strip(' )"$'))
        words = words[words.index("headway") :] if "headway" in words else []
        if words:
            check(ROOT, words[1:])


def test_paragraphs_are_wrapped_and_examples_stay_as_written() -> None:
    small = typer.Typer()

    @small.command(cls=Verb)
    def say() -> None:
        """Say it.

        A paragraph that was written
        on two lines.

        Examples:
            say [it]   # as [it] is
              and here
        """

    lines = (
        CliRunner().invoke(small, ["--help"], env={**os.environ, "COLUMNS": str(WIDTH)}).stdout.splitlines()
    )
    stripped = [line.rstrip() for line in lines]
    assert " A paragraph that was written on two lines." in stripped
    at = stripped.index(" Examples")
    assert stripped[at + 1 : at + 3] == [" say [it]   # as [it] is", "   and here"]
