"""What ``--json`` prints."""

import json
import sys
from dataclasses import asdict, is_dataclass

import typer


def print_json(content: object) -> None:
    """Print one JSON document: a dataclass, a list of them, or what JSON knows."""
    typer.echo(json.dumps(content, indent=2, ensure_ascii=False, default=_fields))


def print_json_line(content: object) -> None:
    """Print one JSON document on one line, at once: one of many."""
    typer.echo(json.dumps(content, ensure_ascii=False, default=_fields))
    sys.stdout.flush()


def _fields(content: object) -> object:
    if is_dataclass(content) and not isinstance(content, type):
        return asdict(content)
    raise TypeError(f"{type(content).__name__} is not JSON")
