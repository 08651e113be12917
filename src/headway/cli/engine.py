"""``headway engine``: the Spark application that runs the project's jobs."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from headway.cli.exits import spoken
from headway.cli.place import place_of

if TYPE_CHECKING:
    from headway.client.seen import EngineSeen

app = typer.Typer(help="The Spark application that runs the project's jobs.", no_args_is_help=True)


@app.command()
def status(
    context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False
) -> None:
    """Show the engine's state; starts nothing."""
    with spoken(), place_of(context).client() as client:
        seen = client.engine()
    _print(seen, as_json=as_json)


@app.command()
def stop(context: typer.Context) -> None:
    """Stop the engine. Jobs that run in it fail; the next job starts it again."""
    with spoken(), place_of(context).client() as client:
        seen = client.stop_engine()
    _print(seen)


def _print(seen: "EngineSeen", *, as_json: bool = False) -> None:
    from dataclasses import asdict

    from headway.cli.tables import data_console, named_values, print_table

    if as_json:
        typer.echo(json.dumps(asdict(seen), indent=2, ensure_ascii=False))
        return
    pairs = [(name.replace("_", " "), str(value)) for name, value in asdict(seen).items() if value]
    print_table(data_console(), named_values(_readable(pairs)))


def _readable(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    from datetime import UTC, datetime

    def moment(text: str) -> str:
        return datetime.fromtimestamp(int(text) / 1000, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")

    return [(name, moment(text) if name == "started at" else text) for name, text in pairs]
