"""Turns recorded screens into an animated SVG: a strip of frames that CSS moves past a window."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from xml.sax.saxutils import escape

from bench.terminal import Frame, Row, Span

CELL, LINE, SIZE = 8.4, 18, 14  # pixels: a character's width, a line's height, the font
MARGIN, TITLE = 16, 34
HOLD_SECONDS = 5.0  # the last screen stays before the film begins anew
SHORTEST_SECONDS = 0.2
BACKGROUND, TEXT = "#14171c", "#d5d9df"
COLOURS = {
    "default": TEXT,
    "black": "#3b414b",
    "red": "#f2777a",
    "green": "#7fc77f",
    "brown": "#f0c060",
    "blue": "#6cb0f0",
    "magenta": "#c99bd8",
    "cyan": "#66c7cf",
    "white": TEXT,
    "brightblack": "#868e9a",
}
# Drawn as lines: fonts leave gaps between them.
LINES = {"━": 4, "─": 1}


def thinned(frames: Sequence[Frame], seconds: float = SHORTEST_SECONDS) -> list[Frame]:
    """Leave out frames that show for a shorter time; the last of a quick series stays."""
    following = [*frames[1:], None]
    kept: list[Frame] = []
    for frame, after in zip(frames, following, strict=True):
        if after is not None and after.at - (kept[-1].at + seconds if kept else 0) < 0:
            continue
        kept.append(frame)
    return kept


def film(frames: Sequence[Frame], *, columns: int, title: str, speed: float, poster: int) -> str:
    """Draw frames; ``poster`` is the one that shows where nothing moves. ``speed`` 2 is twice as fast."""
    began = frames[0].at
    frames = [replace(frame, at=(frame.at - began) / speed) for frame in frames]
    lines = max(len(frame.rows) for frame in frames)
    height = lines * LINE + 6
    width = round(columns * CELL)
    whole = (width + 2 * MARGIN, height + TITLE + MARGIN)
    total = frames[-1].at + HOLD_SECONDS
    rows = {row: f"r{number}" for number, row in enumerate(_distinct(frames))}
    steps = "".join(
        f"{frame.at / total:.3%}{{transform:translateY({-number * height}px)}}"
        for number, frame in enumerate(frames)
    )
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole[0]} {whole[1]}" '
            f'width="{whole[0]}" height="{whole[1]}" role="img">',
            f"<title>{escape(title)}</title>",
            "<style>",
            "text{font-family:ui-monospace,'SF Mono',Menlo,Consolas,'DejaVu Sans Mono',monospace;"
            f"font-size:{SIZE}px;white-space:pre}}",
            ".b{font-weight:bold}",
            f".strip{{animation:film {total:.2f}s step-end infinite}}",
            f"@keyframes film{{{steps}}}",
            "@media (prefers-reduced-motion:reduce){.strip{animation:none}}",
            "</style>",
            "<defs>",
            *(f'<g id="{name}">{_row(row)}</g>' for row, name in rows.items()),
            "</defs>",
            f'<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>',
            f'<text x="{MARGIN}" y="22" fill="{COLOURS["brightblack"]}" '
            f'style="font-size:12px">{escape(title)}</text>',
            f'<svg x="{MARGIN}" y="{TITLE}" width="{width}" height="{height}" overflow="hidden">',
            f'<g class="strip" transform="translate(0 {-poster * height})">',
            *(_frame(frame, number * height, rows) for number, frame in enumerate(frames)),
            "</g></svg></svg>",
            "",
        )
    )


def longest(frames: Sequence[Frame], text: str) -> int:
    """Give the number of the frame that shows the most rows among those that hold a text."""
    shown = [
        (sum(bool(row) for row in frame.rows), number)
        for number, frame in enumerate(frames)
        if any(text in span.text for row in frame.rows for span in row)
    ]
    return max(shown, default=(0, len(frames) - 1))[1]


def seconds(frames: Sequence[Frame]) -> float:
    """Give how long the recording took."""
    return sum(after.at - before.at for before, after in pairwise(frames))


def _distinct(frames: Sequence[Frame]) -> list[Row]:
    return list(dict.fromkeys(row for frame in frames for row in frame.rows if row))


def _frame(frame: Frame, top: int, rows: dict[Row, str]) -> str:
    return "".join(
        f'<use href="#{rows[row]}" y="{top + number * LINE}"/>'
        for number, row in enumerate(frame.rows)
        if row
    )


def _row(row: Row) -> str:
    return "".join(_span(span) for span in row)


def _span(span: Span) -> str:
    colour = COLOURS.get(span.colour, f"#{span.colour}")
    at, width = span.column * CELL, len(span.text) * CELL
    if set(span.text) <= LINES.keys() and len(set(span.text)) == 1:
        thick = LINES[span.text[0]]
        place = f'x="{at:.1f}" y="{(LINE - thick) / 2:g}" width="{width:.1f}" height="{thick}"'
        return f'<rect {place} fill="{colour}"/>'
    text = span.text.rstrip()
    inner = text.lstrip()
    at += (len(text) - len(inner)) * CELL
    bold = ' class="b"' if span.bold else ""
    return (
        f'<text x="{at:.1f}" y="{SIZE}" fill="{colour}"{bold} textLength="{len(inner) * CELL:.1f}" '
        f'lengthAdjust="spacingAndGlyphs" xml:space="preserve">{escape(inner)}</text>'
    )
