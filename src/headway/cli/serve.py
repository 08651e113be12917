"""``headway serve``: the service in the foreground."""

import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from headway.cli.exits import FAILED, stop
from headway.cli.place import settings_of


def serve(
    context: typer.Context,
    home: Annotated[Path | None, typer.Option(help="As before the command.", file_okay=False)] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.")] = None,
    stop_engines: Annotated[
        bool, typer.Option("--stop-engines", help="Stop the engines too when the service stops.")
    ] = False,
) -> None:
    """Run the service until it is told to stop (Ctrl-C, SIGTERM). Engines go on without it.

    Once it listens it prints an address of its console that signs a browser in: once, within 15 minutes.
    Logs go to stderr, as JSON unless that is a terminal.

    Examples:
        headway serve
        headway --home /srv/headway serve --host 0.0.0.0 --port 80
        headway serve --stop-engines   # take Spark along when it ends
    """
    from headway import app
    from headway.app.home import HomeInUse
    from headway.jobs.errors import StoreUnavailable

    settings = settings_of(context, home=home, host=host, port=port)
    try:
        app.serve(settings, say_link=_say_link, stop_engines=stop_engines)
    except (HomeInUse, OSError, StoreUnavailable) as error:
        raise stop(str(error), FAILED) from error


def _say_link(url: str) -> None:
    with suppress(OSError):  # nobody reads what is said here: no reason to end
        typer.echo(f"Console: {url}\n         (works once, within 15 minutes; for another: headway console)")
        sys.stdout.flush()  # at once wherever it goes, be it a file: it does not hold for long
