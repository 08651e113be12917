"""How jobs look in the table: columns for a width, and the cells of one job."""

from datetime import datetime

from rich.text import Text

from headway.cli.bars import range_bar
from headway.cli.outcome import state_style
from headway.client.figures import clock_text, percent_text, rows_text, shortened, time_text, visible
from headway.client.project_seen import Advance
from headway.client.remaining import left_text
from headway.client.seen import JobSeen
from headway.jobs.job import first_line
from headway.jobs.lifecycle import JobState

BAR = 12
DAY_SECONDS = 86_400.0
LEAST_STATEMENT = 20
SCROLLBAR = 2

# Heading, width, and from which width of the screen on.
_COLUMNS = (
    ("STATE", 10, 0),
    ("JOB", 8, 100),
    ("QUEUE", 10, 120),
    ("OWNER", 10, 150),
    ("TIME", 8, 0),
    ("PROGRESS", BAR + 5, 0),
    ("LEFT", 10, 0),
)
_RIGHT = frozenset({"TIME", "LEFT"})


def columns(width: int) -> dict[str, int]:
    """Give the columns that fit a screen, with their widths; the statement takes what is left."""
    fixed = {name: wide for name, wide, least in _COLUMNS if width >= least}
    taken = sum(fixed.values()) + len(fixed)
    return {**fixed, "STATEMENT": max(LEAST_STATEMENT, width - taken - SCROLLBAR - 1)}


def heading(name: str, width: int) -> Text:
    """Give a column's heading."""
    return Text(name.rjust(width) if name in _RIGHT else name)


def cells(
    job: JobSeen, advance: Advance | None, seconds_left: float | None, widths: dict[str, int], now: datetime
) -> list[Text]:
    """Give a job's cells, each of its column's width. ``now`` is the wall clock, with a time zone."""
    drawn = {
        "STATE": Text(job.state, style=state_style(job.state)),
        "JOB": Text(job.job_id[:8], style="dim"),
        "QUEUE": Text(visible(job.queue_name)),
        "OWNER": Text(visible(job.owner)),
        "TIME": Text((time_text if job.is_terminal else clock_text)(job.duration_ms / 1000)),
        "PROGRESS": _progress(job, advance),
        "LEFT": _left(job, seconds_left, now),
        "STATEMENT": Text(visible(first_line(job.statement))),
    }
    return [_fitted(drawn[name], width, right=name in _RIGHT) for name, width in widths.items()]


def _progress(job: JobSeen, advance: Advance | None) -> Text:
    """Say how far it is, or what it came to."""
    match job.state:
        case JobState.FINISHED:
            has_rows = job.result is not None and job.result.has_columns
            return Text(rows_text(job.result.row_count) if job.result and has_rows else "", style="dim")
        case JobState.FAILED:
            error_class = job.error.error_class if job.error else None
            return Text(visible(error_class or job.reason or ""), style="red")
        case JobState.CANCELLED:
            return Text(visible(job.reason or ""), style="dim")
        case JobState.QUEUED:
            return Text("waits", style="dim")
    if advance is None:
        return Text("starting" if job.state is JobState.LAUNCHING else "", style="dim")
    share = percent_text(advance.fraction).rjust(5)
    return range_bar(advance.low, advance.fraction, advance.high, BAR).append(share)


def _left(job: JobSeen, seconds_left: float | None, now: datetime) -> Text:
    """Say how long the rest takes, or when it ended."""
    if job.ended_at is not None:
        ended = datetime.fromtimestamp(job.ended_at / 1000, now.tzinfo)
        is_today = (now - ended).total_seconds() < DAY_SECONDS
        return Text(ended.strftime("%H:%M:%S" if is_today else "%Y-%m-%d"), style="dim")
    return Text("" if seconds_left is None or job.state is not JobState.RUNNING else left_text(seconds_left))


def _fitted(text: Text, width: int, *, right: bool) -> Text:
    if len(text) > width:
        style = text.style
        text = Text(shortened(text.plain, width), style=style)
    if right:
        text.pad_left(width - len(text))
    return text
