"""The ``conf`` of a submission: texts ``key=value`` (contract 2.1)."""

import math
import re
from collections.abc import Sequence

from headway.jobs.errors import InvalidRequest
from headway.jobs.job import ASYNC_KEY, TIMEOUT_KEY

TIMEOUT_LIMIT = 10 * 365 * 24 * 3600  # seconds; far beyond any use, within every integer
_KEY = re.compile(r"[A-Za-z0-9_][\w.\-]*")


def read_conf(entries: Sequence[str]) -> dict[str, str]:
    """Read the entries; blanks around ``=`` do not count, the last of equal keys does.

    Raises ``InvalidRequest`` naming the entry, for example ``conf[2]``.
    """
    conf: dict[str, str] = {}
    for index, entry in enumerate(entries):
        field = f"conf[{index}]"
        key, equals, value = entry.partition("=")
        key, value = key.strip(), value.strip()
        if not equals:
            raise InvalidRequest(field, "must be key=value")
        if not _KEY.fullmatch(key):
            raise InvalidRequest(field, "the key must be letters, digits and . _ -")
        if key == TIMEOUT_KEY:
            _check_timeout(field, value)
        if key == ASYNC_KEY and value.lower() not in ("true", "false"):
            raise InvalidRequest(field, f"{ASYNC_KEY} must be true or false")
        conf[key] = value
    return conf


def _check_timeout(field: str, value: str) -> None:
    try:
        seconds = float(value)
    except ValueError:
        seconds = math.nan
    # NaN fails every comparison.
    if not 0 < seconds <= TIMEOUT_LIMIT:
        raise InvalidRequest(
            field, f"{TIMEOUT_KEY} must be a positive number of seconds, at most {TIMEOUT_LIMIT}"
        )
