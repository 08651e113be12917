"""A job's timeline as a picture of characters: its progress, and when each subjob and stage ran."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich import box
from rich.table import Table
from rich.text import Text

from headway.client.figures import percent_text, time_text
from headway.client.timeline import StageSpan, SubjobSpan, TimelineSeen
from headway.jobs.amounts import size_text
from headway.jobs.estimate import Sample

WIDTH = 40
LEVELS = " ▁▂▃▄▅▆▇█"
_STYLES = {"RUNNING": "yellow", "ACTIVE": "yellow", "FAILED": "red"}


@dataclass(frozen=True, slots=True)
class Axis:
    """A stretch of time, drawn over ``WIDTH`` characters; epoch milliseconds."""

    begin: int
    end: int

    def place(self, at: int) -> float:
        """Give where a moment is, 0…WIDTH."""
        share = (at - self.begin) / max(1, self.end - self.begin)
        return min(1.0, max(0.0, share)) * WIDTH

    def moment(self, cell: int) -> float:
        """Give the moment at which a character ends."""
        return self.begin + (cell + 1) * (self.end - self.begin) / WIDTH


def gantt(timeline: TimelineSeen) -> Table:
    """Draw a timeline."""
    axis = _axis(timeline)
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False, show_edge=False)
    table.add_column("WORK", no_wrap=True)
    table.add_column(_ruler(axis), no_wrap=True, min_width=WIDTH)
    for heading in ("BEGAN", "TOOK", "TASKS"):
        table.add_column(heading, no_wrap=True, justify="right")
    table.add_column("", no_wrap=True, overflow="ellipsis")
    if timeline.samples:
        share = percent_text(timeline.samples[-1].fraction)
        table.add_row("progress", Text(curve(timeline.samples, axis), style="cyan"), "", "", share, "")
    for subjob in timeline.subjobs:
        table.add_row(f"subjob {subjob.id}", *_when(subjob, axis), "", "")
        for stage in subjob.stages:
            attempt = f" attempt {stage.attempt_id + 1}" if stage.attempt_id else ""
            table.add_row(
                f"  stage {stage.stage_id}{attempt}",
                *_when(stage, axis),
                f"{stage.num_tasks:,}",
                _figures(stage),
            )
    return table


def curve(samples: Sequence[Sample], axis: Axis) -> str:
    """Draw how the share done rose: one character for each step in time, blank where nothing was known."""
    drawn, at, fraction = "", 0, -1.0
    for cell in range(WIDTH):
        while at < len(samples) and samples[at].at <= axis.moment(cell):
            fraction = samples[at].fraction
            at += 1
        drawn += " " if fraction < 0 else LEVELS[1 + int(fraction * (len(LEVELS) - 2))]
    return drawn


def span_bar(begin: int, end: int, axis: Axis) -> str:
    """Draw one span; the shortest still has one character."""
    first = min(WIDTH - 1, int(axis.place(begin)))
    last = max(first + 1, math.ceil(axis.place(end)))
    return " " * first + "━" * (last - first) + " " * (WIDTH - last)


def _axis(timeline: TimelineSeen) -> Axis:
    times = sorted(_times(timeline))
    begin = timeline.started_at or (times[0] if times else 0)
    # What has not ended is drawn up to the last thing that is known.
    return Axis(begin, timeline.ended_at or (times[-1] if times else begin))


def _times(timeline: TimelineSeen) -> Iterator[int]:
    yield from (each.at for each in timeline.samples)
    spans: list[SubjobSpan | StageSpan] = [*timeline.subjobs]
    spans += (stage for subjob in timeline.subjobs for stage in subjob.stages)
    for span in spans:
        yield from (at for at in (span.started_at, span.ended_at) if at is not None)


def _ruler(axis: Axis) -> str:
    took = time_text((axis.end - axis.begin) / 1000)
    return "0 s" + took.rjust(WIDTH - 3)


def _when(span: SubjobSpan | StageSpan, axis: Axis) -> tuple[Text | str, str, str]:
    if span.started_at is None:
        return "", "", (span.status or "").lower()
    end = axis.end if span.ended_at is None else span.ended_at
    drawn = Text(span_bar(span.started_at, end, axis), style=_STYLES.get(span.status or "", "green"))
    began = time_text(max(0, span.started_at - axis.begin) / 1000)
    return drawn, began, time_text(max(0, end - span.started_at) / 1000)


def _figures(stage: StageSpan) -> str:
    figures = (
        (stage.input_bytes, "read"),
        (stage.shuffle_read_bytes, "fetched"),
        (stage.shuffle_write_bytes, "shuffled"),
        (stage.spilled_bytes, "spilled"),
    )
    return ", ".join(f"{size_text(count)} {word}" for count, word in figures if count)
