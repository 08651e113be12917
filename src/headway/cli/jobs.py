"""``headway jobs``, ``show``, ``progress``, ``cancel`` and ``result``: what became of jobs."""

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from headway.cli.exits import FAILED, spoken, stop
from headway.cli.place import place_of
from headway.cli.run import format_option

if TYPE_CHECKING:
    from headway.client.seen import JobSeen

CANCEL_SECONDS = 30.0

JobId = Annotated[str, typer.Argument(metavar="JOB", help="The job's id.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def jobs(
    context: typer.Context,
    status: Annotated[
        str | None, typer.Option(help="LAUNCHING, RUNNING, FINISHED, FAILED or CANCELLED.")
    ] = None,
    search: Annotated[str | None, typer.Option(help="Part of the statement.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=500, help="How many.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List the project's jobs, the newest first."""
    from headway.cli.figures import shortened, time_text
    from headway.cli.tables import data_console, plain_table, print_table
    from headway.jobs.job import first_line

    with spoken(), place_of(context).client() as client:
        page = client.jobs(status=status, search=search, limit=limit)
    if as_json:
        _print_json([_json_of(job) for job in page.jobs])
        return
    rows = [
        (
            job.job_id,
            job.state,
            job.job_type,
            _moment(job.submitted_at),
            time_text(job.duration_ms / 1000),
            f"{job.result.row_count:,}" if job.result and job.result.has_columns else "",
            shortened(first_line(job.statement), 60),
        )
        for job in page.jobs
    ]
    console = data_console()
    headings = ("JOB", "STATE", "TYPE", "SUBMITTED", "TOOK", "ROWS", "STATEMENT")
    print_table(console, plain_table(headings, rows, right=(4, 5)))
    if page.total > len(rows):
        console.print(f"{len(rows):,} of {page.total:,} jobs", style="dim")


def show(context: typer.Context, job_id: JobId, as_json: AsJson = False) -> None:
    """Show everything that is known of a job."""
    from headway.cli.figures import rows_text, time_text
    from headway.cli.outcome import reason_lines
    from headway.cli.tables import data_console, named_values, print_table
    from headway.jobs.amounts import size_text

    with spoken(), place_of(context).client() as client:
        job = client.job(job_id)
    if as_json:
        _print_json(_json_of(job))
        return
    error, result = job.error, job.result
    pairs = [
        ("job", job.job_id),
        ("state", job.state + (f" ({job.reason})" if job.reason else "")),
        ("type", job.job_type),
        ("queue", job.queue_name),
        ("owner", job.owner),
        ("database", job.current_db),
        ("conf", "\n".join(f"{key}={value}" for key, value in job.conf.items())),
        ("tags", "\n".join(f"{key}={value}" for key, value in job.tags.items())),
        ("submitted", _moment(job.submitted_at)),
        ("started", _moment(job.started_at)),
        ("ended", _moment(job.ended_at)),
        ("took", time_text(job.duration_ms / 1000)),
        ("attempt", str(job.attempt) if job.attempt > 1 else ""),
        ("result", f"{rows_text(result.row_count)}, {size_text(result.byte_count)}" if result else ""),
        ("error", " ".join(each for each in (error.error_class, error.sql_state) if each) if error else ""),
    ]
    console = data_console()
    print_table(console, named_values(pairs))
    console.print()
    console.print(job.statement.strip(), markup=False, soft_wrap=True)
    if job.state in ("FAILED", "CANCELLED"):
        console.print()
        for line in reason_lines(job):
            console.print(line, markup=False, soft_wrap=True)


def progress(
    context: typer.Context,
    job_id: JobId,
    follow_it: Annotated[bool, typer.Option("--follow", "-f", help="Go on until the job ends.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show how far a job is, or what it came to. JSON is the service's own answer.

    With --follow, exit 1 when it does not finish; Ctrl-C leaves it running.
    """
    from headway.cli.follow import Display, follow
    from headway.cli.live import live_view
    from headway.cli.outcome import say_outcome
    from headway.cli.tables import data_console, print_table, talk_console
    from headway.cli.work import work_view
    from headway.jobs.job import first_line

    with spoken(), place_of(context).client() as client:
        job = client.job(job_id)
        title = first_line(job.statement)
        if follow_it:
            console = talk_console()
            with Display(console, title, since=job.duration_ms / 1000) as display:
                job = follow(client, job_id, display)
            say_outcome(console, job)
            if job.state != "FINISHED":
                raise typer.Exit(FAILED)
            return
        seen = client.progress(job_id)
        if seen.is_terminal and not job.is_terminal:
            job = client.job(job_id)  # it ended in between
    console = data_console()
    if as_json:
        _print_json(seen.body)
    elif seen.is_terminal:
        say_outcome(console, job)
        print_table(console, work_view(seen))
    else:
        left = seen.estimate.remaining
        print_table(console, live_view(seen, job.duration_ms / 1000, title, left))


def cancel(context: typer.Context, job_id: JobId) -> None:
    """Cancel a job and wait until Spark has confirmed it."""
    from headway.cli.outcome import say_outcome
    from headway.cli.tables import talk_console

    with spoken(), place_of(context).client() as client:
        job = client.cancel(job_id)
        deadline = time.monotonic() + CANCEL_SECONDS
        while not job.is_terminal and time.monotonic() < deadline:
            job = client.job(job_id, wait=1.0)
    if not job.is_terminal:
        raise stop(f"Spark has not confirmed in {CANCEL_SECONDS:.0f} s; see: headway show {job_id}", FAILED)
    say_outcome(talk_console(), job)
    if job.state != "CANCELLED":
        raise typer.Exit(FAILED)


def result(
    context: typer.Context,
    job_id: JobId,
    format_name: Annotated[
        str | None, typer.Option("--format", help="table, csv, json, parquet or arrow.")
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File for the rows.")] = None,
    rows: Annotated[int, typer.Option(min=1, max=10_000, help="Rows of a table that are shown.")] = 20,
    offset: Annotated[int, typer.Option(min=0, help="Rows to pass over.")] = 0,
) -> None:
    """Print the rows of a finished job, or write all of them to a file."""
    from headway.cli.output import say_written, write_rows
    from headway.cli.tables import talk_console

    chosen = format_option(format_name, output)
    with spoken(), place_of(context).client() as client:
        try:
            written = write_rows(client, job_id, chosen, output, rows=rows, offset=offset)
        except OSError as error:
            raise stop(f"the rows cannot be written: {error}", FAILED) from error
    say_written(talk_console(), written, chosen, output)


def _moment(epoch_ms: int | None) -> str:
    from datetime import UTC, datetime

    if epoch_ms is None:
        return ""
    return datetime.fromtimestamp(epoch_ms / 1000, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _json_of(seen: object) -> object:
    from dataclasses import asdict
    from typing import cast

    return asdict(cast("JobSeen", seen))


def _print_json(content: object) -> None:
    typer.echo(json.dumps(content, indent=2, ensure_ascii=False))
