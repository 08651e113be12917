"""What a job that has ended came to: its figures, its subjobs with their stages, what slowed it."""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from headway.cli.findings import finding_text
from headway.cli.tables import named_values, plain_table
from headway.client.figures import percent_text, rows_text, time_text
from headway.client.seen import ProgressSeen, SubjobSeen
from headway.jobs.amounts import size_text
from headway.jobs.lifecycle import JobState
from headway.jobs.subjob import Stage

HEADINGS = (
    "WORK",
    "STATUS",
    "TOOK",
    "TASKS",
    "FAILED",
    "READ",
    "FETCHED",
    "SHUFFLED",
    "WRITTEN",
    "SPILLED",
    "TASK TIME",
)
ALWAYS = 4  # so many columns are there even when nothing is in them

Cells = tuple[str, ...]


def work_view(progress: ProgressSeen) -> RenderableType:
    """Draw what is kept of a job's work; columns in which nothing stands are left out."""
    lines: list[RenderableType] = [named_values(_totals(progress))]
    if progress.subjobs:
        lines += [Text(), work_table(progress.subjobs)]
    if progress.findings:
        lines += [Text(), *(finding_text(each) for each in progress.findings)]
    return Group(*lines)


def work_table(subjobs: Sequence[SubjobSeen]) -> RenderableType:
    """Draw a line for each subjob and each of its stages."""
    rows = [row for seen in subjobs for row in _rows(seen)]
    shown = [at for at in range(len(HEADINGS)) if at < ALWAYS or any(row[at] for row in rows)]
    return plain_table(
        [HEADINGS[at] for at in shown],
        [[row[at] for at in shown] for row in rows],
        right=range(2, len(shown)),
    )


def _totals(progress: ProgressSeen) -> Iterator[tuple[str, str]]:
    totals = progress.totals
    if progress.state is not JobState.FINISHED:
        yield "progress", percent_text(progress.estimate.fraction)
    yield "attempt", str(progress.attempt) if progress.attempt > 1 else ""
    if totals.tasks:
        failed = f", {totals.failed_tasks:,} failed" if totals.failed_tasks else ""
        yield "tasks", f"{totals.completed_tasks:,} of {totals.tasks:,}{failed}"
    yield "read", _amount(totals.input_bytes, totals.input_rows)
    yield "shuffled", _size(totals.shuffle_bytes)
    yield "spilled", _size(totals.spilled_bytes)
    yield "written", _amount(totals.output_bytes, totals.output_rows)
    cores = f" on {totals.cores:,} cores" if totals.cores > 1 else ""
    yield "task time", f"{time_text(totals.run_time_ms / 1000)}{cores}" if totals.run_time_ms else ""


def _rows(seen: SubjobSeen) -> Iterator[Cells]:
    subjob = seen.subjob
    tasks = max(0, (subjob.num_tasks or 0) - (subjob.num_skipped_tasks or 0))
    took = _took(subjob.submission_time, subjob.completion_time)
    counts = f"{subjob.num_completed_tasks or 0:,}/{tasks:,}"
    blank = ("",) * (len(HEADINGS) - 5)
    yield (
        f"subjob {subjob.id}",
        subjob.status or "",
        took,
        counts,
        _count(subjob.num_failed_tasks or 0),
        *blank,
    )
    for stage in seen.stages:
        yield _stage_row(stage)


def _stage_row(stage: Stage) -> Cells:
    attempt = f" attempt {stage.attempt_id + 1}" if stage.attempt_id else ""
    return (
        f"  stage {stage.stage_id}{attempt}",
        stage.status,
        _took(stage.submission_time, stage.completion_time),
        "" if stage.status == "SKIPPED" else f"{stage.num_complete_tasks:,}/{stage.num_tasks:,}",
        _count(stage.num_failed_tasks),
        _size(stage.input_bytes),
        _size(stage.shuffle_read_bytes),
        _size(stage.shuffle_write_bytes),
        _size(stage.output_bytes),
        _size(stage.spilled_bytes),
        time_text(stage.run_time_ms / 1000) if stage.run_time_ms else "",
    )


def _took(begun: int | None, ended: int | None) -> str:
    return "" if begun is None or ended is None else time_text(max(0, ended - begun) / 1000)


def _amount(byte_count: int, row_count: int) -> str:
    return ", ".join(each for each in (_size(byte_count), rows_text(row_count) if row_count else "") if each)


def _size(byte_count: int) -> str:
    return size_text(byte_count) if byte_count else ""


def _count(number: int) -> str:
    return f"{number:,}" if number else ""
