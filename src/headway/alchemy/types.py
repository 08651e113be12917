"""Spark's names of types -> SQLAlchemy's types."""

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import types
from sqlalchemy.types import TypeEngine, UserDefinedType

_SIMPLE: Mapping[str, type[TypeEngine[Any]]] = {
    "boolean": types.BOOLEAN,
    "tinyint": types.SMALLINT,
    "smallint": types.SMALLINT,
    "int": types.INTEGER,
    "bigint": types.BIGINT,
    "float": types.REAL,
    "double": types.DOUBLE,
    "binary": types.LargeBinary,
    "string": types.String,
    "date": types.DATE,
    "time": types.TIME,
}
_PARAMETERS = re.compile(r"(\w+)\s*\(([\d,\s]+)\)")


class SparkType(UserDefinedType[Any]):
    """A type that SQLAlchemy has no word for; values go through as DB-API gives them: lists, dicts, texts."""

    cache_ok = True

    def __init__(self, name: str) -> None:
        self.name = name

    def get_col_spec(self, **_: Any) -> str:
        """Give Spark's name of the type."""
        return self.name


def type_of(name: str) -> TypeEngine[Any]:
    """Read a type as DESCRIBE writes it: ``decimal(15,2)``, ``array<int>``."""
    found = _PARAMETERS.fullmatch(name)
    base = found[1] if found else name
    numbers = [int(each) for each in found[2].split(",")] if found else []
    first, second = [*numbers, None, None][:2]
    match base:
        case "decimal":
            return types.DECIMAL(first, second)
        case "varchar":
            return types.VARCHAR(first)
        case "char":
            return types.CHAR(first)
        case "timestamp" | "timestamp_ltz":
            return types.TIMESTAMP(timezone=True)
        case "timestamp_ntz":
            return types.TIMESTAMP()
    return _SIMPLE[base]() if base in _SIMPLE else SparkType(name)
