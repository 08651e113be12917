"""Progress as a picture that is drawn over: the job's bar, what slows it, its running subjobs, their stages.

What stays is above what comes and goes, and columns keep their widths: lines do not jump.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from headway.cli.bars import BAR_WIDTH, bar, range_bar
from headway.cli.findings import finding_text, warnings_of
from headway.client.figures import count_text, percent_text, shortened, time_text, visible
from headway.client.remaining import remaining_text
from headway.client.seen import ProgressSeen, SubjobSeen
from headway.jobs.amounts import size_text
from headway.jobs.estimate import Remaining
from headway.jobs.subjob import Stage

NAME_WIDTH, COUNT_WIDTH = 12, 7

Row = tuple[RenderableType, ...]


@dataclass(frozen=True, slots=True)
class Room:
    """How many lines of a kind a picture may have; stages count for each subjob."""

    subjobs: int
    stages: int
    warnings: int


SMALL = Room(subjobs=3, stages=3, warnings=3)  # fits 80 columns and 24 lines
WHOLE_SCREEN = Room(subjobs=20, stages=20, warnings=20)  # one may scroll


def live_view(
    progress: ProgressSeen | None,
    seconds: float,
    title: str,
    left: Remaining | None = None,
    room: Room = SMALL,
) -> RenderableType:
    """Draw a job as last seen, ``seconds`` after its start, with ``left`` to go."""
    heading = Text(shortened(visible(title), 100), style="dim", no_wrap=True, overflow="ellipsis")
    if progress is None:
        return Group(heading, _grid([(Text("submitting", style="bold"), bar(0), "", time_text(seconds))]))
    lines = [
        heading,
        _grid([_job_row(progress, left)]),
        _line(_state_of_things(progress, seconds), NAME_WIDTH + 1),
        *(_line(finding_text(each)) for each in warnings_of(progress)[: room.warnings]),
    ]
    if progress.subjobs:
        lines.append(_grid(_subjobs(progress, room)))
    return Group(*lines)


def _grid(rows: "list[Row] | Iterator[Row]") -> Table:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True, min_width=NAME_WIDTH)
    grid.add_column(no_wrap=True, min_width=BAR_WIDTH)
    grid.add_column(no_wrap=True, min_width=COUNT_WIDTH, justify="right")
    grid.add_column(no_wrap=True, overflow="ellipsis")
    for row in rows:
        grid.add_row(*row)
    return grid


def _line(text: Text, indent: int = 0) -> RenderableType:
    text.no_wrap, text.overflow = True, "ellipsis"
    return Padding(text, (0, 0, 0, indent))


def _job_row(progress: ProgressSeen, left: Remaining | None) -> Row:
    estimate = progress.estimate
    phase = "cancelling" if progress.state == "CANCELLING" else progress.phase
    has_begun = progress.subjobs or estimate.fraction > 0
    return (
        Text(phase, style="bold cyan"),
        range_bar(estimate.low, estimate.fraction, estimate.high) if has_begun else bar(0),
        percent_text(estimate.fraction) if has_begun else "",
        remaining_text(left) if left else "",
    )


def _state_of_things(progress: ProgressSeen, seconds: float) -> Text:
    """Say how long it has taken, and why it waits or what it did."""
    if progress.waiting:
        return Text.assemble((f"{time_text(seconds)} · ", ""), (visible(progress.waiting.text), "yellow"))
    totals = progress.totals
    parts = [time_text(seconds)]
    if totals.input_bytes:
        parts.append(f"{size_text(totals.input_bytes)} read")
    if totals.input_rows:
        parts.append(f"{count_text(totals.input_rows)} rows")
    if totals.shuffle_bytes:
        parts.append(f"{size_text(totals.shuffle_bytes)} shuffled")
    if totals.spilled_bytes:
        parts.append(f"{size_text(totals.spilled_bytes)} spilled")
    return Text(" · ".join(parts))


def _subjobs(progress: ProgressSeen, room: Room) -> Iterator[Row]:
    running = [each for each in progress.subjobs if each.subjob.is_running]
    # Between two subjobs none runs for a moment: the last one stays, so that the picture does.
    shown = running[: room.subjobs] or progress.subjobs[-1:]
    for seen in shown:
        yield from _subjob_rows(seen, room.stages)
    more, done = len(running) - room.subjobs, len(progress.subjobs) - len(running)
    words = [f"{more:,} more subjobs"] if more > 0 else []
    words += [f"{done:,} done"] if done else []
    if words:
        yield "", Text(f"… {', '.join(words)}", style="dim"), "", ""


def _subjob_rows(seen: SubjobSeen, stages_shown: int) -> Iterator[Row]:
    subjob = seen.subjob
    total = max(0, (subjob.num_tasks or 0) - (subjob.num_skipped_tasks or 0))
    done, active = subjob.num_completed_tasks or 0, subjob.num_active_tasks or 0
    yield (
        Text(f" subjob {subjob.id}"),
        _task_bar(done, active, total),
        f"{done:,}/{total:,}",
        _task_words(active, subjob.num_failed_tasks or 0),
    )
    # What works now comes first, then what waits; what is complete says nothing new.
    stages = sorted(
        (each for each in seen.stages if each.status in ("ACTIVE", "PENDING")),
        key=lambda each: (each.status != "ACTIVE", each.stage_id),
    )
    for stage in stages[:stages_shown]:
        yield _stage_row(stage)
    if len(stages) > stages_shown:
        yield "", Text(f"… {len(stages) - stages_shown} more stages", style="dim"), "", ""


def _stage_row(stage: Stage) -> Row:
    return (
        Text(f"  stage {stage.stage_id}", style="dim"),
        _task_bar(stage.num_complete_tasks, stage.num_active_tasks, stage.num_tasks),
        f"{stage.num_complete_tasks:,}/{stage.num_tasks:,}",
        Text(_stage_words(stage), style="dim"),
    )


def _stage_words(stage: Stage) -> str:
    """Say what a stage did so far, or that it waits for others. Its name is the same for all of Connect."""
    if stage.status == "PENDING":
        return "waits"
    figures = (
        (stage.input_bytes, "read"),
        (stage.shuffle_read_bytes, "fetched"),
        (stage.shuffle_write_bytes, "shuffled"),
        (stage.output_bytes, "written"),
        (stage.spilled_bytes, "spilled"),
    )
    return ", ".join(f"{size_text(count)} {word}" for count, word in figures if count)


def _task_bar(done: int, active: int, total: int) -> Text:
    return bar(done / total, active / total) if total else bar(0)


def _task_words(active: int, failed: int) -> Text:
    text = Text(f"tasks, {active:,} active")
    if failed:
        text.append(f", {failed:,} failed", style="red")
    return text
