import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.client.remaining import Countdown, remaining_text
from headway.jobs.estimate import Remaining

UNITS = {"s": 1, "min": 60, "h": 3600}
SECONDS = st.floats(0, 400_000)


def exactly(seconds: float) -> Remaining:
    return Remaining(seconds, seconds, seconds)


@pytest.mark.parametrize(
    ("remaining", "text"),
    [
        (Remaining(8.2, 12.3, 17.5), "about 12 s left, 8 to 20 s"),
        (Remaining(0.1, 0.4, 0.9), "about 1 s left"),
        (Remaining(0.2, 2.6, 7), "about 3 s left, up to 7 s"),
        (Remaining(42, 59.7, 128), "about 1 min left, 40 s to 3 min"),
        (Remaining(125, 131, 180), "about 2 min 10 s left, 2 to 3 min"),
        (Remaining(600, 719, 1_900), "about 12 min left, 10 to 32 min"),
        (Remaining(3_000, 4_700, 9_000), "about 1 h 20 min left, 50 min to 2 h 30 min"),
        (Remaining(61, 75, 118), "about 1 min 20 s left, 60 s to 2 min"),
        (Remaining(11.6, 12, 12.5), "about 12 s left"),
        (Remaining(360_000, 360_000, 360_000), "about 100 h left"),
    ],
)
def test_a_remaining_time_is_rounded_to_what_a_person_wants_to_know(remaining: Remaining, text: str) -> None:
    assert remaining_text(remaining) == text


def test_the_larger_the_coarser() -> None:
    said = [remaining_text(exactly(seconds)).removeprefix("about ") for seconds in (9.4, 94, 940, 9_400)]
    assert [text.split(" left")[0] for text in said] == ["9 s", "1 min 30 s", "16 min", "2 h 35 min"]


@given(st.tuples(SECONDS, SECONDS, SECONDS).map(sorted))
def test_the_range_as_it_is_written_holds_the_likely_time(seconds: list[float]) -> None:
    likely, *bounds = _times(remaining_text(Remaining(*seconds)))
    if len(bounds) == 2:
        assert bounds[0] <= likely
    assert all(likely <= high for high in bounds[-1:])


def test_between_estimates_it_counts_down_to_nothing() -> None:
    countdown = Countdown()
    countdown.hear(Remaining(8, 12, 20), now=100)
    assert countdown.left(103.5) == Remaining(4.5, 8.5, 16.5)
    assert countdown.left(1_000) == exactly(0)


def test_small_corrections_are_not_shown() -> None:
    countdown = Countdown()
    shown = []
    for at in range(30):
        wobble = 3 if at % 2 else -3
        countdown.hear(exactly(60 - at + wobble * (60 - at) / 60), now=at)
        left = countdown.left(at)
        assert left is not None
        shown.append(left.likely)
    assert all(before - after == 1 for before, after in pairwise(shown))


def test_a_large_correction_is_shown_at_once() -> None:
    countdown = Countdown()
    countdown.hear(exactly(60), now=0)
    countdown.hear(exactly(90), now=1)
    assert countdown.left(1) == exactly(90)


def test_it_is_never_further_from_the_news_than_the_tolerance() -> None:
    countdown = Countdown()
    for at in range(100):
        # The job is slower than thought all the time: each second of work takes two.
        news = 100 - at / 2
        countdown.hear(exactly(news), now=at)
        left = countdown.left(at)
        assert left is not None
        assert abs(left.likely - news) <= 0.15 * news


def test_no_estimate_no_time() -> None:
    countdown = Countdown()
    assert countdown.left(0) is None
    countdown.hear(exactly(5), now=0)
    countdown.hear(None, now=1)
    assert countdown.left(1) is None


@given(st.lists(st.tuples(SECONDS, SECONDS, SECONDS).map(sorted), min_size=1, max_size=9))
def test_what_is_counted_stays_in_order(news: list[list[float]]) -> None:
    countdown = Countdown()
    for at, seconds in enumerate(news):
        countdown.hear(Remaining(*seconds), now=at)
        left = countdown.left(at + 0.5)
        assert left is not None
        assert 0 <= left.low <= left.likely <= left.high


def _times(text: str) -> list[int]:
    """Read the times in a text back: likely, then the bounds."""
    if (same_unit := re.search(r"(\d+) (to \d+ (\w+))$", text)) is not None:
        text = f"{text[: same_unit.start()]}{same_unit[1]} {same_unit[3]} {same_unit[2]}"
    found = [re.findall(r"([\d,]+) (s|min|h)\b", piece) for piece in re.split(r" left|, | to ", text)]
    return [sum(int(count.replace(",", "")) * UNITS[unit] for count, unit in each) for each in found if each]
