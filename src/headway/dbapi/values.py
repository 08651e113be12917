"""Arrow columns -> Python's own values, driven by Spark's schema.

Numbers, texts, bytes, dates and times are Python's; a TIMESTAMP carries its zone, a TIMESTAMP_NTZ has none.
Arrays are lists, maps and structs are dicts; intervals of days are timedeltas, those of months
Spark's text.
"""

from collections.abc import Sequence
from datetime import tzinfo

import pyarrow as pa

from headway.results.cells import session_zone, text_column
from headway.results.spark_schema import Column, SparkType, fields_of, inner, type_name
from headway.results.variant import variant_value

Row = tuple[object, ...]


def python_rows(batch: pa.RecordBatch, columns: Sequence[Column]) -> list[Row]:
    """Give a batch's rows. Raises ``ValueError`` or ``OverflowError`` for a value that Python cannot hold."""
    if not columns:
        return [()] * batch.num_rows
    zone = session_zone(batch.schema)
    read = (_values(batch.column(at), column.spark_type, zone) for at, column in enumerate(columns))
    return list(zip(*read, strict=True))


def _values(array: pa.Array, spark_type: SparkType, zone: tzinfo) -> list[object]:
    match type_name(spark_type):
        case "string" | "char" | "varchar":
            return list(text_column(array, spark_type, zone))
        case "array":
            return _arrays(array, inner(spark_type, "elementType"), zone)
        case "map":
            return _maps(array, inner(spark_type, "keyType"), inner(spark_type, "valueType"), zone)
        case "struct":
            return _structs(array, spark_type, zone)
        case "udt":
            return _values(array, inner(spark_type, "sqlType"), zone)
        case "variant":
            return [_variant(each, zone) for each in array.to_pylist()]
        case "time":
            return list(array.cast(pa.time64("us"), safe=False).to_pylist())
        case "interval" | "calendarinterval":
            return list(text_column(array, spark_type, zone))
        case name if name.startswith("interval ") and ("year" in name or "month" in name):
            return list(text_column(array, spark_type, zone))
        case _:
            return list(array.to_pylist())


def _arrays(array: pa.Array, element: SparkType, zone: tzinfo) -> list[object]:
    values = _values(array.values, element, zone)
    return [None if span is None else values[span] for span in _spans(array)]


def _maps(array: pa.Array, key: SparkType, value: SparkType, zone: tzinfo) -> list[object]:
    keys, values = _values(array.keys, key, zone), _values(array.items, value, zone)
    return [None if span is None else _mapping(keys[span], values[span]) for span in _spans(array)]


def _spans(array: pa.Array) -> list[slice | None]:
    """Give where each row's part lies among a list or map array's children."""
    offsets: list[int] = array.offsets.to_pylist()
    valid: list[bool] = array.is_valid().to_pylist()
    bounds = zip(offsets, offsets[1:], valid, strict=False)
    return [slice(start, end) if is_valid else None for start, end, is_valid in bounds]


def _mapping(keys: list[object], values: list[object]) -> object:
    pairs = list(zip(keys, values, strict=True))
    try:
        return dict(pairs)
    except TypeError:  # a key that is a struct or an array cannot be a key in Python
        return pairs


def _structs(array: pa.Array, spark_type: SparkType, zone: tzinfo) -> list[object]:
    fields = fields_of(spark_type)
    names = [field.name for field in fields]
    parts = [_values(array.field(at), field.spark_type, zone) for at, field in enumerate(fields)]
    rows = zip(*parts, strict=True) if parts else (() for _ in range(len(array)))
    valid = array.is_valid().to_pylist()
    return [_record(names, row) if is_valid else None for row, is_valid in zip(rows, valid, strict=True)]


def _record(names: list[str], row: Row) -> object:
    # Names may repeat: nothing is lost then.
    return dict(zip(names, row, strict=True)) if len(set(names)) == len(names) else row


def _variant(pair: dict[str, bytes] | None, zone: tzinfo) -> object:
    return None if pair is None else variant_value(pair["value"], pair["metadata"], zone)
