"""The time, as jobs keep it."""

import time
from collections.abc import Callable

Clock = Callable[[], int]


def now_ms() -> int:
    """Give the time in epoch milliseconds."""
    return time.time_ns() // 1_000_000
