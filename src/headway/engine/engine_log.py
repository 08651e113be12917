"""The end of an engine's log, as it may be shown: without the secrets that the engine was started with."""

import re
from collections.abc import Collection, Mapping
from pathlib import Path

from headway.engine.base import LogTail
from headway.engine.doors import Doors

LOG_FILE = "engine.log"
TAIL_BYTES = 1 << 20
BLOT = "***"
# As Spark's own spark.redaction.regex, and some more.
_SECRET_KEY = re.compile(r"secret|password|token|access[.]?key|credential", re.IGNORECASE)
_SHORTEST = 4  # a shorter value is no secret, and its letters are everywhere


def secrets_of(conf: Mapping[str, str], doors: Doors | None) -> frozenset[str]:
    """Collect what must not be shown: values of conf under telling keys, and what opens the engine."""
    found = {value for key, value in conf.items() if _SECRET_KEY.search(key)}
    if doors is not None:
        found |= {doors.connect_token, doors.monitor_secret}
    return frozenset(value for value in found if len(value) >= _SHORTEST)


def tail_text(path: Path, most_bytes: int) -> tuple[str, bool]:
    """Read the end of a log, and tell whether that is all of it; raises ``OSError``."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - most_bytes))
        return file.read().decode("utf-8", "replace"), size <= most_bytes


def blotted(text: str, secrets: Collection[str]) -> str:
    """Blot secrets out of a text."""
    # The longest first: one may be a part of another.
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, BLOT)
    return text


def read_tail(path: Path, lines: int, secrets: Collection[str]) -> LogTail:
    """Read the last lines of a log; only its last MiB is looked at."""
    try:
        text, is_whole = tail_text(path, TAIL_BYTES)
    except FileNotFoundError:
        return LogTail(reason="The engine has not been started here: there is no log")
    except OSError as error:
        return LogTail(reason=f"The log cannot be read: {error.strerror}")
    found = blotted(text, secrets).splitlines()
    if not is_whole:
        found = found[1:]  # it begins in the middle
    return LogTail(tuple(found[-lines:]), None if found else "The log is empty")
