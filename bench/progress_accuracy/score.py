"""How far a curve is from the truth: the share of the run's time that has passed."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

STEPS = 200  # moments of a run at which it is asked, evenly apart


@dataclass(frozen=True, slots=True)
class Point:
    """What was said at one moment: ``at`` 0…1 of the run; remaining time in seconds, if any was said."""

    at: float
    fraction: float
    low: float = 0.0
    high: float = 1.0
    remaining: float | None = None
    remaining_low: float | None = None
    remaining_high: float | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """The figures of one run."""

    l1: float
    ratio_error: float  # mean of max(said/true, true/said) from 5 % to 95 %
    worst: float  # largest distance
    falls: int
    worst_fall: float
    false_full: float  # share of the run at which 0.995 or more was said
    frozen: float  # longest share of the run without a change
    remaining_error: tuple[float | None, ...] = ()  # |said - true| / true at 25, 50, 75 %
    covered: float | None = None  # share of moments whose true remaining time lies in the range
    within: float | None = None  # share of moments from 25 % on whose remaining time is within ±30 %


def score(points: Sequence[Point], seconds: float) -> Score:
    """Score a run that took so many seconds."""
    inner = [each for each in points if 0.05 <= each.at <= 0.95]
    falls = [
        before.fraction - after.fraction
        for before, after in pairwise(points)
        if after.fraction < before.fraction - 1e-9
    ]
    return Score(
        l1=statistics.fmean(abs(each.fraction - each.at) for each in points),
        ratio_error=statistics.fmean(_ratio_error(each) for each in inner),
        worst=max(abs(each.fraction - each.at) for each in points),
        falls=len(falls),
        worst_fall=max(falls, default=0.0),
        false_full=statistics.fmean(each.fraction >= 0.995 for each in points),
        frozen=_frozen(points),
        remaining_error=tuple(_remaining_error(points, at, seconds) for at in (0.25, 0.5, 0.75)),
        covered=_covered(points, seconds),
        within=_within(points, seconds),
    )


def _ratio_error(point: Point) -> float:
    said = min(1.0, max(point.fraction, 0.001))
    return max(said / point.at, point.at / said)


def _frozen(points: Sequence[Point]) -> float:
    longest = since = 0.0
    last = None
    for each in points:
        if last is None or abs(each.fraction - last) > 1e-9:
            last, since = each.fraction, each.at
        longest = max(longest, each.at - since)
    return longest


def _remaining_error(points: Sequence[Point], at: float, seconds: float) -> float | None:
    point = min(points, key=lambda each: abs(each.at - at))
    return (
        None
        if point.remaining is None
        else abs(point.remaining - _left(point, seconds)) / _left(point, seconds)
    )


def _within(points: Sequence[Point], seconds: float) -> float | None:
    said = [each for each in points if 0.25 <= each.at <= 0.95 and each.remaining is not None]
    if not said:
        return None
    return statistics.fmean(
        abs((each.remaining or 0) - _left(each, seconds)) <= 0.3 * _left(each, seconds) for each in said
    )


def _covered(points: Sequence[Point], seconds: float) -> float | None:
    said = [each for each in points if each.remaining_low is not None and each.remaining_high is not None]
    if not said:
        return None
    return statistics.fmean(
        (each.remaining_low or 0) <= _left(each, seconds) <= (each.remaining_high or 0) for each in said
    )


def _left(point: Point, seconds: float) -> float:
    return (1 - point.at) * seconds
