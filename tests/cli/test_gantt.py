import io
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from headway.cli.gantt import WIDTH, Axis, curve, gantt, span_bar
from headway.cli.tables import print_table
from headway.client.timeline import StageSpan, SubjobSpan, TimelineSeen
from headway.jobs.estimate import Sample

AXIS = Axis(0, 40_000)  # a second for each character
MOMENTS = st.integers(-10_000, 50_000)

TIMELINE = TimelineSeen(
    "j1",
    {},
    started_at=1_000_000,
    ended_at=1_040_000,
    samples=tuple(Sample(1_000_000 + at * 1_000, at / 40, 0, 1) for at in range(41)),
    subjobs=(
        SubjobSpan(
            7,
            "SUCCEEDED",
            1_000_000,
            1_020_000,
            (
                StageSpan(3, 0, "COMPLETE", 8, 1_000_000, 1_010_000, input_bytes=600_000_000),
                StageSpan(4, 1, "FAILED", 2, 1_010_000, 1_020_000, shuffle_read_bytes=5_000),
            ),
        ),
        SubjobSpan(8, "RUNNING", 1_030_000, None, (StageSpan(5, 0, "PENDING", 200),)),
    ),
)


def drawn(timeline: TimelineSeen) -> list[str]:
    out = io.StringIO()
    print_table(Console(file=out, width=200, highlight=False), gantt(timeline))
    return out.getvalue().splitlines()


def test_a_timeline_shows_what_ran_when() -> None:
    lines = drawn(TIMELINE)
    assert lines[0].split() == ["WORK", "0", "s", "40.0", "s", "BEGAN", "TOOK", "TASKS"]
    assert lines[2].split() == ["progress", "▁▁▁▁▁▂▂▂▂▂▂▃▃▃▃▃▃▄▄▄▄▄▅▅▅▅▅▅▆▆▆▆▆▆▇▇▇▇▇█", "100%"]
    assert lines[3].split() == ["subjob", "7", "━" * 20, "0.00", "s", "20.0", "s"]
    assert lines[4].split() == ["stage", "3", "━" * 10, "0.00", "s", "10.0", "s", "8", "600", "MB", "read"]
    assert lines[5].split()[:5] == ["stage", "4", "attempt", "2", "━" * 10]
    assert lines[5].index("━") - lines[4].index("━") == 10
    assert lines[6].split() == ["subjob", "8", "━" * 10, "30.0", "s", "10.0", "s"]
    assert lines[7].split() == ["stage", "5", "pending", "200"]


def test_of_a_running_job_the_axis_ends_with_what_is_known() -> None:
    known = replace(TIMELINE, ended_at=None, samples=TIMELINE.samples[:31])
    assert "30.0 s" in drawn(known)[0]


def test_a_job_that_never_ran_has_an_empty_timeline() -> None:
    assert len(drawn(TimelineSeen("j1", {}))) == 2


@given(MOMENTS, MOMENTS)
def test_every_span_is_seen_and_stays_in_its_column(begin: int, end: int) -> None:
    bar = span_bar(min(begin, end), max(begin, end), AXIS)
    assert len(bar) == WIDTH
    assert "━" in bar


def test_a_curve_is_blank_until_something_is_known_and_holds_what_was_known_last() -> None:
    samples = [Sample(20_500, 0.0, 0, 0), Sample(30_500, 0.5, 0, 1)]
    assert curve(samples, AXIS) == " " * 20 + "▁" * 10 + "▄" * 10
