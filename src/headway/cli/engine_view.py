"""How an engine is shown by the commands about it."""

from dataclasses import asdict
from typing import TYPE_CHECKING

from headway.cli.json_out import print_json
from headway.cli.moments import moment_text

if TYPE_CHECKING:
    from headway.client.seen import EngineSeen, EngineSizeSeen


def print_engine(seen: "EngineSeen", project_id: str | None = None, *, as_json: bool = False) -> None:
    """Print what is known of an engine, with its project where several are shown."""
    from headway.cli.tables import data_console, named_values, print_table

    fields = {**({} if project_id is None else {"project_id": project_id}), **asdict(seen)}
    if as_json:
        print_json(fields)
        return
    said = {**fields, "started_at": moment_text(seen.started_at), "size": _size_text(seen.size)}
    pairs = [(name.replace("_", " "), str(value)) for name, value in said.items() if value]
    print_table(data_console(), named_values(pairs))


def _size_text(size: "EngineSizeSeen") -> str:
    asked = [
        f"{name} {value}"
        for name, value in (("cores", size.cores), ("memory", size.memory), ("executors", size.executors))
        if value is not None
    ]
    return ", ".join(asked)
