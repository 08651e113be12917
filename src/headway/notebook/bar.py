"""A job's progress as a picture in a notebook, with its twin in plain text."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from headway.client.figures import percent_text, time_text, visible
from headway.client.remaining import remaining_text
from headway.client.seen import ProgressSeen
from headway.jobs.estimate import Estimate, Remaining

WIDTH = 24  # characters of the bar in plain text
FULL, UNSURE, EMPTY = "━", "╍", "─"

_TRACK = (
    "position:relative;height:8px;max-width:40em;border-radius:4px;overflow:hidden;"
    "background:rgba(128,128,128,.25)"
)
_LABEL = "font-variant-numeric:tabular-nums;font-size:90%;line-height:1.6"
_SHADES = (("high", ".3"), ("fraction", ".6"), ("low", "1"))  # the surer, the darker; drawn in this order


@dataclass(frozen=True, slots=True)
class Bar:
    """A job as it was last seen, ``seconds`` after its start, with ``left`` to go."""

    progress: ProgressSeen
    seconds: float
    left: Remaining | None = None
    notes: Sequence[str] = ()

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/html": self.html(), "text/plain": self.text()}

    def html(self) -> str:
        """Draw it: done in full colour, the range as a paler span, words below."""
        words = escape(" · ".join(self._words()))
        notes = "".join(f'<div style="{_LABEL}">{escape(note)}</div>' for note in self.notes)
        return f'<div>{_track(self._estimate, words)}<div style="{_LABEL}">{words}</div>{notes}</div>'

    def text(self) -> str:
        """Write it on one line, notes on lines of their own."""
        head, *more = self._words()
        return "\n".join([" · ".join([f"{_dashes(self._estimate)} {head}", *more]), *self.notes])

    def _words(self) -> list[str]:
        progress, estimate = self.progress, self._estimate
        phase = "cancelling" if progress.state == "CANCELLING" else progress.phase
        has_begun = progress.subjobs or estimate.fraction > 0
        words = [f"{phase} {_share(estimate)}" if has_begun else phase]
        if self.left is not None:
            words.append(remaining_text(self.left))
        words.append(time_text(self.seconds))
        if progress.waiting is not None:
            words.append(visible(progress.waiting.text))
        elif progress.totals.tasks:
            words.append(f"{progress.totals.completed_tasks:,} of {progress.totals.tasks:,} tasks")
        return words

    @property
    def _estimate(self) -> Estimate:
        return self.progress.estimate


def _share(estimate: Estimate) -> str:
    low, high = int(estimate.low * 100), math.ceil(estimate.high * 100)
    shown = percent_text(estimate.fraction)
    return shown if high - low <= 2 else f"{shown} ({low} to {high}%)"


def _track(estimate: Estimate, words: str) -> str:
    spans = "".join(
        f'<div style="position:absolute;top:0;bottom:0;left:0;width:{getattr(estimate, name) * 100:.1f}%;'
        f'background:rgba(31,119,180,{shade})"></div>'
        for name, shade in _SHADES
    )
    now = int(estimate.fraction * 100)
    return (
        f'<div role="progressbar" aria-valuemin="0" aria-valuemax="100" aria-valuenow="{now}" '
        f'aria-label="{words}" style="{_TRACK}">{spans}</div>'
    )


def _dashes(estimate: Estimate) -> str:
    sure, possible = int(estimate.low * WIDTH), math.ceil(estimate.high * WIDTH)
    return FULL * sure + UNSURE * (possible - sure) + EMPTY * (WIDTH - possible)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text that stands where the bar stood."""

    content: str
    notes: Sequence[str] = ()

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        lines = [self.content, *self.notes]
        shown = "".join(f'<div style="{_LABEL}">{escape(line)}</div>' for line in lines)
        return {"text/html": shown, "text/plain": "\n".join(lines)}
