"""JSON text of cells: decimals as exact numbers, what JSON has no number for as text."""

import json
import math
from decimal import Decimal
from json.encoder import encode_basestring
from typing import TypeAlias

JsonValue: TypeAlias = "bool | int | float | Decimal | str | list[JsonValue] | dict[str, JsonValue] | None"


def dump_json(value: object) -> bytes:
    """Write a value as compact UTF-8 JSON.

    ``Decimal`` is written as an exact number, NaN and the infinities as "NaN", "Infinity", "-Infinity".
    Takes what ``json`` takes (object keys must be text); raises ``TypeError`` for anything else.
    """
    return dump_text(value).encode("utf-8", "replace")


def dump_text(value: object) -> str:
    """Do as ``dump_json``, as text."""
    try:
        return _FAST.encode(value)
    except (TypeError, ValueError):  # a Decimal, a NaN or an infinity is in it
        return _write(value)


_FAST = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _write(value: object) -> str:
    match value:
        case str():
            return encode_basestring(value)
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return int.__repr__(value)
        case float():
            return float.__repr__(value) if math.isfinite(value) else f'"{_not_finite(value)}"'
        case Decimal():
            return format(value, "f") if value.is_finite() else f'"{_not_finite(float(value))}"'
        case list() | tuple():
            return f"[{','.join(map(_write, value))}]"
        case dict():
            return "{" + ",".join(f"{_key(key)}:{_write(item)}" for key, item in value.items()) + "}"
        case _:
            raise TypeError(f"no JSON for {type(value).__name__}")


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError("keys of a JSON object must be text")
    return encode_basestring(key)


def _not_finite(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"
