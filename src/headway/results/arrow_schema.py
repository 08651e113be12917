"""Arrow schemas of stored rows."""

from collections.abc import Sequence

import pyarrow as pa

from headway.results.spark_schema import Column, SparkType, fields_of, inner, type_name

# pyarrow knows a 32-bit month interval in a schema but cannot read its values; int32 has the same bytes.
_MONTH_INTERVAL = pa.lib.Type_INTERVAL_MONTHS

_SIMPLE = {
    "boolean": pa.bool_(),
    "byte": pa.int8(),
    "short": pa.int16(),
    "integer": pa.int32(),
    "long": pa.int64(),
    "float": pa.float32(),
    "double": pa.float64(),
    "binary": pa.binary(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", tz="UTC"),
    "timestamp_ntz": pa.timestamp("us"),
    "time": pa.time64("ns"),
    "void": pa.null(),
    "interval": pa.month_day_nano_interval(),
    "variant": pa.struct([("value", pa.binary()), ("metadata", pa.binary())]),
    "geometry": pa.struct([("srid", pa.int32()), ("wkb", pa.binary())]),
    "geography": pa.struct([("srid", pa.int32()), ("wkb", pa.binary())]),
}


def readable(schema: pa.Schema) -> pa.Schema:
    """Give the schema in a form that everything can read; the bytes of batches need no change.

    Year-month intervals become 32-bit counts of months. Fields of structs become nullable: Spark declares
    some as never null and still sends null in them where the struct around them is null (VARIANT).
    """
    return pa.schema([_readable_field(field) for field in schema], metadata=schema.metadata)


def schema_of(columns: Sequence[Column]) -> pa.Schema:
    """Give the Arrow schema of a result that has no batch, from Spark's types."""
    return pa.schema([pa.field(column.name, _from_spark(column.spark_type)) for column in columns])


def _readable_field(field: pa.Field) -> pa.Field:
    # Not made anew: array() and map() have parts of no type that are never null; pyarrow makes none.
    return field.with_type(_readable_type(field.type))


def _readable_type(arrow_type: pa.DataType) -> pa.DataType:
    if arrow_type.id == _MONTH_INTERVAL:
        return pa.int32()
    if pa.types.is_struct(arrow_type):
        fields = (arrow_type.field(i) for i in range(arrow_type.num_fields))
        return pa.struct([_readable_field(field).with_nullable(True) for field in fields])
    if pa.types.is_map(arrow_type):
        key, item = _readable_field(arrow_type.key_field), _readable_field(arrow_type.item_field)
        return pa.map_(key, item, keys_sorted=arrow_type.keys_sorted)
    if pa.types.is_list(arrow_type):
        return pa.list_(_readable_field(arrow_type.value_field))
    if pa.types.is_large_list(arrow_type):
        return pa.large_list(_readable_field(arrow_type.value_field))
    return arrow_type


def _from_spark(spark_type: SparkType) -> pa.DataType:
    name = type_name(spark_type)
    match name:
        case "array":
            return pa.list_(_from_spark(inner(spark_type, "elementType")))
        case "map":
            key = pa.field("key", _from_spark(inner(spark_type, "keyType"))).with_nullable(False)
            return pa.map_(key, _from_spark(inner(spark_type, "valueType")))
        case "struct":
            return pa.struct([(field.name, _from_spark(field.spark_type)) for field in fields_of(spark_type)])
        case "udt":
            return _from_spark(inner(spark_type, "sqlType"))
        case "decimal":
            precision, _, scale = str(spark_type)[len("decimal(") : -1].partition(",")
            return pa.decimal128(int(precision or 10), int(scale or 0))
    if name.startswith("interval "):
        return pa.int32() if "year" in name or "month" in name else pa.duration("us")
    return _SIMPLE.get(name, pa.string())
