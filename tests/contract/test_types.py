"""Every type of Spark through preview_sql_job_result, cell by cell."""

from decimal import Decimal
from typing import Any

import pytest

from tests.contract.sdk import SYNC, Dli

# The SDK reads numbers with a point as Decimal: what is compared is the number as it was written.
CELLS: dict[str, list[tuple[str, str, Any]]] = {
    "numbers": [
        ("127Y", "tinyint", 127),
        ("-32768S", "smallint", -32768),
        ("2147483647", "int", 2147483647),
        ("9223372036854775807L", "bigint", 9223372036854775807),
        ("CAST('-9223372036854775808' AS BIGINT)", "bigint", -9223372036854775808),
        ("true", "boolean", True),
        ("0.1D", "double", Decimal("0.1")),
        ("1e300D", "double", Decimal("1e+300")),
        ("4.9E-324D", "double", Decimal("5e-324")),
        ("-0.0D", "double", Decimal("-0.0")),
        ("FLOAT(0.1)", "float", Decimal("0.1")),
        ("DOUBLE('NaN')", "double", "NaN"),
        ("DOUBLE('Infinity')", "double", "Infinity"),
        ("FLOAT('-Infinity')", "float", "-Infinity"),
    ],
    "decimals": [
        ("1.50BD", "decimal(3,2)", Decimal("1.50")),
        ("CAST(0 AS DECIMAL(10,2))", "decimal(10,2)", Decimal("0.00")),
        ("-0.000000000000000001BD", "decimal(18,18)", Decimal("-1E-18")),
        (
            "CAST(12345678901234567890.123456789012345678 AS DECIMAL(38,18))",
            "decimal(38,18)",
            Decimal("12345678901234567890.123456789012345678"),
        ),
        ("CAST(repeat('9', 38) AS DECIMAL(38,0))", "decimal(38,0)", int("9" * 38)),
    ],
    "dates and times": [
        ("DATE'2024-02-29'", "date", "2024-02-29"),
        ("DATE'0001-01-01'", "date", "0001-01-01"),
        ("DATE'1582-10-15'", "date", "1582-10-15"),
        ("DATE'+12345-06-07'", "date", "+12345-06-07"),
        ("TIMESTAMP'2024-02-29 12:34:56.789012'", "timestamp", "2024-02-29 12:34:56.789012"),
        ("TIMESTAMP'2024-01-01T00:00:00+08:00'", "timestamp", "2023-12-31 16:00:00"),
        ("TIMESTAMP_NTZ'1969-12-31 23:59:59.5'", "timestamp_ntz", "1969-12-31 23:59:59.5"),
        (
            "INTERVAL '1 02:03:04.5' DAY TO SECOND",
            "interval day to second",
            "INTERVAL '1 02:03:04.5' DAY TO SECOND",
        ),
        ("INTERVAL '-90' MINUTE", "interval minute", "INTERVAL '-90' MINUTE"),
        ("INTERVAL '-1-2' YEAR TO MONTH", "interval year to month", "INTERVAL '-1-2' YEAR TO MONTH"),
        ("INTERVAL '7' MONTH", "interval month", "INTERVAL '7' MONTH"),
        (
            "make_interval(1, 2, 0, 3, 4, 5, 6.5)",
            "interval",
            "1 years 2 months 3 days 4 hours 5 minutes 6.5 seconds",
        ),
    ],
    "texts and bytes": [
        ("''", "string", ""),
        ("'空间 😀 e\u0301 \U0001f468‍\U0001f469'", "string", "空间 😀 e\u0301 \U0001f468‍\U0001f469"),
        (r"""'"quoted" \\ \n\t\0'""", "string", '"quoted" \\ \n\t\0'),
        ("repeat('0123456789', 100000)", "string", "0123456789" * 100_000),
        ("CAST('ab' AS CHAR(4))", "string", "ab"),
        ("X'DEADBEEF'", "binary", "3q2+7w=="),
        ("X''", "binary", ""),
    ],
    "nulls": [
        ("NULL", "void", None),
        ("CAST(NULL AS INT)", "int", None),
        ("CAST(NULL AS STRING)", "string", None),
        ("CAST(NULL AS DECIMAL(5,2))", "decimal(5,2)", None),
        ("CAST(NULL AS BINARY)", "binary", None),
        ("CAST(NULL AS TIMESTAMP)", "timestamp", None),
        ("CAST(NULL AS INTERVAL DAY)", "interval day", None),
        ("CAST(NULL AS ARRAY<INT>)", "array<int>", None),
        ("CAST(NULL AS MAP<STRING,INT>)", "map<string,int>", None),
        ("CAST(NULL AS STRUCT<x:INT>)", "struct<x:int>", None),
    ],
    "nested": [
        ("array(1, NULL, 3)", "array<int>", [1, None, 3]),
        ("array()", "array<void>", []),
        ("map()", "map<void,void>", {}),
        ("array(array('x'), array(), NULL)", "array<array<string>>", [["x"], [], None]),
        ("map('k', 1.5BD, 'l', NULL)", "map<string,decimal(2,1)>", {"k": Decimal("1.5"), "l": None}),
        ("map(1, array(true))", "map<int,array<boolean>>", {"1": [True]}),
        (
            "named_struct('x', 1, 'y', named_struct('z', DATE'2024-01-01'))",
            "struct<x:int,y:struct<z:date>>",
            {"x": 1, "y": {"z": "2024-01-01"}},
        ),
        (
            "array(named_struct('a', map('b', X'01', 'c', NULL)))",
            "array<struct<a:map<string,binary>>>",
            [{"a": {"b": "AQ==", "c": None}}],
        ),
        ("array(DOUBLE('NaN'), 0.5D)", "array<double>", ["NaN", Decimal("0.5")]),
        ("""parse_json('{"a": [1, 2.5, null]}')""", "variant", {"a": [1, Decimal("2.5"), None]}),
    ],
}


