"""Progress as a picture that is drawn over: the job's bar, its running subjobs, their stages."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from headway.cli.figures import count_text, percent_text, shortened, size_text, time_text, visible
from headway.client.seen import ProgressSeen, SubjobSeen
from headway.jobs.subjob import Stage

BAR_WIDTH = 28
STAGES_SHOWN = 6
SUBJOBS_SHOWN = 4


def bar(done: float, active: float = 0.0, width: int = BAR_WIDTH) -> Text:
    """Draw shares of a whole: done, being worked on, left."""
    full = min(width, int(done * width))
    busy = min(width - full, round(active * width))
    return Text.assemble(
        ("━" * full, "green"), ("━" * busy, "yellow"), ("─" * (width - full - busy), "bright_black")
    )


def live_view(progress: ProgressSeen | None, seconds: float, title: str) -> RenderableType:
    """Draw a job as last seen, ``seconds`` after its start."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True, min_width=BAR_WIDTH)
    grid.add_column(no_wrap=True, justify="right")
    grid.add_column(no_wrap=True, overflow="ellipsis")
    if progress is None:
        grid.add_row(Text("submitting", style="bold"), bar(0), "", time_text(seconds))
    else:
        for row in _rows(progress, seconds):
            grid.add_row(*row)
    return Group(Text(shortened(visible(title), 100), style="dim", no_wrap=True, overflow="ellipsis"), grid)


def _rows(progress: ProgressSeen, seconds: float) -> Iterator[tuple[RenderableType, ...]]:
    percent = percent_text(progress.fraction) if progress.subjobs else ""
    phase = "cancelling" if progress.state == "CANCELLING" else progress.phase
    yield Text(phase, style="bold cyan"), bar(progress.fraction), percent, _figures(progress, seconds)
    if progress.waiting:
        yield "", Text(shortened(visible(progress.waiting.text), 80), style="yellow"), "", ""
    running = [each for each in progress.subjobs if each.subjob.is_running]
    for seen in running[:SUBJOBS_SHOWN]:
        yield from _subjob_rows(seen)
    if len(running) > SUBJOBS_SHOWN:
        yield Text(f"  … {len(running) - SUBJOBS_SHOWN} more subjobs", style="dim"), "", "", ""


def _figures(progress: ProgressSeen, seconds: float) -> Text:
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


def _subjob_rows(seen: SubjobSeen) -> Iterator[tuple[RenderableType, ...]]:
    subjob = seen.subjob
    total = max(0, (subjob.num_tasks or 0) - (subjob.num_skipped_tasks or 0))
    done, active = subjob.num_completed_tasks or 0, subjob.num_active_tasks or 0
    yield (
        Text(f"  subjob {subjob.id}"),
        _task_bar(done, active, total),
        f"{done:,}/{total:,}",
        _task_words(active, subjob.num_failed_tasks or 0),
    )
    # What works now comes first, then what waits; what is complete says nothing new.
    stages = sorted(
        (each for each in seen.stages if each.status in ("ACTIVE", "PENDING")),
        key=lambda each: (each.status != "ACTIVE", each.stage_id),
    )
    for stage in stages[:STAGES_SHOWN]:
        yield _stage_row(stage)
    if len(stages) > STAGES_SHOWN:
        yield Text(f"    … {len(stages) - STAGES_SHOWN} more stages", style="dim"), "", "", ""


def _stage_row(stage: Stage) -> tuple[RenderableType, ...]:
    return (
        Text(f"    stage {stage.stage_id}", style="dim"),
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
