"""``headway progress``: how far a job is, once or until it ends."""

from typing import TYPE_CHECKING, Annotated

import typer

from headway.cli.exits import FAILED, INTERRUPTED, spoken, stop
from headway.cli.json_out import print_json, print_json_line
from headway.cli.options import AsJson, JobId
from headway.cli.place import place_of

if TYPE_CHECKING:
    from headway.client.http import HeadwayClient
    from headway.client.seen import JobSeen, ProgressSeen


def progress(
    context: typer.Context,
    job_id: JobId,
    follow_it: Annotated[bool, typer.Option("--follow", "-f", help="Go on until the job ends.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show how far a job is, or what it came to.

    The share that is done comes with its range, and the time that remains; what the job waits for and
    what slows it is said. JSON is the service's own answer; with --follow one line for each that is new.

    With --follow, exit code 1 when the job does not finish. Ctrl-C leaves it running.

    Examples:
        headway progress JOB
        headway progress -f JOB
        headway progress -f JOB --json | jq .estimate.fraction
    """
    with spoken(), place_of(context).client() as client:
        job = client.job(job_id)
        if not follow_it:
            _once(client, job, as_json=as_json)
            return
        try:
            ended = _followed(client, job, as_json=as_json)
        except KeyboardInterrupt:
            again = f"headway progress -f {job_id}\nCancel it with: headway cancel {job_id}"
            raise stop(f"the job goes on. Follow it again with: {again}", INTERRUPTED) from None
    if ended.state != "FINISHED":
        raise typer.Exit(FAILED)


def _once(client: "HeadwayClient", job: "JobSeen", *, as_json: bool) -> None:
    from headway.cli.live import live_view
    from headway.cli.outcome import say_outcome
    from headway.cli.tables import data_console, print_table
    from headway.cli.work import work_view
    from headway.jobs.job import first_line

    seen = client.progress(job.job_id)
    if as_json:
        print_json(seen.body)
        return
    console = data_console()
    if seen.is_terminal:
        # It may have ended in between.
        say_outcome(console, job if job.is_terminal else client.job(job.job_id))
        print_table(console, work_view(seen))
        return
    left = seen.estimate.remaining
    print_table(console, live_view(seen, job.duration_ms / 1000, first_line(job.statement), left))


def _followed(client: "HeadwayClient", job: "JobSeen", *, as_json: bool) -> "JobSeen":
    from headway.cli.display import Display
    from headway.cli.outcome import say_outcome
    from headway.cli.tables import talk_console
    from headway.client.follow import follow
    from headway.jobs.job import first_line

    if as_json:
        return follow(client, job.job_id, _Lines())
    console = talk_console()
    with Display(console, first_line(job.statement), since=job.duration_ms / 1000) as display:
        ended = follow(client, job.job_id, display)
    say_outcome(console, ended, display.totals)
    return ended


class _Lines:
    """Prints what is new as lines of JSON; what is said about it goes to stderr."""

    def __init__(self) -> None:
        self._etag: str | None = None

    def show(self, progress: "ProgressSeen") -> None:
        if progress.etag != self._etag:
            print_json_line(progress.body)
        self._etag = progress.etag

    def say(self, text: str) -> None:
        typer.echo(text, err=True)
