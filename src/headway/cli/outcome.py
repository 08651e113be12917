"""What is printed when a job has ended: one line of summary, or why it failed."""

from rich.console import Console
from rich.text import Text

from headway.client.excerpt import failure_lines
from headway.client.figures import count_text, rows_text, time_text, visible
from headway.client.seen import JobSeen, TotalsSeen
from headway.jobs.amounts import size_text
from headway.jobs.lifecycle import JobState, Reason

_STYLES = {JobState.FINISHED: "green", JobState.FAILED: "bold red", JobState.CANCELLED: "yellow"}


def say_outcome(
    console: Console, job: JobSeen, totals: TotalsSeen | None = None, *, quiet: bool = False
) -> None:
    """Print how a job ended, with what it read if that is known. A failure is printed even when ``quiet``."""
    if job.state is JobState.FINISHED:
        if not quiet:
            _line(console, job, _finished_words(job) + (_read_words(job, totals) if totals else ""))
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


def _read_words(job: JobSeen, totals: TotalsSeen) -> str:
    """Say how much was read, and how fast: of what took a second or more."""
    if not totals.input_rows:
        return ""
    seconds = job.duration_ms / 1000
    pace = f", {count_text(round(totals.input_rows / seconds))} rows/s" if seconds >= 1 else ""
    return f" · {count_text(totals.input_rows)} rows ({size_text(totals.input_bytes)}) read{pace}"


def _line(console: Console, job: JobSeen, words: str) -> None:
    console.print(
        Text.assemble((job.state, state_style(job.state)), f" {words} · job ", job.job_id), soft_wrap=True
    )
