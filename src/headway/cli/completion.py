"""``headway completion``: what makes a shell complete commands, options, job ids and queues."""

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from headway.cli.place import named_place
from headway.jobs.lifecycle import JobStatus

if TYPE_CHECKING:
    from headway.client.http import HeadwayClient

PROGRAM = "headway"
VARIABLE = "_HEADWAY_COMPLETE"  # by it the script asks for the words that fit
JOBS_OFFERED = 50
PATIENCE_SECONDS = 2.0  # a key was pressed: better no offer than a late one

Offers = list[tuple[str, str]]  # words with what they mean


class Shell(StrEnum):
    """The shells that are known."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"
    POWERSHELL = "powershell"


def completion(
    shell: Annotated[Shell, typer.Argument(help="The shell to complete in.", case_sensitive=False)],
) -> None:
    """Print the script that makes a shell complete commands, options, job ids and queues.

    The ids are those of the newest jobs, asked of the service when the key is pressed; without a service
    there are none.

    Examples:
        headway completion bash > ~/.local/share/bash-completion/completions/headway
        headway completion zsh > ~/.zfunc/_headway      # with fpath+=~/.zfunc
        headway completion fish > ~/.config/fish/completions/headway.fish
        eval "$(headway completion bash)"               # for this shell alone
    """
    from typer.completion import get_completion_script  # type: ignore[attr-defined]

    typer.echo(get_completion_script(prog_name=PROGRAM, complete_var=VARIABLE, shell=shell))


def job_ids(context: typer.Context, incomplete: str) -> Offers:
    """Offer the newest jobs; none when the service does not tell."""
    return _jobs(context, incomplete, ())


def active_job_ids(context: typer.Context, incomplete: str) -> Offers:
    """Offer the jobs that have not ended."""
    return _jobs(context, incomplete, (JobStatus.LAUNCHING, JobStatus.RUNNING))


def queue_names(context: typer.Context, incomplete: str) -> Offers:
    """Offer the project's queues."""
    from headway.client.credentials import NoCredentials
    from headway.client.errors import ClientError

    try:
        with _client(context) as client:
            queues = client.queues()
    except (ClientError, NoCredentials):
        return []  # a shell has no place for a complaint
    return [
        (queue.name, f"{queue.running} running, {queue.waiting} waiting")
        for queue in queues
        if queue.name.startswith(incomplete)
    ]


def statuses(incomplete: str) -> list[str]:
    """Offer the statuses of jobs."""
    return [status for status in JobStatus if status.startswith(incomplete.upper())]


def _jobs(context: typer.Context, incomplete: str, wanted: Sequence[str]) -> Offers:
    from headway.client.credentials import NoCredentials
    from headway.client.errors import ClientError
    from headway.client.figures import visible
    from headway.jobs.job import first_line

    try:
        with _client(context) as client:
            page = client.jobs(statuses=wanted, limit=JOBS_OFFERED)
    except (ClientError, NoCredentials):
        return []  # a shell has no place for a complaint
    return [
        (job.job_id, visible(f"{job.state} {first_line(job.statement)[:50]}"))
        for job in page.jobs
        if job.job_id.startswith(incomplete)
    ]


def _client(context: typer.Context) -> "HeadwayClient":
    """Give a client for what was typed so far: while a line is completed no command is run."""
    from headway.client.http import HeadwayClient

    known = named_place(context.find_root().params).credentials()
    return HeadwayClient(known.endpoint, known.project_id, known.token, patience_seconds=PATIENCE_SECONDS)
