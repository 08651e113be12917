import pytest

from headway.jobs.amounts import noun_text, size_text, span_text, whole_seconds


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        (0, "0 ms"),
        (8.4, "8 ms"),
        (999.6, "1 s"),
        (1_249, "1.2 s"),
        (9_949, "9.9 s"),
        (9_950, "10 s"),
        (59_600, "1 min 0 s"),
        (130_000, "2 min 10 s"),
        (3_599_700, "1 h 0 min"),
        (11_100_000, "3 h 5 min"),
    ],
)
def test_a_span_is_written_as_exactly_as_it_matters(milliseconds: float, text: str) -> None:
    assert span_text(milliseconds) == text


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 B"), (999, "999 B"), (999.6, "1.0 KB"), (20_000, "20.0 KB"), (412e6, "412 MB")]
)
def test_a_size_has_three_figures(count: float, text: str) -> None:
    assert size_text(count) == text


def test_things_are_counted_in_words() -> None:
    assert [noun_text(count, "task") for count in (0, 1, 1_200)] == ["0 tasks", "1 task", "1,200 tasks"]


def test_a_running_clock_is_cut_to_whole_seconds() -> None:
    assert [whole_seconds(each) for each in (999, 1_000, 41_999.9)] == [0, 1_000, 41_000]
