"""Bars that show shares of a whole."""

import math

from rich.text import Text

BAR_WIDTH = 24

FULL, UNSURE, EMPTY = "━", "╍", "─"


def bar(done: float, active: float = 0.0, width: int = BAR_WIDTH) -> Text:
    """Draw shares of a whole: done, being worked on, left."""
    full = min(width, int(done * width))
    busy = min(width - full, round(active * width))
    return Text.assemble(
        (FULL * full, "green"), (FULL * busy, "yellow"), (EMPTY * (width - full - busy), "bright_black")
    )


def range_bar(low: float, likely: float, high: float, width: int = BAR_WIDTH) -> Text:
    """Draw how much of a whole is done when only a range is sure, for low ≤ likely ≤ high within 0…1.

    The unsure part is dashed; its colour changes at the likely share.
    """
    sure, reached = int(low * width), int(likely * width)
    possible = math.ceil(high * width) if high > likely else reached
    return Text.assemble(
        (FULL * sure, "green"),
        (UNSURE * (reached - sure), "green"),
        (UNSURE * (possible - reached), "bright_black"),
        (EMPTY * (width - possible), "bright_black"),
    )
