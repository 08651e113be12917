"""``headway history``: what is kept of earlier runs of statements, for the estimates of the next ones."""

import sys
from typing import Annotated

import typer

from headway.cli.exits import spoken
from headway.cli.place import place_of

app = typer.Typer(
    help="Earlier runs of the project's statements: what estimates rest on.", no_args_is_help=True
)


@app.command()
def export(context: typer.Context) -> None:
    """Print every run that is kept as JSON lines: the statement's fingerprint, and its stages."""
    with spoken(), place_of(context).client() as client, client.history() as chunks:
        for chunk in chunks:
            sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()


@app.command()
def clear(
    context: typer.Context,
    fingerprint: Annotated[str | None, typer.Option(help="Only the runs of this statement.")] = None,
) -> None:
    """Forget the runs that are kept; the next estimates do not know of them. Jobs and results stay."""
    from headway.cli.tables import talk_console

    with spoken(), place_of(context).client() as client:
        deleted = client.clear_history(fingerprint)
    text = f"{deleted:,} {'run' if deleted == 1 else 'runs'} forgotten"
    talk_console().print(text, markup=False, soft_wrap=True)
