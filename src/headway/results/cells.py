"""Arrow columns -> cells, driven by Spark's schema: Arrow alone cannot tell intervals, VARIANT, field names.

Works a column at a time. What Spark Connect 4.3 sends: TIMESTAMP as timestamp[us, tz=session zone],
intervals as duration[us] and 32-bit months, INTERVAL as month_day_nano, TIME as time64[ns], VARIANT, GEOMETRY
and GEOGRAPHY as structs of bytes, nanosecond timestamps as timestamp[ns].
"""

from collections.abc import Callable, Sequence
from datetime import tzinfo
from typing import Generic, TypeVar

import pyarrow as pa

from headway.results import moments
from headway.results.json_text import JsonValue, dump_text
from headway.results.spark_schema import Column, SparkType, fields_of, inner, type_name
from headway.results.styles import JSON, TEXT, Style, base64_text
from headway.results.variant import variant_value

T = TypeVar("T")
V = TypeVar("V")

_INTEGERS = frozenset({"byte", "short", "integer", "long"})
_STRINGS = frozenset({"string", "char", "varchar"})


def json_rows(batch: pa.RecordBatch, columns: Sequence[Column], zone: tzinfo) -> list[list[JsonValue]]:
    """Give the batch's rows as JSON cells; ``zone`` is for timestamps inside VARIANT values."""
    return _rows(batch, columns, JSON, zone)


def text_rows(batch: pa.RecordBatch, columns: Sequence[Column], zone: tzinfo) -> list[list[str | None]]:
    """Give the batch's rows as the text that Spark shows, null as ``None``."""
    return _rows(batch, columns, TEXT, zone)


def json_column(array: pa.Array, spark_type: SparkType, zone: tzinfo) -> list[JsonValue]:
    """Give one column as JSON cells."""
    return _Reader(JSON, zone).read(array, spark_type)


def text_column(array: pa.Array, spark_type: SparkType, zone: tzinfo) -> list[str | None]:
    """Give one column as the text that Spark shows."""
    return _Reader(TEXT, zone).read(array, spark_type)


def session_zone(schema: pa.Schema) -> tzinfo:
    """Find the session's time zone in an Arrow schema; UTC when no column carries one."""
    names = (name for field in schema if (name := _zone_name(field.type)))
    return moments.zone_of(next(names, "UTC"))


def _zone_name(arrow_type: pa.DataType) -> str | None:
    if pa.types.is_timestamp(arrow_type):
        return None if arrow_type.tz is None else str(arrow_type.tz)
    parts = (arrow_type.field(i) for i in range(arrow_type.num_fields))
    return next((name for part in parts if (name := _zone_name(part.type))), None)


def _rows(
    batch: pa.RecordBatch, columns: Sequence[Column], style: Style[T], zone: tzinfo
) -> list[list[T | None]]:
    if not columns:
        return [[] for _ in range(batch.num_rows)]
    reader = _Reader(style, zone)
    read = (reader.read(batch.column(i), column.spark_type) for i, column in enumerate(columns))
    return [list(row) for row in zip(*read, strict=True)]


