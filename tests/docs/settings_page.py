"""The table of docs/settings.md, made from the settings themselves.

``python -m tests.docs.settings_page`` writes it anew.
"""

import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from headway.settings import Settings
from tests.docs.pages import ROOT, between, replaced

PAGE = ROOT / "docs" / "settings.md"
MARK = "settings"
HEAD = "| in headway.toml | variable | default | meaning |\n|---|---|---|---|"


@dataclass(frozen=True)
class Row:
    """One setting; no ``key`` when it cannot stand in the file."""

    key: str | None
    variable: str
    default: str
    meaning: str


def table() -> str:
    """Give the whole table, one row a setting."""
    lines = (
        f"| {f'`{row.key}`' if row.key else 'none'} | `{row.variable}` | {row.default} | {row.meaning} |"
        for row in rows()
    )
    return "\n".join((HEAD, *lines))


def rows() -> Iterator[Row]:
    """Give every setting."""
    return _rows(Settings, (), "HEADWAY_")


def _rows(model: type[BaseModel], path: tuple[str, ...], prefix: str) -> Iterator[Row]:
    for name, field in model.model_fields.items():
        inner, of_names = _model_in(field)
        variable = prefix + name.upper()
        if inner is None:
            # The file is looked for in the home.
            key = None if name == "home" else ".".join((*path, name))
            yield Row(key, variable, _default(name, field), field.description or "")
        elif of_names:
            # Names of the operator's choice: as a variable, all of them are one JSON object.
            yield from (replace(row, variable=variable) for row in _rows(inner, (*path, name, "NAME"), ""))
        else:
            yield from _rows(inner, (*path, name), f"{variable}__")


def _model_in(field: FieldInfo) -> tuple[type[BaseModel] | None, bool]:
    kind = field.annotation
    arguments = typing.get_args(kind)
    of_names = typing.get_origin(kind) is dict
    found = arguments[1] if of_names else kind
    if isinstance(found, type) and not isinstance(found, types.GenericAlias) and issubclass(found, BaseModel):
        return found, of_names
    return None, False


def _default(name: str, field: FieldInfo) -> str:
    if name == "home":
        return "`~/.headway`"
    value = field.get_default(call_default_factory=True, validated_data={})
    if value is None:
        return "unset"
    if value == {}:
        return "none"
    if isinstance(value, bool):
        value = str(value).lower()  # as the file has it
    return f"`{value}`"


def write(page: Path = PAGE) -> None:
    """Put the table into the page."""
    page.write_text(replaced(page.read_text(), MARK, table()))


def current(page: Path = PAGE) -> str:
    """Give the table that the page has."""
    return between(page.read_text(), MARK)


if __name__ == "__main__":
    write()
