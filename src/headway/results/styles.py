"""Two ways to write one value: as a JSON cell, and as the text that Spark's CAST AS STRING gives."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

from headway.results.json_text import JsonValue, dump_text
from headway.results.reals import real_text, single_value

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Style(Generic[T]):
    """How each family of Spark types is written; ``None`` leaves Python's value as it is.

    Dates, times and intervals arrive as Spark's text. Nested parts arrive already written, null as ``None``.
    """

    flag: Callable[[bool], T] | None
    integer: Callable[[int], T] | None
    decimal: Callable[[Decimal], T] | None
    double: Callable[[float], T] | None
    single: Callable[[float], T]
    text: Callable[[str], T] | None
    binary: Callable[[bytes], T]
    sequence: Callable[[list[T | None]], T]
    mapping: Callable[[Sequence[str], Sequence[T | None]], T]
    record: Callable[[Sequence[str], Sequence[T | None]], T]
    variant: Callable[[JsonValue], T | None]
    nested_variant: Callable[[JsonValue], T | None]


def json_record(names: Sequence[str], values: Sequence[JsonValue]) -> JsonValue:
    """Give an object, or all values as a list when names repeat."""
    return dict(zip(names, values, strict=True)) if len(set(names)) == len(names) else list(values)


def base64_text(data: bytes) -> str:
    """Give standard base64."""
    return base64.b64encode(data).decode("ascii")


def hex_text(data: bytes) -> str:
    """Give ``[DE AD]``, as Spark's show() prints binary: a cast would print broken text."""
    return f"[{data.hex(' ').upper()}]"


def _shown(values: Sequence[str | None]) -> list[str]:
    return ["null" if value is None else value for value in values]


def _text_mapping(keys: Sequence[str], values: Sequence[str | None]) -> str:
    pairs = zip(keys, _shown(values), strict=True)
    return "{" + ", ".join(f"{key} -> {value}" for key, value in pairs) + "}"


def _text_variant(value: JsonValue) -> str | None:
    # Spark casts a variant's string without quotes and its null to NULL, unless it is inside something else.
    return value if value is None or isinstance(value, str) else dump_text(value)


JSON: Style[JsonValue] = Style(
    flag=None,
    integer=None,
    decimal=None,
    double=None,
    single=single_value,
    text=None,
    binary=base64_text,
    sequence=list,
    mapping=lambda keys, values: dict(zip(keys, values, strict=True)),
    record=json_record,
    variant=lambda value: value,
    nested_variant=lambda value: value,
)

TEXT: Style[str] = Style(
    flag=lambda value: "true" if value else "false",
    integer=str,
    decimal=lambda value: format(value, "f"),
    double=lambda value: real_text(value, single=False),
    single=lambda value: real_text(value, single=True),
    text=None,
    binary=hex_text,
    sequence=lambda values: f"[{', '.join(_shown(values))}]",
    mapping=_text_mapping,
    record=lambda names, values: "{" + ", ".join(_shown(values)) + "}",
    variant=_text_variant,
    nested_variant=dump_text,
)