class _Reader(Generic[T]):
    """Reads columns of any depth in one style."""

    def __init__(self, style: Style[T], zone: tzinfo) -> None:
        self._style = style
        self._zone = zone
        self._depth = 0  # how many arrays, maps and structs are around what is read

    def read(self, array: pa.Array, spark_type: SparkType) -> list[T | None]:
        """Give the cells of a column, or of a part of one."""
        style, name = self._style, type_name(spark_type)
        if name in _INTEGERS:
            return _each(array.to_pylist(), style.integer)
        if name in _STRINGS:
            return _each(_strings(array), style.text)
        self._depth += 1
        nested = self._nested(array, spark_type, name)
        self._depth -= 1
        return nested if nested is not None else self._simple(array, str(spark_type), name)

    def _simple(self, array: pa.Array, full_name: str, name: str) -> list[T | None]:
        style = self._style
        match name:
            case "boolean":
                return _each(array.to_pylist(), style.flag)
            case "decimal":
                return _each(array.to_pylist(), style.decimal)
            case "double":
                return _each(array.to_pylist(), style.double)
            case "float":
                return _each(array.to_pylist(), style.single)
            case "binary":
                return _each(array.to_pylist(), style.binary)
            case "void" | "null":
                return [None] * len(array)
            case "variant":
                return self._variants(array)
            case "geometry" | "geography":
                return self._shapes(array)
            case _:
                return _each(_moments(array, full_name, name), style.text)

    def _nested(self, array: pa.Array, spark_type: SparkType, name: str) -> list[T | None] | None:
        match name:
            case "array":
                return self._arrays(array, inner(spark_type, "elementType"))
            case "map":
                return self._maps(array, inner(spark_type, "keyType"), inner(spark_type, "valueType"))
            case "struct":
                return self._structs(array, spark_type)
            case "udt":
                return self.read(array, inner(spark_type, "sqlType"))
        return None

    def _arrays(self, array: pa.Array, element: SparkType) -> list[T | None]:
        first, bounds = _bounds(array)
        values = self.read(array.values.slice(first, bounds[-1]), element)
        pairs = zip(bounds, bounds[1:], array.is_valid().to_pylist(), strict=False)
        return [self._style.sequence(values[start:end]) if valid else None for start, end, valid in pairs]

    def _maps(self, array: pa.Array, key: SparkType, value: SparkType) -> list[T | None]:
        first, bounds = _bounds(array)
        keys = self._keys(array.keys.slice(first, bounds[-1]), key)
        values = self.read(array.items.slice(first, bounds[-1]), value)
        pairs = zip(bounds, bounds[1:], array.is_valid().to_pylist(), strict=False)
        write = self._style.mapping
        return [write(keys[start:end], values[start:end]) if valid else None for start, end, valid in pairs]

    def _keys(self, array: pa.Array, key: SparkType) -> list[str]:
        if self._style is JSON and not isinstance(key, str):
            # The text of two nested keys may be the same ({a, b} of one field or two); their JSON is not.
            return [dump_text(value) for value in _Reader(JSON, self._zone).read(array, key)]
        return [value or "" for value in _Reader(TEXT, self._zone).read(array, key)]

    def _structs(self, array: pa.Array, spark_type: SparkType) -> list[T | None]:
        fields = fields_of(spark_type)
        names = [field.name for field in fields]
        parts = [self.read(array.field(i), field.spark_type) for i, field in enumerate(fields)]
        rows = zip(*parts, strict=True) if parts else (() for _ in range(len(array)))
        write = self._style.record
        valid = array.is_valid().to_pylist()
        return [write(names, row) if is_valid else None for row, is_valid in zip(rows, valid, strict=True)]

    def _variants(self, array: pa.Array) -> list[T | None]:
        cells: list[T | None] = []
        for pair in array.to_pylist():
            cells.append(None if pair is None else self._variant(pair["value"], pair["metadata"]))
        return cells

    def _variant(self, value: bytes, metadata: bytes) -> T | None:
        write = self._style.nested_variant if self._depth else self._style.variant
        try:
            return write(variant_value(value, metadata, self._zone))
        except ValueError:  # damaged or nested too deeply: nothing is lost, nothing fails
            return write({"value": base64_text(value), "metadata": base64_text(metadata)})

    def _shapes(self, array: pa.Array) -> list[T | None]:
        parts: list[tuple[str, SparkType]] = [("srid", "integer"), ("wkb", "binary")]
        fields = [{"name": name, "type": spark_type} for name, spark_type in parts]
        return self._structs(array, {"type": "struct", "fields": fields})


def _each(values: list[V | None], write: Callable[[V], T] | None) -> list[T | None]:
    if write is None:
        return values  # type: ignore[return-value]  # None says that V is T
    return [None if value is None else write(value) for value in values]


def _bounds(array: pa.Array) -> tuple[int, list[int]]:
    """Give where a list or map array's children start, and the bounds of each row from there."""
    offsets: list[int] = array.offsets.to_pylist()
    return offsets[0], [offset - offsets[0] for offset in offsets]


def _strings(array: pa.Array) -> list[str | None]:
    try:
        return list(array.to_pylist())
    except UnicodeDecodeError:  # Spark does not check that a STRING is UTF-8: CAST(X'FF' AS STRING)
        raw = array.cast(pa.large_binary() if pa.types.is_large_string(array.type) else pa.binary())
        return [None if item is None else item.decode("utf-8", "replace") for item in raw.to_pylist()]


def _moments(array: pa.Array, full_name: str, name: str) -> list[str | None]:
    match name:
        case "date":
            return _each(array.view(pa.int32()).to_pylist(), moments.date_text)
        case "timestamp" | "timestamp_ltz" | "timestamp_ntz":
            unit, zone = array.type.unit, array.type.tz and moments.zone_of(array.type.tz)
            stamps = array.view(pa.int64()).to_pylist()
            return _each(stamps, lambda value: moments.timestamp_text(value, unit, zone))
        case "time":
            unit = array.type.unit
            return _each(array.view(pa.int64()).to_pylist(), lambda value: moments.time_text(value, unit))
        case "interval" | "calendarinterval":
            return _each(array.to_pylist(), lambda value: moments.calendar_text(*value))
    if name.startswith("interval ") and ("year" in name or "month" in name):
        months = array.view(pa.int32()).to_pylist()
        return _each(months, lambda value: moments.year_month_text(value, full_name))
    if name.startswith("interval "):
        micros = array.view(pa.int64()).to_pylist()
        return _each(micros, lambda value: moments.day_time_text(value, full_name))
    return _each(array.to_pylist(), str)  # a type of a later Spark: shown as Arrow sees it
