"""Turns the service's JSON into immutable data. What a newer service says beyond it is passed over."""

from collections.abc import Mapping
from dataclasses import fields
from typing import TypeVar, cast

T = TypeVar("T")


def take(shape: type[T], body: Mapping[str, object], /, **given: object) -> T:
    """Build a dataclass from the fields that the body has and the shape knows; ``given`` goes first."""
    names = {each.name for each in fields(shape)}  # type: ignore[arg-type]
    known = {name: value for name, value in body.items() if name in names}
    return shape(**{**known, **given})


def part(body: Mapping[str, object], name: str) -> Mapping[str, object] | None:
    """Give an object inside the body, if it is there and not null."""
    return cast("Mapping[str, object] | None", body.get(name))


def parts(body: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    """Give a list of objects inside the body; none when it is not there."""
    return cast("list[Mapping[str, object]]", body.get(name) or [])
