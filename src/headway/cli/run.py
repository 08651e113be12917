"""``headway run``: statements in, progress while they run, rows out."""

import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from headway.cli.exits import FAILED, INTERRUPTED, UNREACHABLE, complain, spoken, stop
from headway.cli.place import place_of

if TYPE_CHECKING:
    from rich.console import Console

    from headway.cli.output import Format
    from headway.cli.script import Surroundings
    from headway.client.http import HeadwayClient
    from headway.client.seen import JobSeen

CANCEL_SECONDS = 30.0  # how long a cancelled job is waited for


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


def run(
    context: typer.Context,
    sql: Annotated[str, typer.Argument(help="SQL text, the name of a file, or - for stdin.")],
    db: Annotated[str | None, typer.Option(help="Database that names without one are looked up in.")] = None,
    queue: Annotated[str | None, typer.Option(help="Queue to send the job to.")] = None,
    conf: Annotated[list[str] | None, typer.Option(help="Spark setting, key=value; may be repeated.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="Label, key=value; may be repeated.")] = None,
    format_name: Annotated[
        str | None, typer.Option("--format", help="table, csv, json, parquet or arrow.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File for the rows of the last statement.")
    ] = None,
    rows: Annotated[int, typer.Option(min=1, max=10_000, help="Rows of a table that are shown.")] = 20,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Rows and failures only.")] = False,
) -> None:
    """Run SQL statements one after the other, showing their progress; stop at the first that fails.

    Starts the service in the background when none answers. Ctrl-C cancels the running job.
    """
    from headway.cli.background import NotStarted, service_client
    from headway.cli.script import Surroundings
    from headway.cli.tables import talk_console
    from headway.jobs.splitter import split_statements

    console = talk_console()
    wishes = Wishes(
        surroundings=Surroundings(db, pairs("--conf", conf)),
        queue=queue,
        tags=pairs("--tag", tag),
        format=format_option(format_name, output),
        output=output,
        rows=rows,
        quiet=quiet,
        console=console,
    )
    statements = [each.text for each in split_statements(_read(sql))]
    if not statements:
        raise typer.BadParameter("there is no statement in it", param_hint="SQL")
    with spoken():
        try:
            client = service_client(place_of(context), lambda text: console.print(text, markup=False))
        except NotStarted as error:
            raise stop(str(error), UNREACHABLE) from error
        with client:
            run_all(client, statements, wishes)


def run_all(client: "HeadwayClient", statements: Sequence[str], wishes: Wishes) -> None:
    """Run statements in order; raises ``typer.Exit`` when one does not finish."""
    from headway.cli.outcome import say_outcome
    from headway.cli.script import after, is_temporary

    for at, statement in enumerate(statements, 1):
        is_last = at == len(statements)
        job = run_one(client, statement, wishes)
        if is_last or wishes.output is None:
            show_rows(client, job, wishes)
        say_outcome(wishes.console, job, quiet=wishes.quiet)
        if job.state != "FINISHED":
            raise typer.Exit(FAILED)
        if not is_last and is_temporary(statement) and not wishes.quiet:
            wishes.console.print("Note: what this made ends with its job; the next statement will not see it")
        wishes = replace(wishes, surroundings=after(statement, wishes.surroundings))


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


def run_one(client: "HeadwayClient", statement: str, wishes: Wishes) -> "JobSeen":
    """Run one statement to its end, showing progress. Ctrl-C cancels it and raises ``typer.Exit``."""
    from headway.cli.follow import Display, follow
    from headway.jobs.job import first_line

    job: JobSeen | None = None
    try:
        with Display(wishes.console, first_line(statement), quiet=wishes.quiet) as display:
            with _interrupt_held():
                job = client.submit(
                    statement,
                    queue_name=wishes.queue,
                    current_db=wishes.surroundings.current_db,
                    conf=wishes.surroundings.conf,
                    tags=wishes.tags,
                )
            return follow(client, job.job_id, display)
    except KeyboardInterrupt:
        if job is not None:
            _cancel(client, job.job_id, wishes.console)
        raise typer.Exit(INTERRUPTED) from None


@contextmanager
def _interrupt_held() -> Iterator[None]:
    """Keep Ctrl-C back for a moment: a job that was just accepted must be known to be cancelled."""
    came: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if came:
        raise KeyboardInterrupt


def _cancel(client: "HeadwayClient", job_id: str, console: "Console") -> None:
    from headway.cli.outcome import say_outcome
    from headway.client.errors import ClientError, Refused

    console.print(f"Cancelling job {job_id} …", markup=False, soft_wrap=True)
    try:
        try:
            job = client.cancel(job_id)
        except Refused:
            job = client.job(job_id)  # it ended in this very moment
        deadline = time.monotonic() + CANCEL_SECONDS
        while not job.is_terminal and time.monotonic() < deadline:
            job = client.job(job_id, wait=1.0)
    except ClientError as error:
        complain(f"the job may still run: {error}")
    except KeyboardInterrupt:
        complain(f"the cancellation was asked for and not confirmed yet; see: headway show {job_id}")
    else:
        if job.is_terminal:
            say_outcome(console, job)
        else:
            complain(f"Spark has not confirmed in {CANCEL_SECONDS:.0f} s; see: headway show {job_id}")


def format_option(given: str | None, output: Path | None) -> "Format":
    """Read ``--format`` and ``-o`` together; a wrong one is a usage error."""
    from headway.cli.output import Format, NoFormat, chosen_format

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
