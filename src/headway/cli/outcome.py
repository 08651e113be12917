"""What is printed when a job has ended: one line of summary, or why it failed."""

from rich.console import Console
from rich.text import Text

from headway.cli.excerpt import failure_lines
from headway.cli.figures import rows_text, time_text, visible
from headway.client.seen import JobSeen
from headway.jobs.lifecycle import JobState, Reason

_STYLES = {JobState.FINISHED: "green", JobState.FAILED: "bold red", JobState.CANCELLED: "yellow"}


def say_outcome(console: Console, job: JobSeen, *, quiet: bool = False) -> None:
    """Print how a job ended. A failure is printed even when ``quiet``."""
    if job.state is JobState.FINISHED:
        if not quiet:
            _line(console, job, _finished_words(job))
        return
    reason = f": {job.reason}" if job.reason else ""
    _line(console, job, f"after {time_text(job.duration_ms / 1000)}{reason}")
    for line in reason_lines(job):
        console.print(Text(line), soft_wrap=True)


def reason_lines(job: JobSeen) -> list[str]:
    """Give why a job did not finish, with the place in the statement when Spark gave it."""
    error = job.error
    if job.reason == Reason.CANCELLED_BY_USER:
        return []
    if error is None:
        return [visible(line) for line in job.message.splitlines()]
    return failure_lines(job.statement, error.message, error.line, error.column, error.fragment)


def state_style(state: JobState) -> str:
    """Give the colour of a state."""
    return _STYLES.get(state, "cyan")


def _finished_words(job: JobSeen) -> str:
    took = time_text(job.duration_ms / 1000)
    has_rows = job.result is not None and job.result.has_columns
    return f"{rows_text(job.result.row_count)} in {took}" if job.result and has_rows else f"in {took}"


def _line(console: Console, job: JobSeen, words: str) -> None:
    console.print(
        Text.assemble((job.state, state_style(job.state)), f" {words} · job ", job.job_id), soft_wrap=True
    )
