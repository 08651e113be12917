"""``headway cancel``: a job is stopped, and is known to have stopped."""

import typer

from headway.cli.exits import FAILED, INTERRUPTED, spoken, stop
from headway.cli.json_out import print_json
from headway.cli.options import ActiveJobId, AsJson
from headway.cli.place import place_of


def cancel(context: typer.Context, job_id: ActiveJobId, as_json: AsJson = False) -> None:
    """Cancel a job and wait until Spark has confirmed that it runs no task of it any more.

    Exit code 1 when the job ended in another way, or when nothing is confirmed after 30 s. With --json
    the job is printed as it is then.

    Examples:
        headway cancel JOB
        headway jobs --queue nightly --status RUNNING --json |
            jq -r '.[].job_id' | xargs -n1 headway cancel
    """
    from headway.cli.outcome import say_outcome
    from headway.cli.tables import talk_console
    from headway.client.follow import CANCEL_SECONDS, wait_for_end

    with spoken(), place_of(context).client() as client:
        job = client.cancel(job_id)
        try:
            job = wait_for_end(client, job)
        except KeyboardInterrupt:
            text = f"the cancellation was asked for and is not confirmed yet; see: headway show {job_id}"
            raise stop(text, INTERRUPTED) from None
    if as_json:
        print_json(job)
    if not job.is_terminal:
        raise stop(f"Spark has not confirmed in {CANCEL_SECONDS:.0f} s; see: headway show {job_id}", FAILED)
    if not as_json:
        say_outcome(talk_console(), job)
    if job.state != "CANCELLED":
        raise typer.Exit(FAILED)
