"""``headway doctor``: what is wrong, and what to do about it."""

import os
from typing import TYPE_CHECKING

import typer

from headway.cli.exits import FAILED
from headway.cli.json_out import print_json
from headway.cli.options import AsJson
from headway.cli.place import Place, place_of

if TYPE_CHECKING:
    from headway.cli.checks import Check


def doctor(context: typer.Context, as_json: AsJson = False) -> None:
    """Look at Java, memory, disk, ports, store, engine, service and keys, and say what to do.

    Exit code 1 if something is broken; a warning is none. Changes nothing and starts nothing.

    Examples:
        headway doctor
        headway --home /var/lib/headway doctor
        headway doctor --json | jq '.[] | select(.level != "ok")'
    """
    checks = examine(place_of(context))
    if as_json:
        print_json(checks)
    else:
        _print(checks)
    if any(check.level == "FAIL" for check in checks):
        raise typer.Exit(FAILED)


def _print(checks: "list[Check]") -> None:
    from rich.text import Text

    from headway.cli.checks import Level
    from headway.cli.tables import data_console

    console = data_console()
    styles = {Level.OK: "green", Level.WARN: "yellow", Level.FAIL: "bold red"}
    for check in checks:
        console.print(
            Text.assemble((f"{check.level:<5}", styles[check.level]), f"{check.name:<12} ", check.text),
            soft_wrap=True,
        )
        if check.advice:
            console.print(Text(f"{'':18}{check.advice}", style="dim"), soft_wrap=True)


def examine(place: Place) -> "list[Check]":
    """Make every check."""
    from headway.cli import checks
    from headway.engine.memory import available_bytes
    from headway.settings import SettingsError, load

    try:
        settings = load(home=place.home)
    except SettingsError as error:
        advice = f"Correct {place.home / 'headway.toml'} or the variables HEADWAY_*"
        return [checks.Check("settings", checks.Level.FAIL, str(error), advice)]
    here: list[Check] = []
    if not place.is_elsewhere:
        here = [
            checks.check_java(settings.engine.java_home, os.environ),
            checks.check_memory(available_bytes()),
            checks.check_disk(place.home),
            checks.check_credentials(place.home),
            checks.check_store(place.home / "headway.db"),
        ]
    service, answers = _service(place)
    if not place.is_elsewhere:
        here.append(checks.check_port(settings.host, settings.port, service_answers=answers))
    return here + service


def _service(place: Place) -> "tuple[list[Check], bool]":
    """Check the service and, when it answers, its engine; tell whether it answers."""
    from headway.cli import checks
    from headway.client.credentials import NoCredentials
    from headway.client.errors import ClientError

    try:
        client = place.client()
    except NoCredentials:
        return [checks.check_service(place.endpoint, alive=False, unready={})], False
    with client:
        if not client.is_alive():
            return [checks.check_service(client.endpoint, alive=False, unready={})], False
        found: list[Check] = []
        try:
            found.append(checks.check_service(client.endpoint, alive=True, unready=client.unready_parts()))
            found.append(checks.check_engine(client.engine()))
        except ClientError as error:
            advice = "Do the keys belong to this service? See --home, HEADWAY_TOKEN"
            found.append(checks.Check("engine", checks.Level.FAIL, str(error), advice))
    return found, True
