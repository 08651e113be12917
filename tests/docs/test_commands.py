"""What the pages tell people to type exists: make targets, commands, their options, variables, routes."""

import re
import shlex
from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command

from headway.cli.main import app
from tests.docs.pages import NAMES, ROOT, fences, inline_code
from tests.docs.settings_page import rows

COMMAND = get_command(app)
MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = set(re.findall(r"^([a-z/-]+):", MAKEFILE, re.MULTILINE))
MAKE_VARIABLES = set(re.findall(r"^([A-Z]+)\s*[:?]?=", MAKEFILE, re.MULTILINE))
FILES = {"engine.json", "engine.log"}
CLI_VARIABLES = {"HEADWAY_HOME", "HEADWAY_ENDPOINT", "HEADWAY_PROJECT_ID", "HEADWAY_TOKEN"}


def typed(name: str) -> Iterator[list[str]]:
    """Give every command line of a page, as words: from shell blocks and from inline code."""
    text = (ROOT / name).read_text()
    lines = [line for block in fences(text, "sh", "ini") for line in block.replace("\\\n", " ").splitlines()]
    for line in [*lines, *inline_code(text)]:
        line = line.removeprefix("ExecStart=").removeprefix("/opt/headway/.venv/bin/")
        if re.match(r"(make|headway|python -m) ", line):
            yield [word for word in shlex.split(line, comments=True) if word not in ("…", "|")]


@pytest.mark.parametrize("name", NAMES)
def test_what_a_page_says_to_type_exists(name: str) -> None:
    for words in typed(name):
        match words:
            case ["make", *rest]:
                for word in rest:
                    variable, equals, _ = word.partition("=")
                    assert variable in (MAKE_VARIABLES if equals else TARGETS), words
            case ["python", "-m", module, *_]:
                assert (ROOT / f"{module.replace('.', '/')}.py").is_file(), words
            case ["headway", *rest]:
                check(COMMAND, rest)


def check(command: Any, words: list[str]) -> None:
    """Walk down the commands; every option must be known where it stands, and every name be a command."""
    options = {option for param in command.params for option in param.opts} | {"--help"}
    commands = getattr(command, "commands", {})
    takes_value = False
    for at, word in enumerate(words):
        if word.startswith("-") and len(word) > 1 and not word[1].isdigit():
            assert word in options, f"{command.name}: {word} in {words}"
            takes_value = True
        elif commands and not takes_value:
            assert word in commands, f"{command.name}: no command {word} in {words}"
            check(commands[word], words[at + 1 :])
            return
        else:
            takes_value = False


def test_every_command_is_in_the_changelog_or_readme() -> None:
    told = "".join((ROOT / name).read_text() for name in ("README.md", "CHANGELOG.md"))
    for command in COMMAND.commands:  # type: ignore[attr-defined]
        assert f"`{command}`" in told, command


@pytest.mark.parametrize("name", NAMES)
def test_every_variable_in_a_page_is_read(name: str) -> None:
    known = {row.variable for row in rows()} | CLI_VARIABLES
    named = set(re.findall(r"HEADWAY_[A-Z_]*[A-Z]", (ROOT / name).read_text()))
    assert named <= known


def test_every_setting_in_a_page_exists() -> None:
    known = {row.key for row in rows()} | FILES
    for name in NAMES:
        for code in inline_code((ROOT / name).read_text()):
            if re.fullmatch(r"(engine|queues|results)\.[a-zA-Z_.]+", code):
                assert code in known, f"{name}: {code}"
