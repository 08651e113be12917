"""How a moment is written for people: in the time zone of this machine."""

from datetime import UTC, datetime


def moment_text(epoch_ms: float | None) -> str:
    """Write a moment, ``2026-11-22 16:31:20``; nothing for none."""
    if epoch_ms is None:
        return ""
    return datetime.fromtimestamp(epoch_ms / 1000, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")
