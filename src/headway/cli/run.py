"""``headway run``: statements in, progress while they run, rows out."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from headway.cli import completion
from headway.cli.exits import FAILED, INTERRUPTED, UNREACHABLE, complain, spoken, stop
from headway.cli.options import FormatName, RowsAsJson, RowsShown, format_option, pairs
from headway.cli.place import place_of

if TYPE_CHECKING:
    from rich.console import Console

    from headway.cli.output import Format
    from headway.client.http import HeadwayClient
    from headway.client.seen import JobSeen, TotalsSeen
    from headway.jobs.script import Surroundings


@dataclass(frozen=True, slots=True)
class Wishes:
    """How statements are to be run and their rows to be shown."""

    surroundings: "Surroundings"
    queue: str | None
    tags: Mapping[str, str]
    format: "Format"
    output: Path | None
    rows: int
    quiet: bool
    console: "Console"


@dataclass(frozen=True, slots=True)
class Ran:
    """A job that has ended, and the sums that were seen of it."""

    job: "JobSeen"
    totals: "TotalsSeen | None"


def run(
    context: typer.Context,
    sql: Annotated[str, typer.Argument(metavar="SQL", help="SQL text, the name of a file, or - for stdin.")],
    db: Annotated[str | None, typer.Option(help="Database that names without one are looked up in.")] = None,
    queue: Annotated[
        str | None, typer.Option(help="Queue to send the job to.", autocompletion=completion.queue_names)
    ] = None,
    conf: Annotated[list[str] | None, typer.Option(help="Spark setting, key=value; may be repeated.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="Label, key=value; may be repeated.")] = None,
    format_name: FormatName = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File for the rows of the last statement.")
    ] = None,
    rows: RowsShown = 20,
    detach: Annotated[
        bool, typer.Option("--detach", "-d", help="Submit one statement, print its job's id, do not wait.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Rows and failures only.")] = False,
    as_json: RowsAsJson = False,
) -> None:
    """Run SQL statements one after the other, showing their progress; stop at the first that fails.

    Rows go to stdout, everything else to stderr: a live picture on a terminal, plain lines elsewhere.
    USE and SET hold for the statements after them. Starts the service in the background when none answers.

    Ctrl-C cancels the running job and waits for Spark to confirm it; pressed again, it does not wait. Exit
    code 1 when a statement does not finish, 3 when there is no service, 130 after Ctrl-C.

    Examples:
        headway run "SELECT l_shipmode, count(*) FROM tpch.lineitem GROUP BY ALL"
        headway run --db tpch report.sql -o rows.parquet   # the last one's rows
        headway run --json -q "SHOW TABLES IN tpch" | jq '.[].tableName'
        echo "SELECT 1; SELECT 2" | headway run -
        headway progress -f $(headway run -d --queue nightly load.sql)
    """
    from headway.cli.background import NotStarted, service_client
    from headway.cli.tables import talk_console
    from headway.jobs.script import Surroundings
    from headway.jobs.splitter import split_statements

    console = talk_console()
    wishes = Wishes(
        surroundings=Surroundings(db, pairs("--conf", conf)),
        queue=queue,
        tags=pairs("--tag", tag),
        format=format_option(format_name, output, as_json=as_json),
        output=output,
        rows=rows,
        quiet=quiet,
        console=console,
    )
    statements = [each.text for each in split_statements(_read(sql))]
    if not statements:
        raise typer.BadParameter("there is no statement in it", param_hint="SQL")
    if detach and len(statements) > 1:
        raise typer.BadParameter("several statements need somebody who waits for each", param_hint="--detach")
    with spoken():
        try:
            client = service_client(place_of(context), lambda text: console.print(text, markup=False))
        except NotStarted as error:
            raise stop(str(error), UNREACHABLE) from error
        with client:
            if detach:
                _detach(client, statements[0], wishes)
            else:
                run_all(client, statements, wishes)


def run_all(client: "HeadwayClient", statements: Sequence[str], wishes: Wishes) -> None:
    """Run statements in order; raises ``typer.Exit`` when one does not finish."""
    from headway.cli.outcome import say_outcome
    from headway.jobs.script import after, is_temporary

    for at, statement in enumerate(statements, 1):
        is_last = at == len(statements)
        ran = run_one(client, statement, wishes)
        if is_last or wishes.output is None:
            show_rows(client, ran.job, wishes)
        say_outcome(wishes.console, ran.job, ran.totals, quiet=wishes.quiet)
        if ran.job.state != "FINISHED":
            if not is_last:
                complain(f"statement {at} of {len(statements)} did not finish; those after it were not run")
            raise typer.Exit(FAILED)
        if not is_last and is_temporary(statement) and not wishes.quiet:
            wishes.console.print("Note: what this made ends with its job; the next statement will not see it")
        wishes = replace(wishes, surroundings=after(statement, wishes.surroundings))


def _detach(client: "HeadwayClient", statement: str, wishes: Wishes) -> None:
    job = _submitted(client, statement, wishes)
    typer.echo(job.job_id)
    if not wishes.quiet:
        hint = f"Follow it with: headway progress -f {job.job_id}"
        wishes.console.print(hint, style="dim", markup=False, soft_wrap=True)


def _submitted(client: "HeadwayClient", statement: str, wishes: Wishes) -> "JobSeen":
    return client.submit(
        statement,
        queue_name=wishes.queue,
        current_db=wishes.surroundings.current_db,
        conf=wishes.surroundings.conf,
        tags=wishes.tags,
    )


def show_rows(client: "HeadwayClient", job: "JobSeen", wishes: Wishes) -> None:
    """Write the rows of a job that has any, as wished."""
    from headway.cli.output import say_written, write_rows

    if job.result is None or not job.result.has_columns:
        return
    try:
        written = write_rows(client, job.job_id, wishes.format, wishes.output, rows=wishes.rows)
    except OSError as error:
        raise stop(f"the rows cannot be written: {error}", FAILED) from error
    sys.stdout.flush()
    if not wishes.quiet:
        say_written(wishes.console, written, wishes.format, wishes.output)


def run_one(client: "HeadwayClient", statement: str, wishes: Wishes) -> Ran:
    """Run one statement to its end, showing progress. Ctrl-C cancels it and raises ``typer.Exit``."""
    from headway.cli.display import Display
    from headway.client.follow import follow
    from headway.client.interrupt import interrupt_held
    from headway.jobs.job import first_line

    job: JobSeen | None = None
    try:
        with Display(wishes.console, first_line(statement), quiet=wishes.quiet) as display:
            with interrupt_held():
                job = _submitted(client, statement, wishes)
            ended = follow(client, job.job_id, None if wishes.quiet else display)
            return Ran(ended, display.totals)
    except KeyboardInterrupt:
        if job is not None:
            _cancel(client, job.job_id, wishes.console)
        raise typer.Exit(INTERRUPTED) from None


def _cancel(client: "HeadwayClient", job_id: str, console: "Console") -> None:
    from headway.cli.outcome import say_outcome
    from headway.client.errors import ClientError
    from headway.client.follow import CANCEL_SECONDS, cancel_and_wait

    console.print(f"Cancelling job {job_id} … (Ctrl-C again: do not wait)", markup=False, soft_wrap=True)
    try:
        job = cancel_and_wait(client, job_id)
    except ClientError as error:
        complain(f"the job may still run: {error}\nCancel it with: headway cancel {job_id}")
    except KeyboardInterrupt:
        complain(f"the cancellation was asked for and is not confirmed yet; see: headway show {job_id}")
    else:
        if job.is_terminal:
            say_outcome(console, job)
        else:
            complain(f"Spark has not confirmed in {CANCEL_SECONDS:.0f} s; see: headway show {job_id}")


def _read(sql: str) -> str:
    if sql == "-":
        return sys.stdin.read()
    path = Path(sql) if "\n" not in sql and len(sql) < 4096 else None
    try:
        if path is not None and path.is_file():
            return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{sql} cannot be read: {error}", param_hint="SQL") from error
    if path is not None and path.suffix.lower() == ".sql" and " " not in sql:
        raise typer.BadParameter(f"there is no file {sql}", param_hint="SQL")
    return sql
