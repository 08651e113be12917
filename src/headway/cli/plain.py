"""Progress as lines, for logs and pipes: one line when something worth a line is new."""

import re

from headway.cli.findings import finding_text, warnings_of
from headway.client.figures import count_text, percent_text, time_text, visible
from headway.client.remaining import remaining_text
from headway.client.seen import ProgressSeen
from headway.jobs.amounts import size_text

HELD_SECONDS = 0.5  # what a quick statement passes through is not worth a line
STALE_SECONDS = 30.0  # what is new only in its figures is said no more often

_FIGURES = re.compile(r"\d[\d.,:]*")


class PlainLines:
    """Turns progress into lines: a new phase, a new reason to wait, every tenth of the work, a warning."""

    def __init__(self) -> None:
        self._mark: tuple[str, str, int] | None = None
        self._said = ""
        self._said_at = 0.0
        self._warned: set[object] = set()

    def lines(self, progress: ProgressSeen, seconds: float) -> list[str]:
        """Give the lines that ``progress``, seen ``seconds`` after the start, adds."""
        if seconds < HELD_SECONDS:
            return []
        # How it ended is left to the summary.
        said = [] if progress.is_terminal else self._news(progress, seconds)
        for finding in warnings_of(progress):
            if finding.place not in self._warned:
                self._warned.add(finding.place)
                said.append(finding_text(finding).plain)
        return [f"[{time_text(seconds):>7}] {line}" for line in said]

    def _news(self, progress: ProgressSeen, seconds: float) -> list[str]:
        sentence = _sentence(progress)
        waiting = _FIGURES.sub("#", progress.waiting.text) if progress.waiting else ""
        mark = (progress.phase, waiting, int(progress.estimate.fraction * 10))
        is_stale = sentence != self._said and seconds - self._said_at >= STALE_SECONDS
        if mark == self._mark and not is_stale:
            return []
        self._mark, self._said, self._said_at = mark, sentence, seconds
        return [sentence]


def _sentence(progress: ProgressSeen) -> str:
    estimate, totals = progress.estimate, progress.totals
    has_begun = progress.subjobs or estimate.fraction > 0
    parts = [f"{progress.phase} {percent_text(estimate.fraction)}" if has_begun else progress.phase]
    if estimate.remaining:
        parts.append(remaining_text(estimate.remaining))
    if progress.waiting:
        parts[0] += f": {visible(progress.waiting.text)}"
        return " · ".join(parts)
    if not progress.subjobs:
        return " · ".join(parts)
    parts.append(f"{totals.completed_tasks:,} of {totals.tasks:,} tasks")
    running = [each.subjob.id for each in progress.subjobs if each.subjob.is_running]
    if running:
        parts.append(f"subjob {', '.join(str(each) for each in running)}")
    if totals.input_bytes:
        parts.append(f"{size_text(totals.input_bytes)} read, {count_text(totals.input_rows)} rows")
    if totals.failed_tasks:
        parts.append(f"{totals.failed_tasks:,} tasks failed")
    return " · ".join(parts)
