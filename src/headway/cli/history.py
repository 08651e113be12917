"""``headway history``: what is kept of earlier runs of statements, for the estimates of the next ones."""

import sys
from typing import Annotated

import typer

from headway.cli.exits import spoken
from headway.cli.json_out import print_json
from headway.cli.options import AsJson
from headway.cli.place import place_of
from headway.cli.verb import Verb

app = typer.Typer(
    help="Earlier runs of the project's statements: what estimates rest on.", no_args_is_help=True
)


@app.command(cls=Verb)
def export(context: typer.Context) -> None:
    """Print every run that is kept as JSON lines: the statement's fingerprint, and its stages.

    Examples:
        headway history export > history.jsonl
        headway history export | jq -r .fingerprint | sort | uniq -c
    """
    with spoken(), place_of(context).client() as client, client.history() as chunks:
        for chunk in chunks:
            sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()


@app.command(cls=Verb)
def clear(
    context: typer.Context,
    fingerprint: Annotated[str | None, typer.Option(help="Only the runs of this statement.")] = None,
    as_json: AsJson = False,
) -> None:
    """Forget the runs that are kept; the next estimates do not know of them. Jobs and results stay.

    Examples:
        headway history clear
        headway history clear --fingerprint 5b1f0c0f7d6e2a44
    """
    from headway.cli.tables import talk_console

    with spoken(), place_of(context).client() as client:
        deleted = client.clear_history(fingerprint)
    if as_json:
        print_json({"deleted": deleted})
        return
    text = f"{deleted:,} {'run' if deleted == 1 else 'runs'} forgotten"
    talk_console().print(text, markup=False, soft_wrap=True)
