from collections.abc import Sequence
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.web.token_bucket import TokenBuckets

rates = st.floats(0.1, 5_000)
bursts = st.integers(1, 5_000).map(float)
pauses = st.lists(st.one_of(st.just(0.0), st.floats(0, 0.01), st.floats(0, 100)), min_size=1, max_size=200)


def granted(buckets: TokenBuckets, times: Sequence[float]) -> list[float]:
    return [now for now in times if buckets.take("p1", now) == 0]


@given(rates, bursts, pauses)
def test_no_span_of_time_has_more_than_its_burst_and_its_rate(
    rate: float, burst: float, pauses: list[float]
) -> None:
    taken = granted(TokenBuckets(rate, burst), list(accumulate(pauses, initial=1e6)))
    for first, begin in enumerate(taken):
        for last, end in enumerate(taken[first:], first):
            assert last - first + 1 <= burst + rate * (end - begin) + 1e-3


@given(rates, bursts, pauses)
def test_who_waits_as_long_as_told_gets_a_token_and_not_sooner(
    rate: float, burst: float, pauses: list[float]
) -> None:
    buckets = TokenBuckets(rate, burst)
    now = 0.0
    for pause in pauses:
        now += pause
        wait = buckets.take("p1", now)
        if wait == 0:
            continue
        assert wait <= 1 / rate
        assert buckets.take("p1", now + wait * 0.9) > 0
        now += wait + 1e-6
        assert buckets.take("p1", now) == 0


def test_a_burst_passes_at_once_and_then_the_rate() -> None:
    buckets = TokenBuckets(rate=10, burst=20)
    assert len(granted(buckets, [5.0] * 100)) == 20
    assert len(granted(buckets, [6.0] * 100)) == 10
    assert len(granted(buckets, [3600.0] * 100)) == 20


def test_a_bucket_holds_at_least_one_token() -> None:
    buckets = TokenBuckets(rate=0.1, burst=0.2)
    assert buckets.take("p1", 0.0) == 0
    assert buckets.take("p1", 0.0) == pytest.approx(10)


def test_one_key_takes_nothing_from_another() -> None:
    buckets = TokenBuckets(rate=1, burst=1)
    assert [buckets.take(key, 0.0) == 0 for key in ("p1", "p2", "p1")] == [True, True, False]


def test_a_clock_that_steps_back_gives_nothing_away() -> None:
    buckets = TokenBuckets(rate=1, burst=2)
    assert len(granted(buckets, [100.0, 0.0, 50.0, 100.0])) == 2


def test_buckets_that_are_full_again_are_forgotten() -> None:
    buckets = TokenBuckets(rate=1, burst=1)
    for number in range(100_000):
        buckets.take(f"p{number}", number / 100)
        assert len(buckets) <= 1024
    empty = [f"q{number}" for number in range(3_000)]
    assert all(buckets.take(key, 1e6) == 0 for key in empty)
    assert all(buckets.take(key, 1e6) > 0 for key in empty)
