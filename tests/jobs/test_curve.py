"""The curve of a job of any length is small, whole and in order."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from headway.jobs.curve import MOST, add
from headway.jobs.estimate import Sample


def at(moment: int) -> Sample:
    return Sample(moment, 0.5, 0.4, 0.6)


def curve_of(moments: list[int]) -> tuple[Sample, ...]:
    curve: tuple[Sample, ...] = ()
    for moment in moments:
        curve = add(curve, at(moment))
    return curve


@settings(max_examples=30)
@given(st.lists(st.integers(0, 100_000), min_size=1, max_size=3 * MOST))
def test_a_curve_is_bounded_in_order_and_keeps_its_ends(steps: list[int]) -> None:
    moments = [sum(steps[:n]) for n in range(1, len(steps) + 1)]
    curve = curve_of(moments)
    assert len(curve) == min(MOST, len(moments))
    assert (curve[0], curve[-1]) == (at(moments[0]), at(moments[-1]))
    assert set(curve) <= {at(moment) for moment in moments}
    assert all(one.at <= next_.at for one, next_ in pairwise(curve))


def test_few_samples_are_all_kept() -> None:
    moments = list(range(0, MOST * 500, 500))
    assert [sample.at for sample in curve_of(moments)] == moments


def test_older_samples_are_sparser_and_no_part_is_bare() -> None:
    end = 3_600_000
    curve = curve_of(list(range(0, end + 1, 500)))
    gaps = [later.at - sooner.at for sooner, later in pairwise(curve)]
    old, young = (sum(half) / len(half) for half in (gaps[: MOST // 2], gaps[MOST // 2 :]))
    assert 1.5 < old / young < 4
    assert max(gaps) < end / 40


def test_a_clock_that_is_set_back_does_not_turn_the_curve_around() -> None:
    curve = add(add((), at(1_000)), Sample(400, 0.7, 0.7, 0.7, 3.0))
    assert curve == (at(1_000), Sample(1_000, 0.7, 0.7, 0.7, 3.0))
