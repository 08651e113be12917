"""How large the engine's heap is."""

import re
from pathlib import Path

import psutil

from headway.jobs.errors import EngineUnavailable

SHARE = 0.5
LEAST_MB = 1024
MOST_MB = 16 * 1024
_CGROUP = Path("/sys/fs/cgroup")


def heap_size(setting: str | None) -> str:
    """Give the heap as the JVM reads it: as set, or half of the memory that is available, 1 to 16 GB.

    A number alone is in megabytes, as in Spark. Raises ``EngineUnavailable`` for what is no size.
    """
    if setting is None:
        share = int(available_bytes() * SHARE) >> 20
        return f"{min(MOST_MB, max(LEAST_MB, share))}m"
    match = re.fullmatch(r"(\d+)([kmgt]?)b?", setting.strip().lower())
    if match is None:
        raise EngineUnavailable(f"The engine's memory must look like 4g or 512m, not {setting!r}")
    return match[1] + (match[2] or "m")


def total_bytes(cgroup: Path = _CGROUP) -> int:
    """Give the memory there is: the machine's, or less when a container sets a limit."""
    total = psutil.virtual_memory().total
    limit = _figure(cgroup / "memory.max")
    return total if limit is None else min(total, limit)


def available_bytes(cgroup: Path = _CGROUP) -> int:
    """Give the memory that can be taken now: the machine's, or less when a container sets a limit."""
    free = psutil.virtual_memory().available
    limit, used = _figure(cgroup / "memory.max"), _figure(cgroup / "memory.current")
    return free if limit is None or used is None else min(free, max(0, limit - used))


def _figure(file: Path) -> int | None:
    """Read a number of bytes; ``None`` where there is none, such as no limit."""
    try:
        text = file.read_text().strip()
    except OSError:
        return None
    return int(text) if text.isdigit() else None
