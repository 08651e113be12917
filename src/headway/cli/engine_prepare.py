"""``headway engine prepare``: engines of this machine start with less work afterwards."""

import asyncio
import os
import time
from typing import Annotated

import typer

from headway.cli.exits import FAILED, stop
from headway.cli.place import settings_of
from headway.jobs.amounts import size_text


def prepare(
    context: typer.Context,
    missing: Annotated[bool, typer.Option("--missing", help="Do nothing when it was done before.")] = False,
) -> None:
    """Have Java keep what it needs to start Spark, for every home of yours; takes a minute, once.

    A throw-away engine runs some statements, and Java writes a cache when it ends. It lies in
    ~/.cache/headway (XDG_CACHE_HOME) and may be deleted at any time. Do it again after an update of Spark
    or Java.

    Examples:
        headway engine prepare
    """
    from headway.engine.aot_training import existing_cache, make_cache
    from headway.jobs.errors import EngineUnavailable

    settings = settings_of(context)
    begun = time.monotonic()
    try:
        if missing and (there := existing_cache(settings.engine.java_home, os.environ)) is not None:
            typer.echo(f"{there}: made before")
            return
        file = asyncio.run(make_cache(settings.engine.java_home, os.environ, typer.echo))
    except (EngineUnavailable, OSError) as error:
        raise stop(str(error), FAILED) from error
    typer.echo(f"{file}: {size_text(file.stat().st_size)}, made in {time.monotonic() - begun:.0f} s")
