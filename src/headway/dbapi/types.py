"""What PEP 249 says of types: objects to compare a column's type with, and makers of values."""

import re
from datetime import date, datetime, time

_BASE = re.compile(r"\w+")


class TypeObject:
    """Equals the type codes of one kind: ``cursor.description[0][1] == NUMBER``."""

    def __init__(self, *names: str) -> None:
        self._names = frozenset(names)

    def __eq__(self, other: object) -> bool:
        """Compare with a type code, which is Spark's name of a type, for example ``decimal(15,2)``."""
        if isinstance(other, TypeObject):
            return self._names == other._names
        base = _BASE.match(other) if isinstance(other, str) else None
        return base is not None and base[0] in self._names

    def __hash__(self) -> int:
        """Hash by the kind."""
        return hash(self._names)


STRING = TypeObject("string", "char", "varchar")
BINARY = TypeObject("binary")
NUMBER = TypeObject("tinyint", "smallint", "int", "bigint", "float", "double", "decimal")
DATETIME = TypeObject("date", "time", "timestamp", "timestamp_ltz", "timestamp_ntz")
ROWID = TypeObject()  # Spark has none

Date, Time, Timestamp, Binary = date, time, datetime, bytes


def DateFromTicks(ticks: float) -> date:
    """Give the local day of a time in seconds since the epoch."""
    return date.fromtimestamp(ticks)


def TimeFromTicks(ticks: float) -> time:
    """Give the local time of day of a time in seconds since the epoch."""
    return datetime.fromtimestamp(ticks).time()


def TimestampFromTicks(ticks: float) -> datetime:
    """Give a time in seconds since the epoch as a local one, without a zone."""
    return datetime.fromtimestamp(ticks)
