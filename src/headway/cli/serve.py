"""``headway serve``: the service in the foreground."""

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
    """Run the service until it is told to stop (Ctrl-C, SIGTERM). Engines go on without it."""
    from headway import app
    from headway.app.home import HomeInUse
    from headway.jobs.errors import StoreUnavailable

    settings = settings_of(context, home=home, host=host, port=port)
    try:
        app.serve(settings, stop_engines=stop_engines)
    except (HomeInUse, OSError, StoreUnavailable) as error:
        raise stop(str(error), FAILED) from error
