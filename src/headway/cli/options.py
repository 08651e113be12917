"""Arguments and options that several commands take, and how they are read."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from headway.cli import completion

if TYPE_CHECKING:
    from headway.cli.output import Format

FORMATS = ("table", "csv", "json", "parquet", "arrow")

JobId = Annotated[str, typer.Argument(metavar="JOB", help="The job's id.", autocompletion=completion.job_ids)]
ActiveJobId = Annotated[
    str, typer.Argument(metavar="JOB", help="The job's id.", autocompletion=completion.active_job_ids)
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
RowsAsJson = Annotated[bool, typer.Option("--json", help="The same as --format json.")]
FormatName = Annotated[
    str | None,
    typer.Option(
        "--format",
        help="table, csv, json, parquet or arrow; without it the name of the file tells.",
        autocompletion=lambda: list(FORMATS),
    ),
]
RowsShown = Annotated[int, typer.Option(min=1, max=10_000, help="Rows of a table that are shown.")]


def format_option(given: str | None, output: Path | None, *, as_json: bool = False) -> "Format":
    """Read ``--format``, ``--json`` and ``-o`` together; a wrong one is a usage error."""
    from headway.cli.output import Format, NoFormat, chosen_format

    if as_json:
        if given is not None and given.lower() != Format.JSON:
            raise typer.BadParameter(f"{given!r} and --json contradict each other", param_hint="--format")
        return Format.JSON
    if given is not None and given.lower() not in set(Format):
        raise typer.BadParameter(f"{given!r} is none of {', '.join(Format)}", param_hint="--format")
    try:
        return chosen_format(Format(given.lower()) if given else None, output)
    except NoFormat as error:
        raise typer.BadParameter(str(error), param_hint="--format") from error


def pairs(option: str, given: Sequence[str] | None) -> dict[str, str]:
    """Read ``key=value`` options; a wrong one is a usage error."""
    read: dict[str, str] = {}
    for each in given or ():
        key, equals, value = each.partition("=")
        if not equals or not key.strip():
            raise typer.BadParameter(f"{each!r} is not key=value", param_hint=option)
        read[key.strip()] = value.strip()
    return read
