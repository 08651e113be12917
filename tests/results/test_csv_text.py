"""CSV: what is written a column at a time in Arrow is what the JSON cells say."""

import csv
import io
import math
from datetime import UTC
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.results.csv_text import csv_header, csv_lines
from headway.results.spark_schema import SparkType, columns_of
from tests.results.conftest import schema

DECIMALS = pa.decimal128(38, 18)


def csv_of(values: list[object], arrow_type: pa.DataType, spark_type: object) -> str:
    columns = columns_of(schema(("c", spark_type)))
    batch = pa.record_batch({"c": pa.array(values, arrow_type)})
    return csv_lines(batch, columns, UTC).decode()


def read(text: str) -> list[str]:
    """Read a column; an empty line is a row whose only cell is empty."""
    return [row[0] if row else "" for row in csv.reader(io.StringIO(text, newline=""))]


@settings(deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))))
def test_any_text_comes_back(texts: list[str]) -> None:
    assert read(csv_of(list(texts), pa.string(), "string")) == texts


@settings(deadline=None)
@given(st.lists(st.none() | st.integers(-(10**38) + 1, 10**38 - 1).map(lambda n: Decimal(f"{n}E-18"))))
def test_decimals_are_exact_and_have_no_exponent(numbers: list[Decimal | None]) -> None:
    cells = ["" if number is None else format(number, "f") for number in numbers]
    assert csv_of(list(numbers), DECIMALS, "decimal(38,18)") == "".join(f"{cell}\r\n" for cell in cells)


@pytest.mark.parametrize(
    ("values", "arrow_type", "spark_type", "cells"),
    [
        ([None, "", "null", "ä "], pa.string(), "string", ["", '""', "null", '"ä "']),
        ([b"ok", b"\xff", None], pa.binary(), "string", ["ok", "\ufffd", ""]),
        ([1, None, -(2**63)], pa.int64(), "long", ["1", "", str(-(2**63))]),
        ([True, False, None], pa.bool_(), "boolean", ["true", "false", ""]),
        ([1.5, math.nan, -math.inf, None], pa.float64(), "double", ["1.5", "NaN", "-Infinity", ""]),
        ([0, -1, None], pa.date32(), "date", ["1970-01-01", "1969-12-31", ""]),
        ([2_932_896, 2_932_897], pa.date32(), "date", ["9999-12-31", "+10000-01-01"]),
        ([None, None], pa.date32(), "date", ["", ""]),
        ([b"\x00\xff", None], pa.binary(), "binary", ["AP8=", ""]),
        ([None], pa.null(), "void", [""]),
    ],
)
def test_each_type_has_its_text(
    values: list[object], arrow_type: pa.DataType, spark_type: SparkType, cells: list[str]
) -> None:
    columns = columns_of(schema(("c", spark_type)))
    array = pa.array(values, arrow_type)
    if spark_type == "string" and arrow_type == pa.binary():
        array = pa.Array.from_buffers(pa.string(), len(array), array.buffers())  # Spark does not check
    batch = pa.record_batch({"c": array})
    assert csv_lines(batch, columns, UTC).decode() == "".join(f"{cell}\r\n" for cell in cells)


def test_rows_without_columns_are_empty_lines() -> None:
    rows = pa.RecordBatch.from_struct_array(pa.array([{}, {}, {}], pa.struct([])))
    assert (csv_header(()), csv_lines(rows, (), UTC)) == (b"\r\n", b"\r\n\r\n\r\n")


def test_a_slice_of_a_batch_is_written_alone() -> None:
    columns = columns_of(schema(("n", "long"), ("s", "string")))
    batch = pa.record_batch({"n": [1, 2, 3], "s": ["a", "b,", None]}).slice(1, 1)
    assert csv_lines(batch, columns, UTC) == b'2,"b,"\r\n'
