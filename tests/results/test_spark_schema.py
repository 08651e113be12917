"""Spark's schema as people read it."""

import pytest

from headway.results.spark_schema import columns_of, simple_string
from tests.results.conftest import schema

TEXTS = {"type": "array", "elementType": "string", "containsNull": True}
MAP = {"type": "map", "keyType": "string", "valueType": "long", "valueContainsNull": True}
STRUCT = {"type": "struct", "fields": [{"name": "a b", "type": "short"}, {"name": "c", "type": TEXTS}]}


@pytest.mark.parametrize(
    ("spark_type", "simple"),
    [
        ("byte", "tinyint"),
        ("short", "smallint"),
        ("integer", "int"),
        ("long", "bigint"),
        ("void", "void"),
        ("decimal(10,2)", "decimal(10,2)"),
        ("interval day to second", "interval day to second"),
        ("timestamp_ntz", "timestamp_ntz"),
        ("varchar(5)", "varchar(5)"),
        (TEXTS, "array<string>"),
        (MAP, "map<string,bigint>"),
        (STRUCT, "struct<a b:smallint,c:array<string>>"),
        ({"type": "udt", "class": "x", "sqlType": TEXTS}, "array<string>"),
    ],
)
def test_simple_strings(spark_type: str | dict[str, object], simple: str) -> None:
    assert simple_string(spark_type) == simple


def test_columns_in_order_with_repeated_names() -> None:
    columns = columns_of(schema(("a", "integer"), ("a", "string")))
    assert [(column.name, column.type) for column in columns] == [("a", "int"), ("a", "string")]


@pytest.mark.parametrize(
    "text", ['"integer"', "[]", "{}", '{"type": "struct"}', '{"type": "array"}', "no json"]
)
def test_what_is_no_schema_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"struct|fields|Expecting"):
        columns_of(text)
