"""``headway engine restart`` and ``headway engine scale``: the engine anew, as it was or of another size."""

import time
from typing import TYPE_CHECKING, Annotated

import typer

from headway.cli.engine_view import print_engine
from headway.cli.exits import FAILED, INTERRUPTED, spoken, stop
from headway.cli.options import AsJson
from headway.cli.place import place_of

if TYPE_CHECKING:
    from headway.client.http import HeadwayClient
    from headway.client.seen import EngineSeen

_LOOK_AGAIN_SECONDS = 0.5


def restart(context: typer.Context, as_json: AsJson = False) -> None:
    """Stop the engine and start it anew. Jobs that run in it fail; jobs that wait run when it is back.

    Exit code 1 when it does not start.

    Examples:
        headway engine restart
    """
    with spoken(), place_of(context).client() as client:
        _show(_started(client, client.restart_engine()), as_json=as_json)


def scale(
    context: typer.Context,
    cores: Annotated[int | None, typer.Option(help="Cores; on a cluster, of each executor.")] = None,
    memory: Annotated[
        str | None, typer.Option(help="Memory, as 4g or 512m; on a cluster, of each executor.")
    ] = None,
    executors: Annotated[int | None, typer.Option(help="How many there are at most, on a cluster.")] = None,
    as_json: AsJson = False,
) -> None:
    """Restart the engine with another size. Jobs that run in it fail; jobs that wait run when it is back.

    The size is kept for later starts. What is not given is as the settings say: without any option the
    engine goes back to them. Exit code 1 when it does not start.

    Examples:
        headway engine scale --cores 4 --memory 8g
        headway engine scale --executors 20              # of a cluster
        headway engine scale                             # as in the settings
    """
    with spoken(), place_of(context).client() as client:
        _show(_started(client, client.scale_engine(cores, memory, executors)), as_json=as_json)


def _started(client: "HeadwayClient", seen: "EngineSeen") -> "EngineSeen":
    """Wait until the engine takes jobs, or does not."""
    try:
        while seen.state == "STARTING":
            time.sleep(_LOOK_AGAIN_SECONDS)
            seen = client.engine()
    except KeyboardInterrupt:
        raise stop("the engine starts all the same; see: headway engine status", INTERRUPTED) from None
    return seen


def _show(seen: "EngineSeen", *, as_json: bool) -> None:
    print_engine(seen, as_json=as_json)
    if seen.state != "READY":
        raise typer.Exit(FAILED)
