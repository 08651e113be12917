"""Progress as lines, for logs and pipes: one line when something worth a line is new."""

from headway.cli.figures import count_text, percent_text, size_text, time_text
from headway.client.seen import ProgressSeen

HELD_SECONDS = 0.5  # what a quick statement passes through is not worth a line


class PlainLines:
    """Turns progress into lines: a new phase, a new reason to wait, every tenth of the work."""

    def __init__(self) -> None:
        self._said: tuple[str, str, int] | None = None

    def lines(self, progress: ProgressSeen, seconds: float) -> list[str]:
        """Give the lines that ``progress``, seen ``seconds`` after the start, adds: none or one."""
        if progress.is_terminal or seconds < HELD_SECONDS:
            return []  # the summary says how it ended
        decile = int(progress.fraction * 10)
        waiting = progress.waiting.text if progress.waiting else ""
        mark = (progress.phase, waiting, decile)
        if mark == self._said:
            return []
        self._said = mark
        return [f"[{time_text(seconds):>7}] {_sentence(progress, waiting)}"]


def _sentence(progress: ProgressSeen, waiting: str) -> str:
    if waiting:
        return f"{progress.phase}: {waiting}"
    if not progress.subjobs:
        return progress.phase
    totals = progress.totals
    parts = [f"{progress.phase} {percent_text(progress.fraction)}"]
    parts.append(f"{totals.completed_tasks:,} of {totals.tasks:,} tasks")
    running = [each.subjob.id for each in progress.subjobs if each.subjob.is_running]
    if running:
        parts.append(f"subjob {', '.join(str(each) for each in running)}")
    if totals.input_bytes:
        parts.append(f"{size_text(totals.input_bytes)} read, {count_text(totals.input_rows)} rows")
    if totals.failed_tasks:
        parts.append(f"{totals.failed_tasks:,} tasks failed")
    return " · ".join(parts)
