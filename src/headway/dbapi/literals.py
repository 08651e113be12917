"""Python values -> literals of Spark SQL that stand for exactly the same value."""

import math
import numbers
import re
import uuid
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from headway.dbapi.errors import DataError, ProgrammingError

_DIGITS = 38  # of Spark's widest decimal
_MICROS = timedelta(microseconds=1)
# Also ``${``: Spark replaces variables in the text of a statement, inside of strings too.
_SPECIAL = re.compile(r"[\\'\x00-\x1f\x7f]|\$(?=\{)")


def literal(value: object) -> str:
    """Write a value as it may stand anywhere in a statement.

    Raises ``DataError`` when Spark has no such value, ``ProgrammingError`` for a type that is not known.
    """
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return f"X'{bytes(value).hex().upper()}'"
    if isinstance(value, uuid.UUID):
        return f"'{value}'"
    if isinstance(value, Decimal | numbers.Number):
        return _number(value)
    return _moment(value)


def _text(value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise DataError(f"the text is not valid Unicode: {error}") from error
    return f"'{_SPECIAL.sub(_escaped, value)}'"


def _escaped(found: re.Match[str]) -> str:
    character = found[0]
    return f"\\{character}" if character in "\\'" else f"\\u{ord(character):04x}"


def _number(value: object) -> str:
    if isinstance(value, Decimal):
        return _decimal(value)
    if isinstance(value, numbers.Integral):
        return _signed(_bounded(str(int(value))))
    if isinstance(value, numbers.Real) and not isinstance(value, numbers.Rational):
        return _double(float(value))
    raise _unknown(value)


def _decimal(value: Decimal) -> str:
    if not value.is_finite():
        raise DataError(f"Spark's decimals have no {value}")
    return _signed(f"{_bounded(f'{value:f}')}BD")


def _double(value: float) -> str:
    if math.isnan(value):
        return "CAST('NaN' AS DOUBLE)"
    if math.isinf(value):
        return f"CAST('{'-' if value < 0 else ''}Infinity' AS DOUBLE)"
    return _signed(f"{value!r}D")


def _bounded(digits: str) -> str:
    whole, _, part = digits.lstrip("-").partition(".")
    if len(whole.lstrip("0")) + len(part) > _DIGITS:
        raise DataError(f"{digits} has more than the {_DIGITS} digits of Spark's decimals")
    return digits


def _signed(number: str) -> str:
    # After another minus a bare one would begin a comment.
    return f"({number})" if number.startswith("-") else number


def _moment(value: object) -> str:
    if isinstance(value, datetime):
        return _timestamp(value)
    if isinstance(value, date):
        return f"DATE'{value.isoformat()}'"
    if isinstance(value, time):
        if value.tzinfo is not None:
            raise DataError("Spark's times of day have no zone")
        return f"TIME'{value.isoformat('microseconds')}'"
    if isinstance(value, timedelta):
        return _interval(value)
    raise _unknown(value)


def _timestamp(value: datetime) -> str:
    if value != value:
        return "NULL"
    if value.tzinfo is None:
        return f"TIMESTAMP_NTZ'{_clock(value)}'"
    try:
        return f"TIMESTAMP_LTZ'{_clock(value.astimezone(UTC))}Z'"
    except OverflowError as error:
        raise DataError(f"{value} is outside of the years 1 to 9999 in UTC") from error


def _clock(value: datetime) -> str:
    return datetime.isoformat(value.replace(tzinfo=None), " ", "microseconds")


def _interval(value: timedelta) -> str:
    micros = value // _MICROS
    if abs(micros) >= 1 << 63:
        raise DataError(f"{value} is longer than Spark's intervals can be")
    seconds, fraction = divmod(abs(micros), 1_000_000)
    days, rest = divmod(seconds, 86_400)
    clock = f"{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}.{fraction:06}"
    return f"INTERVAL '{'-' if micros < 0 else ''}{days} {clock}' DAY TO SECOND"


def _unknown(value: object) -> ProgrammingError:
    return ProgrammingError(f"a value of type {type(value).__qualname__} cannot be a parameter")
