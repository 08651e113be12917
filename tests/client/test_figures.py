import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.client.figures import count_text, percent_text, rows_text, shortened, time_text, visible
from headway.jobs.amounts import size_text


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (1_000, "1.0 KB"), (353_000_000, "353 MB"), (999_999_999, "1.0 GB")],
)
def test_sizes_have_at_most_three_digits(count: int, text: str) -> None:
    assert size_text(count) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.354, "0.35 s"), (12.44, "12.4 s"), (59.96, "1:00"), (185, "3:05"), (3723, "1:02:03")],
)
def test_durations_change_their_unit(seconds: float, text: str) -> None:
    assert time_text(seconds) == text


def test_only_the_whole_is_100_percent() -> None:
    assert [percent_text(share) for share in (0, 0.434, 0.999, 1)] == ["0%", "43%", "99%", "100%"]


def test_counts_and_rows() -> None:
    assert (count_text(999_999), count_text(6_001_215)) == ("999,999", "6.0M")
    assert (rows_text(1), rows_text(5_000)) == ("1 row", "5,000 rows")


@given(st.text())
def test_visible_text_cannot_steer_a_terminal(text: str) -> None:
    assert visible(text).isprintable()


def test_a_cut_is_shown() -> None:
    assert shortened("abcdef", 4) == "abc…"
    assert shortened("abcd", 4) == "abcd"
