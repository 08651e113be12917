"""Dates, times and intervals as Spark writes them, from the integers that Arrow carries.

Python's own types end at years 1 and 9999 and at microseconds; Spark's do not, so this works on integers.
"""

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_DAY = 86_400
_CYCLE_DAYS = 146_097  # 400 years: whole weeks, so calendars and zone rules repeat
_CYCLE = _CYCLE_DAYS * _DAY
_UNIX_ORDINAL = date(1970, 1, 1).toordinal()
_FIRST = -62_135_510_400  # 0001-01-02 00:00:00 UTC in epoch seconds
_LAST = 253_402_214_400  # 9999-12-31 00:00:00 UTC
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OFFSET = re.compile(r"(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d{2}))?(?::?(\d{2}))?")
# java.time.ZoneId.SHORT_IDS, which Spark accepts as session time zones; the rest zoneinfo knows.
_SHORT_IDS = {
    "ACT": "Australia/Darwin", "AET": "Australia/Sydney", "AGT": "America/Argentina/Buenos_Aires",
    "ART": "Africa/Cairo", "AST": "America/Anchorage", "BET": "America/Sao_Paulo", "BST": "Asia/Dhaka",
    "CAT": "Africa/Harare", "CNT": "America/St_Johns", "CST": "America/Chicago", "CTT": "Asia/Shanghai",
    "EAT": "Africa/Addis_Ababa", "ECT": "Europe/Paris", "IET": "America/Indiana/Indianapolis",
    "IST": "Asia/Kolkata", "JST": "Asia/Tokyo", "MIT": "Pacific/Apia", "NET": "Asia/Yerevan",
    "NST": "Pacific/Auckland", "PLT": "Asia/Karachi", "PNT": "America/Phoenix",
    "PRT": "America/Puerto_Rico", "PST": "America/Los_Angeles", "SST": "Pacific/Guadalcanal",
    "VST": "Asia/Ho_Chi_Minh", "EST": "-05:00", "MST": "-07:00", "HST": "-10:00",
}  # fmt: skip
_FIELDS = ("DAY", "HOUR", "MINUTE", "SECOND")


def zone_of(name: str) -> tzinfo:
    """Give the time zone that Spark means by ``name``; UTC when the machine has no data for it."""
    name = _SHORT_IDS.get(name, name)
    if found := _OFFSET.fullmatch(name):
        sign, hours, minutes, seconds = found.groups()
        offset = timedelta(hours=int(hours), minutes=int(minutes or 0), seconds=int(seconds or 0))
        return timezone(-offset if sign == "-" else offset)
    try:
        return UTC if name in ("Z", "UTC", "Etc/UTC") else ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def date_text(days: int) -> str:
    """Give ``yyyy-MM-dd`` for days since 1970; ``+12345-…`` and ``-0044-…`` outside of four digits."""
    cycles = 0
    ordinal = days + _UNIX_ORDINAL
    if not 1 <= ordinal <= 3_652_059:
        cycles, ordinal = divmod(ordinal - 1, _CYCLE_DAYS)
        ordinal += 1
    day = date.fromordinal(ordinal)
    year = day.year + 400 * cycles
    if 0 <= year <= 9999:
        return f"{year:04d}-{day.month:02d}-{day.day:02d}"
    return f"{'-' if year < 0 else '+'}{abs(year):04d}-{day.month:02d}-{day.day:02d}"


def timestamp_text(value: int, unit: str, zone: tzinfo | None) -> str:
    """Give ``yyyy-MM-dd HH:mm:ss[.f…]`` for ``value`` units ('us' or 'ns') since 1970, seen in ``zone``."""
    seconds, fraction = divmod(value, _PER_SECOND[unit])
    if zone is not None and zone is not UTC:
        seconds += offset_seconds(seconds, zone)
    days, second = divmod(seconds, _DAY)
    return f"{date_text(days)} {_clock(second)}{_fraction(fraction, unit)}"


def time_text(value: int, unit: str) -> str:
    """Give ``HH:mm:ss[.f…]`` for ``value`` units since midnight."""
    second, fraction = divmod(value, _PER_SECOND[unit])
    return _clock(second) + _fraction(fraction, unit)


def offset_seconds(seconds: int, zone: tzinfo) -> int:
    """Give the zone's offset from UTC at an epoch second, for any year."""
    if seconds < _FIRST:
        seconds = _FIRST + (seconds - _FIRST) % _CYCLE
    elif seconds > _LAST:
        seconds = _LAST - (_LAST - seconds) % _CYCLE
    offset = (_EPOCH + timedelta(seconds=seconds)).astimezone(zone).utcoffset()
    return 0 if offset is None else offset.days * _DAY + offset.seconds


def day_time_text(micros: int, type_name: str) -> str:
    """Give ``INTERVAL '1 02:03:04.5' DAY TO SECOND`` (Spark's IntervalUtils.toDayTimeIntervalString).

    ``type_name`` is Spark's, for example ``interval day to second`` or ``interval minute``.
    """
    words = type_name.upper().split()[1:] or ["DAY", "TO", "SECOND"]
    first, last = _FIELDS.index(words[0]), _FIELDS.index(words[-1])
    rest, fraction = divmod(abs(micros), 1_000_000)
    sizes = (_DAY, 3_600, 60, 1)
    text = ""
    for place in range(first, last + 1):
        number, rest = divmod(rest, sizes[place])
        digits = str(number) if place == 0 else f"{number:02d}"
        text += digits if place == first else f"{' ' if place == 1 else ':'}{digits}"
    if last == 3:
        text += _fraction(fraction, "us")
    return f"INTERVAL '{'-' if micros < 0 else ''}{text}' {' '.join(words)}"


def year_month_text(months: int, type_name: str) -> str:
    """Give ``INTERVAL '1-2' YEAR TO MONTH`` (Spark's IntervalUtils.toYearMonthIntervalString)."""
    words = type_name.upper().split()[1:] or ["YEAR", "TO", "MONTH"]
    years, rest = divmod(abs(months), 12)
    number = f"{years}-{rest}" if len(words) > 1 else str(years if words[0] == "YEAR" else abs(months))
    return f"INTERVAL '{'-' if months < 0 else ''}{number}' {' '.join(words)}"


def calendar_text(months: int, days: int, nanos: int) -> str:
    """Give ``1 years 2 months 3 days 4.5 seconds`` (Spark's CalendarInterval.toString)."""
    micros = _whole(nanos, 1_000)
    parts = [(_whole(months, 12), "years"), (_rest(months, 12), "months"), (days, "days")]
    parts += [
        (_whole(micros, 3_600_000_000), "hours"),
        (_whole(_rest(micros, 3_600_000_000), 60_000_000), "minutes"),
    ]
    words = [f"{number} {unit}" for number, unit in parts if number]
    second = _rest(micros, 60_000_000)
    if second or not words:
        whole, fraction = divmod(abs(second), 1_000_000)
        words.append(f"{'-' if second < 0 else ''}{whole}{_fraction(fraction, 'us')} seconds")
    return " ".join(words)


_PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
_DIGITS = {"s": 0, "ms": 3, "us": 6, "ns": 9}


def _clock(second: int) -> str:
    return f"{second // 3_600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"


def _fraction(number: int, unit: str) -> str:
    return "." + f"{number:0{_DIGITS[unit]}d}".rstrip("0") if number else ""


def _whole(number: int, size: int) -> int:
    """Divide toward zero, as Java does."""
    return number // size if number >= 0 else -(-number // size)


def _rest(number: int, size: int) -> int:
    return number - _whole(number, size) * size
