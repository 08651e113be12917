"""What PEP 249 says of a result's columns."""

import json
import re
from collections.abc import Mapping
from typing import cast

from headway.results.spark_schema import Column, columns_of

# name, type_code (Spark's name of the type), display_size, internal_size, precision, scale, null_ok
Described = tuple[str, str, None, None, int | None, int | None, bool | None]

_DECIMAL = re.compile(r"decimal\((\d+),\s*(-?\d+)\)")


def columns_in(schema: Mapping[str, object] | None) -> tuple[Column, ...]:
    """Read the columns of a result's schema (Spark's StructType); none for a statement that gives no rows."""
    return columns_of(json.dumps(schema)) if schema else ()


def description_of(schema: Mapping[str, object] | None) -> list[Described] | None:
    """Describe a result's columns; ``None`` for a statement that gives no rows."""
    columns = columns_in(schema)
    if schema is None or not columns:
        return None
    fields = cast("list[Mapping[str, bool]]", schema["fields"])
    return [_described(*each) for each in zip(columns, fields, strict=True)]


def _described(column: Column, field: Mapping[str, bool]) -> Described:
    decimal = _DECIMAL.fullmatch(column.type)
    precision, scale = (int(decimal[1]), int(decimal[2])) if decimal else (None, None)
    return column.name, column.type, None, None, precision, scale, field.get("nullable")
