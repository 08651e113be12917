"""``headway jobs`` and ``headway show``: what became of jobs."""

from typing import Annotated

import typer

from headway.cli import completion
from headway.cli.exits import spoken
from headway.cli.json_out import print_json
from headway.cli.moments import moment_text
from headway.cli.options import AsJson, JobId
from headway.cli.place import place_of


def jobs(
    context: typer.Context,
    status: Annotated[
        list[str] | None,
        typer.Option(
            help="LAUNCHING, RUNNING, FINISHED, FAILED or CANCELLED; may be repeated.",
            autocompletion=completion.statuses,
        ),
    ] = None,
    queue: Annotated[
        str | None, typer.Option(help="Of this queue.", autocompletion=completion.queue_names)
    ] = None,
    owner: Annotated[str | None, typer.Option(help="Of this user.")] = None,
    search: Annotated[str | None, typer.Option(help="Part of the statement.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=500, help="How many.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List the project's jobs, the newest first.

    Jobs stay listed after they have ended, for as long as the service's retention keeps them. To watch
    them live: headway top.

    Examples:
        headway jobs
        headway jobs --status FAILED --status CANCELLED -n 100
        headway jobs --queue nightly --search lineitem
        headway jobs --status RUNNING --json | jq -r '.[].job_id'
    """
    from headway.cli.tables import data_console, plain_table, print_table
    from headway.client.figures import shortened, time_text
    from headway.jobs.job import first_line

    statuses = [each.upper() for each in status or ()]
    with spoken(), place_of(context).client() as client:
        page = client.jobs(statuses=statuses, queue=queue, owner=owner, search=search, limit=limit)
    if as_json:
        print_json(page.jobs)
        return
    rows = [
        (
            job.job_id,
            job.state,
            job.job_type,
            moment_text(job.submitted_at),
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
    """Show what a job is: its statement, how it was submitted, when it ran, what came of it, why it failed.

    How far it is, and what work it did: headway progress. When what of it ran: headway timeline.

    Examples:
        headway show JOB
        headway show JOB --json | jq .error
    """
    from headway.cli.outcome import reason_lines
    from headway.cli.tables import data_console, named_values, print_table
    from headway.client.figures import rows_text, time_text
    from headway.jobs.amounts import size_text

    with spoken(), place_of(context).client() as client:
        job = client.job(job_id)
    if as_json:
        print_json(job)
        return
    error, result = job.error, job.result
    values = [
        ("job", job.job_id),
        ("state", job.state + (f" ({job.reason})" if job.reason else "")),
        ("type", job.job_type),
        ("queue", job.queue_name),
        ("owner", job.owner),
        ("database", job.current_db),
        ("conf", "\n".join(f"{key}={value}" for key, value in job.conf.items())),
        ("tags", "\n".join(f"{key}={value}" for key, value in job.tags.items())),
        ("submitted", moment_text(job.submitted_at)),
        ("started", moment_text(job.started_at)),
        ("ended", moment_text(job.ended_at)),
        ("took", time_text(job.duration_ms / 1000)),
        ("attempt", str(job.attempt) if job.attempt > 1 else ""),
        ("result", f"{rows_text(result.row_count)}, {size_text(result.byte_count)}" if result else ""),
        ("error", " ".join(each for each in (error.error_class, error.sql_state) if each) if error else ""),
    ]
    console = data_console()
    print_table(console, named_values(values))
    console.print()
    console.print(job.statement.strip(), markup=False, soft_wrap=True)
    if job.state in ("FAILED", "CANCELLED"):
        console.print()
        for line in reason_lines(job):
            console.print(line, markup=False, soft_wrap=True)
