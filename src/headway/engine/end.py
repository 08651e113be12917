"""Whether an engine that was started here has ended, and why."""

import asyncio
from dataclasses import replace
from pathlib import Path

from headway.engine.failures import explain_end, log_tail
from headway.engine.record import EngineRecord, is_same, lives, load, process_of


async def end_of(record: EngineRecord) -> str | None:
    """Say in words that an engine's process, or the Spark in it, ended and why; ``None`` while it lives."""
    return await asyncio.to_thread(_end_of, record)


def _end_of(record: EngineRecord) -> str | None:
    try:
        if lives(record):
            return None
        what = "its process" if process_of(record) is None else "Spark in its process"
    except OSError:
        return None  # this process has no file handle left to look with: no proof of an end
    log_path = _log_of(record)
    cause = explain_end(log_tail(replace(record, log_path=str(log_path))))
    return f"{what} {record.pid} ended" + (f": {cause}" if cause else f"; its last words are in {log_path}")


def _log_of(record: EngineRecord) -> Path:
    """Give where the engine's last words are: the next start moves the log aside."""
    log = Path(record.log_path)
    kept = load(record.directory)
    return log if kept is None or is_same(kept, record) else log.with_name(f"{log.name}.1")
