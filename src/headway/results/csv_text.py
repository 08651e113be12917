"""Rows -> CSV, a column at a time in Arrow where Arrow writes what JSON cells would say.

RFC 4180 with CRLF. A null is an empty cell and an empty text is ``""``; nested values are JSON text.
"""

from collections.abc import Sequence
from datetime import tzinfo

import pyarrow as pa

from headway.results.cells import json_column
from headway.results.json_text import JsonValue, dump_text
from headway.results.spark_schema import Column, SparkType, type_name

_TEXT = pa.large_string()  # the cells of a page may be more than the 2 GiB of a plain string array
_STRINGS = frozenset({"string", "char", "varchar"})
_PLAIN = frozenset({"byte", "short", "integer", "long", "boolean"})  # never quoted
_FIRST_DAY, _LAST_DAY = -719_162, 2_932_896  # 0001-01-01, 9999-12-31: Arrow writes these as Spark does
_SPACE = r"[\s\v\x1c-\x1f\x85\pZ]"
# What RFC 4180 wants quoted, and what would be taken for null or trimmed by some readers (RE2).
_TO_QUOTE = rf'[",\r\n]|^{_SPACE}|{_SPACE}$|^$'


def csv_header(columns: Sequence[Column]) -> bytes:
    """Give the line of names."""
    return _lines([_quoted(pa.array([_text(column.name)], _TEXT)) for column in columns], 1)


def csv_lines(batch: pa.RecordBatch, columns: Sequence[Column], zone: tzinfo) -> bytes:
    """Give one line a row; ``zone`` is for timestamps inside VARIANT values."""
    cells = [_cells(batch.column(i), column.spark_type, zone) for i, column in enumerate(columns)]
    return _lines(cells, batch.num_rows)


def _lines(cells: Sequence[pa.Array], count: int) -> bytes:
    import pyarrow.compute as pc  # late: takes a while, and only this format needs it

    if not cells:
        return b"\r\n" * count
    rows = pc.binary_join_element_wise(*cells, _scalar(","), null_handling="replace", null_replacement="")
    ended = pc.binary_join_element_wise(rows, _scalar(""), _scalar("\r\n"))
    return b"".join(ended.cast(pa.large_binary()).to_pylist())


def _cells(array: pa.Array, spark_type: SparkType, zone: tzinfo) -> pa.Array:
    name = type_name(spark_type)
    if name in _PLAIN:
        return array.cast(_TEXT)
    if name in _STRINGS and _is_valid(array):
        return _quoted(array.cast(_TEXT))
    if name == "decimal" and (text := _decimals(array)) is not None:
        return text
    if name == "date" and _is_common(array):
        return array.cast(_TEXT)
    return _quoted(pa.array([_text(value) for value in json_column(array, spark_type, zone)], _TEXT))


def _quoted(text: pa.Array) -> pa.Array:
    import pyarrow.compute as pc

    needed = pc.match_substring_regex(text, _TO_QUOTE)
    if not pc.any(needed).as_py():
        return text
    doubled = pc.replace_substring(text, '"', '""')
    quote = _scalar('"')
    return pc.if_else(needed, pc.binary_join_element_wise(quote, doubled, quote, _scalar("")), text)


def _decimals(array: pa.Array) -> pa.Array | None:
    import pyarrow.compute as pc

    text = array.cast(_TEXT)
    # Arrow writes very small ones with an exponent.
    return None if pc.any(pc.match_substring(text, "E")).as_py() else text


def _is_common(dates: pa.Array) -> bool:
    import pyarrow.compute as pc

    ends = pc.min_max(dates.view(pa.int32()))
    first, last = ends["min"].as_py(), ends["max"].as_py()
    return first is None or (first >= _FIRST_DAY and last <= _LAST_DAY)


def _is_valid(strings: pa.Array) -> bool:
    # Spark does not check that a STRING is UTF-8: CAST(X'FF' AS STRING).
    try:
        strings.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _text(value: JsonValue) -> str | None:
    if value is None:
        return None
    if isinstance(value, str):
        return _writable(value)
    if isinstance(value, list | dict):
        return _writable(dump_text(value))
    return dump_text(value).strip('"')  # NaN and the infinities have quotes as JSON


def _writable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()  # JSON text may hold half a surrogate pair


def _scalar(text: str) -> pa.Scalar:
    return pa.scalar(text, _TEXT)
