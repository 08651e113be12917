import locale
from datetime import timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from headway.dli.times import date_text

AT = 1_595_841_843_999  # 2020-07-27 09:24:03.999 UTC


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        (ZoneInfo("UTC"), "Mon Jul 27 09:24:03 UTC 2020"),
        (ZoneInfo("Asia/Shanghai"), "Mon Jul 27 17:24:03 CST 2020"),
        (ZoneInfo("Europe/Berlin"), "Mon Jul 27 11:24:03 CEST 2020"),
        (ZoneInfo("America/Sao_Paulo"), "Mon Jul 27 06:24:03 GMT-03:00 2020"),
        (ZoneInfo("Asia/Kathmandu"), "Mon Jul 27 15:09:03 GMT+05:45 2020"),
        (timezone(timedelta(hours=8)), "Mon Jul 27 17:24:03 GMT+08:00 2020"),
    ],
)
def test_a_time_is_written_as_java_writes_dates(zone: ZoneInfo, text: str) -> None:
    assert date_text(AT, zone) == text


def test_days_have_two_digits_and_the_zone_is_the_seasons() -> None:
    assert date_text(1_609_545_600_000, ZoneInfo("Europe/Berlin")) == "Sat Jan 02 01:00:00 CET 2021"
    assert date_text(0, ZoneInfo("UTC")) == "Thu Jan 01 00:00:00 UTC 1970"


def test_names_are_english_in_any_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    before = locale.setlocale(locale.LC_TIME)
    known = [name for name in ("de_DE.UTF-8", "zh_CN.UTF-8", "C.UTF-8") if _is_known(name)]
    locale.setlocale(locale.LC_TIME, known[0])
    try:
        assert date_text(AT, ZoneInfo("UTC")) == "Mon Jul 27 09:24:03 UTC 2020"
    finally:
        locale.setlocale(locale.LC_TIME, before)


def _is_known(name: str) -> bool:
    before = locale.setlocale(locale.LC_TIME)
    try:
        locale.setlocale(locale.LC_TIME, name)
    except locale.Error:
        return False
    locale.setlocale(locale.LC_TIME, before)
    return True
