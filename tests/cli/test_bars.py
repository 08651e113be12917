from hypothesis import given
from hypothesis import strategies as st

from headway.cli.bars import BAR_WIDTH, bar, range_bar

SHARES = st.floats(0, 1)


def test_a_bar_shows_what_is_done_and_what_is_being_worked_on() -> None:
    half = bar(0.5, 0.25, width=8)
    assert half.plain == "━━━━━━──"
    assert [span.style for span in half.spans] == ["green", "yellow", "bright_black"]


def test_a_bar_never_leaves_its_width() -> None:
    assert all(len(bar(done / 7, active / 3).plain) == BAR_WIDTH for done in range(9) for active in range(4))


def test_what_is_not_sure_is_dashed_and_the_likely_share_is_seen_in_the_colours() -> None:
    drawn = range_bar(0.25, 0.5, 0.75, width=8)
    assert drawn.plain == "━━╍╍╍╍──"
    assert [(span.start, span.end, span.style) for span in drawn.spans] == [
        (0, 2, "green"),
        (2, 4, "green"),
        (4, 6, "bright_black"),
        (6, 8, "bright_black"),
    ]


@given(SHARES, SHARES, SHARES)
def test_every_range_fits_the_bar(first: float, second: float, third: float) -> None:
    low, likely, high = sorted((first, second, third))
    assert len(range_bar(low, likely, high).plain) == BAR_WIDTH


def test_only_the_whole_fills_the_bar() -> None:
    assert range_bar(1, 1, 1, width=8).plain == "━" * 8
    assert range_bar(0.999, 0.999, 1, width=8).plain == "━" * 7 + "╍"
