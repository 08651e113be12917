"""``headway engine``: the Spark application that runs the project's jobs."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from headway.cli.engine_prepare import prepare
from headway.cli.engine_scale import restart, scale
from headway.cli.engine_view import print_engine
from headway.cli.exits import FAILED, UNREACHABLE, complain, spoken
from headway.cli.exits import stop as stopped_with
from headway.cli.json_out import print_json
from headway.cli.moments import moment_text
from headway.cli.options import AsJson
from headway.cli.place import Place, place_of
from headway.cli.verb import Verb

if TYPE_CHECKING:
    from headway.cli.engine_machine import MachineEngine
    from headway.cli.engine_offline import HomeEngine
    from headway.client.http import HeadwayClient
    from headway.client.seen import EngineSeen

app = typer.Typer(help="The Spark application that runs the project's jobs.", no_args_is_help=True)

app.command(cls=Verb)(prepare)
app.command(cls=Verb)(restart)
app.command(cls=Verb)(scale)


@app.command(cls=Verb)
def status(context: typer.Context, as_json: AsJson = False) -> None:
    """Show the engine's state; starts nothing. Without a service: every engine of the home.

    Examples:
        headway engine status
        headway engine status --json | jq -r .monitor_url    # Spark's own pages
    """
    place = place_of(context)
    seen = _ask(place, lambda client: client.engine())
    if seen is not None:
        print_engine(seen, as_json=as_json)
        return
    _say(f"No service runs for {place.home}: this is read from the home.")
    _each(place, lambda engine: engine.look(), as_json=as_json)


@app.command("list", cls=Verb)
def list_engines(as_json: AsJson = False) -> None:
    """List your engines on this machine, whatever home they belong to; asks no service.

    An engine outlives its service, and even its home: an idle one is stopped by its pid.

    Examples:
        headway engine list
        headway engine list --json | jq '.[] | select(.state != "in use")'
    """
    from headway.cli.engine_machine import machine_engines

    engines = sorted(machine_engines(), key=lambda engine: engine.process.process_started)
    if as_json:
        print_json([_json_of(engine) for engine in engines])
        return
    if not engines:
        _say("No engine of yours runs on this machine.")
        return
    from headway.cli.tables import data_console, plain_table, print_table
    from headway.jobs.amounts import size_text

    rows = [
        (
            str(engine.process.pid),
            engine.state,
            size_text(engine.process.memory_bytes),
            moment_text(engine.process.process_started * 1000),
            engine.project_id,
            str(engine.home),
        )
        for engine in engines
    ]
    headings = ("PID", "STATE", "MEMORY", "SINCE", "PROJECT", "HOME")
    print_table(data_console(), plain_table(headings, rows, right=(0, 2)))


@app.command(cls=Verb)
def stop(
    context: typer.Context,
    pid: Annotated[int | None, typer.Option(help="One process of `headway engine list` instead.")] = None,
    as_json: AsJson = False,
) -> None:
    """Stop the engine. Jobs that run in it fail; the next job starts it again.

    Without a service: every engine of the home, or that of --project.

    Examples:
        headway engine stop
        headway --project reports engine stop
        headway engine stop --pid 4711
    """
    if pid is not None:
        _stop_process(pid, as_json=as_json)
        return
    place = place_of(context)
    seen = _ask(place, lambda client: client.stop_engine())
    if seen is not None:
        print_engine(seen, as_json=as_json)
        if seen.kind == "remote":
            _say(f"The engine at {seen.connect_url} was not started here and is left alone.")
        return
    _say(f"No service runs for {place.home}: its engines are stopped directly.")
    if any(seen.state != "STOPPED" for seen in _each(place, lambda engine: engine.stop(), as_json=as_json)):
        complain("An engine's process did not end")
        raise typer.Exit(FAILED)


def _stop_process(pid: int, *, as_json: bool) -> None:
    """Stop one engine of this machine, by its process; nothing that is no engine."""
    from headway.cli.engine_machine import machine_engines

    engine = next((engine for engine in machine_engines() if engine.process.pid == pid), None)
    if engine is None:
        raise stopped_with(f"Process {pid} is none of your engines; see: headway engine list", FAILED)
    of = f"{pid} of project {engine.project_id} in {engine.home}"
    if not engine.stop():
        raise stopped_with(f"Engine {of} did not end", FAILED)
    if as_json:
        print_json(_json_of(engine) | {"state": "STOPPED"})
    else:
        _say(f"Engine {of} was stopped.")


def _ask(place: Place, verb: "Callable[[HeadwayClient], EngineSeen]") -> "EngineSeen | None":
    """Ask the service; ``None`` when there is none for the home."""
    from headway.client.credentials import NoCredentials
    from headway.client.errors import Unreachable

    with spoken():
        try:
            with place.client() as client:
                return verb(client)
        except (NoCredentials, Unreachable) as error:
            if place.is_elsewhere or not place.home.is_dir():
                raise
            from headway.cli.engine_offline import service_in

            pid = service_in(place.home)
            if pid is not None:
                there = f"A service (pid {pid}) works in {place.home} all the same: starting, ending or stuck"
                raise stopped_with(f"{error}\n{there}", UNREACHABLE) from error
            return None


def _each(
    place: Place, verb: "Callable[[HomeEngine], EngineSeen]", *, as_json: bool = False
) -> "list[EngineSeen]":
    """Print what the verb gives for each engine of the home, with its project."""
    from headway.cli.engine_offline import home_engines

    given = []
    for engine in home_engines(place.home, place.project_id):
        given.append(verb(engine))
        print_engine(given[-1], engine.project_id, as_json=as_json)
    if not given:
        _say("No engine was ever started there.")
    return given


def _say(text: str) -> None:
    from headway.cli.tables import talk_console

    talk_console().print(text, markup=False, soft_wrap=True)


def _json_of(engine: "MachineEngine") -> dict[str, object]:
    process = engine.process
    return {
        "pid": process.pid,
        "state": engine.state,
        "memory_bytes": process.memory_bytes,
        "started_at": round(process.process_started * 1000),
        "project_id": engine.project_id,
        "home": str(engine.home),
    }
