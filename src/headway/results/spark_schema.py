"""Spark's schema as JSON text -> columns with the type names that people read."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

# A type in Spark's StructType JSON: a name such as "integer", or an object for nested and user-defined types.
SparkType: TypeAlias = str | Mapping[str, object]

# JSON name -> simple name, where they differ (Spark's DataType.typeName and DataType.simpleString).
_SIMPLE = {
    "byte": "tinyint",
    "short": "smallint",
    "integer": "int",
    "long": "bigint",
    "null": "void",
    "calendarinterval": "interval",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a result; names may repeat. ``type`` is Spark's simple string: ``array<int>``."""

    name: str
    type: str
    spark_type: SparkType


@dataclass(frozen=True, slots=True)
class StructField:
    """One field of a struct."""

    name: str
    spark_type: SparkType


def columns_of(schema_json: str) -> tuple[Column, ...]:
    """Read Spark's StructType JSON; raises ``ValueError`` when it is not one."""
    schema = json.loads(schema_json)
    if not isinstance(schema, dict) or type_name(schema) != "struct":
        raise ValueError("a result schema must be a Spark struct")
    return tuple(
        Column(field.name, simple_string(field.spark_type), field.spark_type) for field in fields_of(schema)
    )


def type_name(spark_type: SparkType) -> str:
    """Give the type's name without parameters and nesting: ``decimal``, ``map``, ``interval day``."""
    if isinstance(spark_type, str):
        return spark_type.partition("(")[0].strip()
    return str(spark_type.get("type", ""))


def inner(spark_type: SparkType, key: str) -> SparkType:
    """Give a nested type's part: ``elementType``, ``keyType``, ``valueType`` or ``sqlType``."""
    part = None if isinstance(spark_type, str) else spark_type.get(key)
    if not isinstance(part, str | Mapping):
        raise ValueError(f"the type {spark_type!r} has no {key}")
    return part


def fields_of(spark_type: SparkType) -> tuple[StructField, ...]:
    """Give a struct's fields, in order."""
    fields = None if isinstance(spark_type, str) else spark_type.get("fields")
    if not isinstance(fields, Sequence):
        raise ValueError(f"the type {spark_type!r} has no fields")
    return tuple(StructField(str(field["name"]), inner(field, "type")) for field in fields)


def leaf_types(spark_type: SparkType) -> Iterator[str]:
    """Give the full names of all types within one that hold no other; an empty struct is one of them."""
    match type_name(spark_type):
        case "array":
            yield from leaf_types(inner(spark_type, "elementType"))
        case "map":
            yield from leaf_types(inner(spark_type, "keyType"))
            yield from leaf_types(inner(spark_type, "valueType"))
        case "struct" if fields_of(spark_type):
            for field in fields_of(spark_type):
                yield from leaf_types(field.spark_type)
        case "udt":
            yield from leaf_types(inner(spark_type, "sqlType"))
        case name:
            yield spark_type if isinstance(spark_type, str) else name


def simple_string(spark_type: SparkType) -> str:
    """Give Spark's simple string of a type, never shortened."""
    if isinstance(spark_type, str):
        return _SIMPLE.get(spark_type, spark_type)
    match type_name(spark_type):
        case "array":
            return f"array<{simple_string(inner(spark_type, 'elementType'))}>"
        case "map":
            key, value = inner(spark_type, "keyType"), inner(spark_type, "valueType")
            return f"map<{simple_string(key)},{simple_string(value)}>"
        case "struct":
            fields = (f"{field.name}:{simple_string(field.spark_type)}" for field in fields_of(spark_type))
            return f"struct<{','.join(fields)}>"
        case "udt":
            return simple_string(inner(spark_type, "sqlType"))
        case other:
            return other
