"""Integers to Spark's text, compared with Python's own calendar where that reaches."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.results import moments

EPOCH = datetime(1970, 1, 1)
CYCLE = 146_097
ZONES = ["America/New_York", "Asia/Shanghai", "Australia/Lord_Howe", "Africa/Monrovia", "Pacific/Apia"]


@given(st.dates())
def test_a_date_python_knows(day: date) -> None:
    assert moments.date_text((day - EPOCH.date()).days) == day.isoformat()


@given(st.dates(), st.integers(-10_000, 10_000))
def test_calendars_repeat_every_400_years(day: date, cycles: int) -> None:
    year = day.year + 400 * cycles
    text = moments.date_text((day - EPOCH.date()).days + CYCLE * cycles)
    sign = "" if 0 <= year <= 9999 else "-" if year < 0 else "+"
    assert text == f"{sign}{abs(year):04d}{day.isoformat()[4:]}"


@given(st.datetimes(min_value=datetime(1, 1, 3), max_value=datetime(9999, 12, 29)), st.sampled_from(ZONES))
def test_a_timestamp_python_knows(at: datetime, zone: str) -> None:
    micros = (at - EPOCH) // timedelta(microseconds=1)
    there = at.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert moments.timestamp_text(micros, "us", moments.zone_of(zone)) == plain(there)
    assert moments.timestamp_text(micros, "us", None) == plain(at)
    assert moments.timestamp_text(micros * 1000, "ns", UTC) == plain(at)


def plain(at: datetime) -> str:
    text = at.isoformat(" ")
    return text.rstrip("0") if "." in text else text


@given(st.integers(-(2**63), 2**63 - 1), st.sampled_from(ZONES))
def test_every_64_bit_timestamp_has_a_text(value: int, zone: str) -> None:
    for unit in ("us", "ns"):
        text = moments.timestamp_text(value, unit, moments.zone_of(zone))
        assert text.count(":") == 2
    assert moments.date_text(value % 2**32 - 2**31)


@given(st.integers(-(2**63), 2**63 - 1))
def test_intervals_add_up(micros: int) -> None:
    text = moments.day_time_text(micros, "interval day to second")
    body = text.removeprefix("INTERVAL '").removesuffix("' DAY TO SECOND")
    sign, body = (-1, body[1:]) if body.startswith("-") else (1, body)
    days, clock = body.split(" ")
    hours, minutes, seconds = clock.split(":")
    whole, _, fraction = seconds.partition(".")
    total = ((int(days) * 24 + int(hours)) * 60 + int(minutes)) * 60 + int(whole)
    assert sign * (total * 1_000_000 + int(fraction.ljust(6, "0"))) == micros


@pytest.mark.parametrize(
    ("name", "hours"),
    [
        ("+05:30", 5.5),
        ("-8", -8),
        ("GMT+8", 8),
        ("UTC-03:00", -3),
        ("PST", -8),
        ("EST", -5),
        ("Z", 0),
        ("UTC", 0),
    ],
)
def test_zones_that_java_knows(name: str, hours: float) -> None:
    january = 1_578_000_000
    assert moments.offset_seconds(january, moments.zone_of(name)) == hours * 3600


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../../etc/passwd", "/etc/localtime"])
def test_an_unknown_zone_is_utc(name: str) -> None:
    assert moments.zone_of(name) is UTC
