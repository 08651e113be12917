"""Draws a dozen runs: what was said over the time that had passed, Headway against a peer's formula."""

from collections.abc import Sequence

from bench.progress_accuracy.evaluate import REPEAT, UNSEEN, Evaluation, Played
from bench.progress_accuracy.score import Point

PEER = "Livy, Spark Connect"
SHOWN = (
    "q01",
    "q05",
    "q09",
    "q13",
    "q18",
    "q21",
    "skewed-join",
    "ctas",
    "global-sort",
    "window",
    "cube",
    "explode",
)
COLUMNS, SIDE, GAP, TOP = 4, 170, 34, 46
_LINES = ((PEER, "#c0504d"), (UNSEEN, "#1f77b4"), (REPEAT, "#2ca02c"))


def draw(found: Evaluation) -> str:
    """Give the picture as SVG: the last run of each statement, by formula."""
    rows = -(-len(SHOWN) // COLUMNS)
    width, height = GAP + COLUMNS * (SIDE + GAP), TOP + rows * (SIDE + GAP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
    ]
    for at, (name, colour) in enumerate(_LINES):
        x = GAP + at * 220
        parts.append(f'<path d="M{x} 18h26" stroke="{colour}" stroke-width="2.5"/>')
        parts.append(f'<text x="{x + 32}" y="22" font-size="13">{name}</text>')
    for at, name in enumerate(SHOWN):
        x, y = GAP + at % COLUMNS * (SIDE + GAP), TOP + at // COLUMNS * (SIDE + GAP)
        parts += _panel(found, name, x, y)
    return "\n".join([*parts, "</svg>", ""])


def _panel(found: Evaluation, name: str, x: int, y: int) -> list[str]:
    parts = [
        f'<rect x="{x}" y="{y}" width="{SIDE}" height="{SIDE}" fill="none" stroke="#bbb"/>',
        f'<path d="M{x} {y + SIDE}L{x + SIDE} {y}" stroke="#999" stroke-dasharray="4 4"/>',
    ]
    shown: Played | None = None
    for formula, colour in _LINES:
        runs = [run for run in found.runs[formula] if run.trace.name == name and run.trace.suite != "busy"]
        if runs:
            shown = runs[-1]
            points = _line(runs[-1].points, x, y)
            parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
    seconds = f", {shown.trace.duration_ms / 1000:.1f} s" if shown else ""
    parts.append(f'<text x="{x}" y="{y + SIDE + 15}" font-size="12">{name}{seconds}</text>')
    return parts


def _line(points: Sequence[Point], x: int, y: int) -> str:
    return " ".join(f"{x + SIDE * each.at:.1f},{y + SIDE * (1 - each.fraction):.1f}" for each in points[::2])