@pytest.mark.parametrize("family", CELLS)
def test_cells(dli: Dli, family: str) -> None:
    cells = CELLS[family]
    columns = ", ".join(f"{sql} AS c{number}" for number, (sql, _, _) in enumerate(cells))
    seen = dli.preview(dli.done(f"SELECT {columns}"))
    (row,) = seen.rows
    for number, (sql, spark_type, value) in enumerate(cells):
        assert seen.schema[number] == {f"c{number}": spark_type}, sql
        assert row[number] == value, sql
        assert type(row[number]) is type(value), sql
        assert str(row[number]) == str(value), sql  # the same digits, not just the same number
    assert len(row) == len(cells)


def test_a_timestamp_with_zone_is_shown_in_the_sessions_zone(dli: Dli) -> None:
    sql = "SELECT TIMESTAMP'2024-07-01T00:00:00Z' AS z, TIMESTAMP_NTZ'2024-07-01 00:00:00' AS n"
    job_id = dli.done(sql, conf=["spark.sql.session.timeZone = Asia/Shanghai"])
    assert dli.preview(job_id).rows == [["2024-07-01 08:00:00", "2024-07-01 00:00:00"]]


def test_columns_of_the_same_name_and_of_odd_names(dli: Dli) -> None:
    seen = dli.preview(dli.done("SELECT 1 AS a, 'x' AS a, 2 AS A, 3 AS `a b`, 4 AS `空间.\"c\"`, 5"))
    names = ["a", "a", "A", "a b", '空间."c"', "5"]
    assert [name for column in seen.schema for name in column] == names
    assert seen.rows == [[1, "x", 2, 3, 4, 5]]


def test_rows_of_a_synchronous_statement_are_texts_or_null(dli: Dli) -> None:
    inner = (
        "SELECT id, id > 0 AS b, 1.50BD AS d, 0.1D AS f, DOUBLE(''NaN'') AS n, X''DEAD'' AS x,"
        " DATE''2024-02-29'' AS t, CAST(NULL AS INT) AS nothing, array(1, NULL) AS a, map(''k'', 1) AS m,"
        " named_struct(''x'', 1) AS s, INTERVAL ''7'' MONTH AS i, ''空间'' AS text FROM range(2)"
    )
    made = dli.create(f"EXECUTE IMMEDIATE '{inner}'", conf=[SYNC])
    same = ["1.50", "0.1", "NaN", "[DE AD]", "2024-02-29", None]
    nested = ["[1, null]", "{k -> 1}", "{1}", "INTERVAL '7' MONTH", "空间"]
    assert made.rows == [["0", "false", *same, *nested], ["1", "true", *same, *nested]]
