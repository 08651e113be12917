"""What a script's USE and SET statements mean for the statements after them.

Every statement is a job with a session of its own, so nothing of one reaches the next by itself.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

_COMMENTS = re.compile(r"\A(?:\s+|--[^\n]*(?:\n|\Z)|/\*.*?\*/)+", re.DOTALL)
_USE = re.compile(r"\AUSE\s+(?:(?:DATABASE|SCHEMA|NAMESPACE)\s+)?(`[^`]+`|\w+)\s*\Z", re.IGNORECASE)
_SET = re.compile(r"\ASET\s+([\w.]+)\s*=\s*(.*?)\s*\Z", re.IGNORECASE | re.DOTALL)
_TEMPORARY = re.compile(
    r"\A(?:CREATE\s+(?:OR\s+REPLACE\s+)?(?:GLOBAL\s+)?TEMP(?:ORARY)?|CACHE|DECLARE)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a statement runs in: its database and its configuration."""

    current_db: str | None = None
    conf: Mapping[str, str] = field(default_factory=dict)


def after(statement: str, surroundings: Surroundings) -> Surroundings:
    """Give what the next statement runs in, once ``statement`` has succeeded."""
    text = _COMMENTS.sub("", statement)
    if (use := _USE.match(text)) is not None:
        return replace(surroundings, current_db=use[1].strip("`"))
    if (setting := _SET.match(text)) is not None:
        return replace(surroundings, conf={**surroundings.conf, setting[1]: setting[2]})
    return surroundings


def is_temporary(statement: str) -> bool:
    """Whether a statement makes something that ends with its own session."""
    return _TEMPORARY.match(_COMMENTS.sub("", statement)) is not None
