"""A job as a page: facts, progress or what it came to, what was noticed, the statement."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.syntax import Syntax
from rich.text import Text

from headway.cli.findings import finding_text
from headway.cli.live import WHOLE_SCREEN, live_view
from headway.cli.moments import moment_text
from headway.cli.outcome import reason_lines, state_style
from headway.cli.work import work_table, work_view
from headway.client.figures import clock_text, rows_text, time_text, visible
from headway.client.seen import JobSeen, ProgressSeen
from headway.jobs.estimate import Remaining
from headway.jobs.job import first_line
from headway.jobs.lifecycle import JobState


def job_view(
    job: JobSeen, progress: ProgressSeen | None, seconds: float, left: Remaining | None
) -> RenderableType:
    """Draw a job that began ``seconds`` ago, or took so long, with ``left`` to go."""
    middle = _work(job, progress) if job.is_terminal else _advance(job, progress, seconds, left)
    return Group(_title(job, seconds), _facts(job), Text(), *middle, Text())


def statement_view(statement: str) -> RenderableType:
    """Draw a statement, highlighted in the terminal's own colours."""
    lines = "\n".join(visible(line) for line in statement.strip().expandtabs(4).splitlines())
    highlighted = Syntax(lines, "sql", theme="ansi_dark", word_wrap=True, background_color="default")
    return Group(Text("statement", style="dim"), highlighted)


def _work(job: JobSeen, progress: ProgressSeen | None) -> Iterator[RenderableType]:
    """Say how it ended and what it came to."""
    why = [] if job.state is JobState.FINISHED else reason_lines(job)
    yield from (Text(line) for line in [*why, *([""] if why else [])])
    if progress is not None:
        yield work_view(progress)


def _advance(
    job: JobSeen, progress: ProgressSeen | None, seconds: float, left: Remaining | None
) -> Iterator[RenderableType]:
    """Say how far it is, what was noticed, and what is done already."""
    yield live_view(progress, seconds, first_line(job.statement), left, WHOLE_SCREEN)
    if progress is None:
        return
    yield from (finding_text(each) for each in progress.findings if not each.is_warning)
    done = [each for each in progress.subjobs if not each.subjob.is_running]
    if done:
        yield Text()
        yield work_table(done)


def _title(job: JobSeen, seconds: float) -> Text:
    reason = f" ({visible(job.reason)})" if job.reason and job.state is not JobState.FINISHED else ""
    took = f"  took {time_text(seconds)}" if job.is_terminal else f"  {clock_text(seconds)}"
    return Text.assemble(
        (job.state, state_style(job.state)), reason, took, "  job ", (visible(job.job_id), "bold")
    )


def _facts(job: JobSeen) -> Text:
    named = (
        ("queue", job.queue_name),
        ("owner", job.owner),
        ("database", job.current_db),
        ("submitted", moment_text(job.submitted_at)),
        ("ended", moment_text(job.ended_at)),
        ("attempt", str(job.attempt) if job.attempt > 1 else ""),
        ("result", rows_text(job.result.row_count) if job.result and job.result.has_columns else ""),
        ("conf", " ".join(f"{key}={value}" for key, value in job.conf.items())),
        ("tags", " ".join(f"{key}={value}" for key, value in job.tags.items())),
    )
    pairs = [Text.assemble((f"{name} ", "dim"), visible(value)) for name, value in named if value]
    return Text("  ").join(pairs)
