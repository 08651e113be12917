"""Times of subjobs as text: Java's ``Date.toString`` (contract 1.4)."""

import re
from datetime import datetime, tzinfo

# Always English, whatever the locale.
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NUMERIC_ZONE = re.compile(r"(?:UTC)?([+-])(\d\d)(?::?(\d\d))?")


def date_text(epoch_ms: int, zone: tzinfo) -> str:
    """Give ``EEE MMM dd HH:mm:ss zzz yyyy``, for example ``Mon Jul 27 17:24:03 CST 2020``."""
    at = datetime.fromtimestamp(epoch_ms // 1000, zone)
    day, month = _DAYS[at.weekday()], _MONTHS[at.month - 1]
    return f"{day} {month} {at.day:02} {at:%H:%M:%S} {_zone_text(at)} {at.year:04}"


def _zone_text(at: datetime) -> str:
    name = at.tzname() or ""
    if match := _NUMERIC_ZONE.fullmatch(name):
        # A zone without letters: Java writes GMT+08:00.
        sign, hours, minutes = match.groups()
        return f"GMT{sign}{hours}:{minutes or '00'}"
    return name
