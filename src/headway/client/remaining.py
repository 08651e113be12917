"""How long the rest takes, in words that a person can watch: they count down and do not flicker."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from headway.jobs.estimate import Remaining

MINUTE, HOUR = 60, 3600

# Up to how many seconds a time is written in which steps.
Steps = tuple[tuple[float, int], ...]
_STEPS: Steps = ((MINUTE, 1), (10 * MINUTE, 10), (HOUR, MINUTE), (math.inf, 5 * MINUTE))
_BOUND_STEPS: Steps = ((10, 1), (MINUTE, 5), (2 * MINUTE, 30), (HOUR, MINUTE), (math.inf, 10 * MINUTE))

NARROW_SHARE = 0.1  # a range that is narrower than this share of the time says nothing more

# A held time gives way when the news is off by more than this: a share of it, and at least so many seconds.
HELD_SHARE = 0.15
HELD_SECONDS = 1.0


def remaining_text(remaining: Remaining) -> str:
    """Write a remaining time with its range: ``about 12 s left, 8 to 20 s``."""
    likely = max(1, _in_steps(remaining.likely, _STEPS, round))
    low = _in_steps(remaining.low, _BOUND_STEPS, math.floor)
    high = _in_steps(remaining.high, _BOUND_STEPS, math.ceil)
    about = f"about {_words(likely)} left"
    if remaining.high - remaining.low <= max(1.0, NARROW_SHARE * remaining.likely):
        return about
    return f"{about}, up to {_bound(high)}" if low == 0 else f"{about}, {_range(low, high)}"


def left_text(seconds: float) -> str:
    """Write a likely time left where there is little room: ``12 s``, ``1 min 20 s``."""
    return _words(max(1, _in_steps(seconds, _STEPS, round)))


@dataclass(slots=True)
class _Held:
    """A moment at which something is expected; small corrections of it are passed over."""

    at: float | None = None

    def hear(self, seconds: float, now: float) -> None:
        tolerance = max(HELD_SECONDS, HELD_SHARE * seconds)
        if self.at is None or abs(now + seconds - self.at) > tolerance:
            self.at = now + seconds

    def left(self, now: float) -> float:
        return 0.0 if self.at is None else max(0.0, self.at - now)


class Countdown:
    """Counts a remaining time down between the estimates that come, and past those that say nothing new.

    ``now`` is any steady clock, in seconds.
    """

    def __init__(self) -> None:
        self._held: tuple[_Held, _Held, _Held] | None = None

    def hear(self, remaining: Remaining | None, now: float) -> None:
        """Take an estimate; ``None`` ends the countdown."""
        if remaining is None:
            self._held = None
            return
        if self._held is None:
            self._held = (_Held(), _Held(), _Held())
        low, likely, high = self._held
        low.hear(remaining.low, now)
        likely.hear(remaining.likely, now)
        high.hear(remaining.high, now)

    def left(self, now: float) -> Remaining | None:
        """Give what is left at ``now``."""
        if self._held is None:
            return None
        low, likely, high = (each.left(now) for each in self._held)
        return Remaining(min(low, likely), likely, max(likely, high))


def _in_steps(seconds: float, steps: Steps, whole: Callable[[float], int]) -> int:
    step = next(step for limit, step in steps if seconds < limit)
    return whole(seconds / step) * step


def _range(low: int, high: int) -> str:
    if high < 2 * MINUTE:
        return f"{low} to {high} s"
    if low >= 2 * MINUTE and high < HOUR:
        return f"{low // MINUTE} to {high // MINUTE} min"
    return f"{_bound(low)} to {_bound(high)}"


def _bound(seconds: int) -> str:
    return f"{seconds} s" if seconds < 2 * MINUTE else _words(seconds)


def _words(seconds: int) -> str:
    if seconds < MINUTE:
        return f"{seconds} s"
    if seconds < HOUR:
        minutes, rest = divmod(seconds, MINUTE)
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, rest = divmod(seconds, HOUR)
    return f"{hours:,} h {rest // MINUTE} min" if rest >= MINUTE else f"{hours:,} h"
