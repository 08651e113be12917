"""JSON text of cells: decimals as exact numbers, what JSON has no number for as text."""

import json
import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any, TypeAlias

JsonValue: TypeAlias = "bool | int | float | Decimal | str | list[JsonValue] | dict[str, JsonValue] | None"


def dump_json(value: object) -> bytes:
    """Write a value as compact UTF-8 JSON.

    ``Decimal`` is written as an exact number, NaN and the infinities as "NaN", "Infinity", "-Infinity".
    Takes what ``json`` takes (object keys must be text); raises ``TypeError`` for anything else.
    """
    return dump_text(value).encode("utf-8", "replace")


def dump_text(value: object) -> str:
    """Do as ``dump_json``, as text."""
    leaf = _LEAVES.get(type(value))
    if leaf is not None:
        return leaf(value)
    try:
        return _FAST.encode(value)
    except (TypeError, ValueError):  # a Decimal, a NaN or an infinity is in it
        return _write(value)


_FAST = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _write(value: object) -> str:
    leaf = _LEAVES.get(type(value))
    if leaf is not None:
        return leaf(value)
    match value:
        case list() | tuple():
            return f"[{','.join([_write(item) for item in value])}]"
        case dict():
            return "{" + ",".join([f"{_key(key)}:{_write(item)}" for key, item in value.items()]) + "}"
        case str():  # of a class of its own, such as an enumeration
            return encode_basestring(value)
        case int():
            return int.__repr__(value)
        case float():
            return _float(float(value))
        case _:
            raise TypeError(f"no JSON for {type(value).__name__}")


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError("keys of a JSON object must be text")
    return encode_basestring(key)


def _float(value: float) -> str:
    return repr(value) if math.isfinite(value) else f'"{_not_finite(value)}"'


def _decimal(value: Decimal) -> str:
    return format(value, "f") if value.is_finite() else f'"{_not_finite(float(value))}"'


def _not_finite(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


_LEAVES: Mapping[type, Callable[[Any], str]] = {
    str: encode_basestring,
    int: repr,
    float: _float,
    Decimal: _decimal,
    bool: lambda value: "true" if value else "false",
    type(None): lambda value: "null",
}
