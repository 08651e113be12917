"""Literals stand for their values by Spark's rules of reading, and for one expression whatever is in them."""

import re
import struct
import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import IntEnum, StrEnum

import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st

from headway.dbapi import DataError, ProgrammingError
from headway.dbapi.literals import literal
from headway.dbapi.markers import rendered
from headway.jobs.lexis import Kind, tokens

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**20), max_value=10**20)
VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-(10**38) + 1, 10**38 - 1)
    | st.floats()
    | DECIMALS
    | TEXTS
    | st.binary()
    | st.dates()
    | st.datetimes()
    | st.times()
    | st.timedeltas(timedelta(days=-(10**6)), timedelta(days=10**6))
    | st.uuids()
)
NASTY = [
    "it's",
    "\\",
    "\\'",
    "a\\",
    "''",
    "--",
    "/*",
    "?",
    "${env:HOME}",
    "$${x}",
    "\n\r\t\0\x1a",
    "😀",
    "%_\\%",
]


def spark_reads(text: str) -> str:
    """Read a string literal as Spark does (SparkParserUtils.unescapeSQLString), after its variables."""
    assert re.search(r"\$\{(?:(\w+?):)?(\S+?)\}", text) is None, "Spark would put a variable's value there"
    body = text[1:-1]
    assert text[0] == text[-1] == "'"

    def plain(found: re.Match[str]) -> str:
        code = found[1]
        return chr(int(code[1:], 16)) if code[0] == "u" else code

    assert re.fullmatch(r"(?:[^'\\]|\\.)*", body, re.DOTALL), "the literal ends before its end"
    return re.sub(r"\\(u[0-9a-f]{4}|.)", plain, body, flags=re.DOTALL)


@given(TEXTS | st.sampled_from(NASTY))
def test_spark_reads_a_text_as_it_was(text: str) -> None:
    assert spark_reads(literal(text)) == text


@given(st.lists(VALUES | st.sampled_from(NASTY), min_size=1, max_size=5))
def test_values_stay_where_they_are_put(values: Sequence[object]) -> None:
    sql = rendered(f"SELECT {', '.join('1 -?' for _ in values)}, 'the end' AS `last?` -- ?", values)
    (tree,) = sqlglot.parse(sql, read="spark")
    assert tree is not None
    assert len(tree.expressions) == len(values) + 1
    assert tree.expressions[-1].alias == "last?"
    assert all(isinstance(each, sqlglot.exp.Sub) for each in tree.expressions[:-1])
    comments = [token for token in tokens(sql) if token.kind is Kind.COMMENT]
    assert [sql[each.start : each.end] for each in comments] == ["-- ?"]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_keeps_its_bits(value: float) -> None:
    text = literal(value).strip("()")
    assert text.endswith("D")
    assert struct.pack("d", float(text[:-1])) == struct.pack("d", value)


@given(DECIMALS)
def test_a_decimal_keeps_its_digits(value: Decimal) -> None:
    text = literal(value).strip("()").removesuffix("BD")
    assert Decimal(text) == value
    assert "E" not in text


@given(st.timedeltas(timedelta(days=-(10**6)), timedelta(days=10**6)))
def test_an_interval_keeps_its_microseconds(value: timedelta) -> None:
    found = re.fullmatch(r"INTERVAL '(-?)(\d+) (\d\d):(\d\d):(\d\d)\.(\d{6})' DAY TO SECOND", literal(value))
    assert found is not None
    days, hours, minutes, seconds, micros = map(int, found.groups()[1:])
    span = timedelta(days, seconds, micros, 0, minutes, hours)
    assert (-span if found[1] else span) == value


class Colour(StrEnum):
    RED = "red'"


class Level(IntEnum):
    LOW = 1


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "NULL"),
        (True, "TRUE"),
        (-5, "(-5)"),
        (Level.LOW, "1"),
        (Colour.RED, "'red\\''"),
        (float("nan"), "CAST('NaN' AS DOUBLE)"),
        (float("-inf"), "CAST('-Infinity' AS DOUBLE)"),
        (Decimal("1E+3"), "1000BD"),
        (b"\x00\xff", "X'00FF'"),
        (bytearray(b""), "X''"),
        (memoryview(b"a"), "X'61'"),
        (date(1, 2, 3), "DATE'0001-02-03'"),
        (datetime(2024, 1, 2, 3, 4, 5, 6), "TIMESTAMP_NTZ'2024-01-02 03:04:05.000006'"),
        (
            datetime(2024, 1, 1, 1, tzinfo=timezone(timedelta(hours=2))),
            "TIMESTAMP_LTZ'2023-12-31 23:00:00.000000Z'",
        ),
        (time(1, 2, 3), "TIME'01:02:03.000000'"),
        (uuid.UUID(int=1), "'00000000-0000-0000-0000-000000000001'"),
    ],
)
def test_each_type_has_its_literal(value: object, text: str) -> None:
    assert literal(value) == text


def test_numbers_of_numpy_and_pandas_are_numbers() -> None:
    import numpy
    import pandas

    assert literal(numpy.int64(-3)) == "(-3)"
    assert literal(numpy.float64(0.5)) == "0.5D"
    assert literal(numpy.float32(0.5)) == "0.5D"
    assert literal(pandas.Timestamp("2024-01-02")) == "TIMESTAMP_NTZ'2024-01-02 00:00:00.000000'"
    assert literal(pandas.NaT) == "NULL"


@pytest.mark.parametrize(
    "value",
    [
        "\ud800",
        10**38,
        Decimal("1E-39"),
        Decimal("NaN"),
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=2))),
        time(1, tzinfo=UTC),
        timedelta.max,
    ],
)
def test_what_spark_cannot_hold_is_refused(value: object) -> None:
    with pytest.raises(DataError):
        literal(value)


@pytest.mark.parametrize("value", [[1], {"a": 1}, object(), 1j])
def test_what_has_no_literal_is_refused(value: object) -> None:
    with pytest.raises(ProgrammingError, match="cannot be a parameter"):
        literal(value)


def test_marks_in_strings_names_and_comments_are_none() -> None:
    sql = "select '?', \"?\", `?`, r'?', /* ? */ ? -- ?"
    assert rendered(sql, [7]) == "select '?', \"?\", `?`, r'?', /* ? */ 7 -- ?"
    assert rendered(sql, None) == sql


@pytest.mark.parametrize("values", [[], [1, 2], "a", {"a": 1}])
def test_as_many_values_as_marks(values: Sequence[object]) -> None:
    with pytest.raises(ProgrammingError):
        rendered("select ?", values)
