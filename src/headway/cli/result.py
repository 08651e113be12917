"""``headway result``: the rows of a job, again."""

from pathlib import Path
from typing import Annotated

import typer

from headway.cli.exits import FAILED, spoken, stop
from headway.cli.options import FormatName, JobId, RowsAsJson, RowsShown, format_option
from headway.cli.place import place_of


def result(
    context: typer.Context,
    job_id: JobId,
    format_name: FormatName = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File for the rows.")] = None,
    rows: RowsShown = 20,
    offset: Annotated[int, typer.Option(min=0, help="Rows to pass over.")] = 0,
    as_json: RowsAsJson = False,
) -> None:
    """Print the rows of a finished job, or write all of them to a file.

    A table shows the first rows; every other format has all of them. A file appears under its name only
    when it is whole.

    Examples:
        headway result JOB --rows 100
        headway result JOB -o rows.parquet
        headway result JOB --json | jq length
    """
    from headway.cli.output import say_written, write_rows
    from headway.cli.tables import talk_console

    chosen = format_option(format_name, output, as_json=as_json)
    with spoken(), place_of(context).client() as client:
        try:
            written = write_rows(client, job_id, chosen, output, rows=rows, offset=offset)
        except OSError as error:
            raise stop(f"the rows cannot be written: {error}", FAILED) from error
    say_written(talk_console(), written, chosen, output)
