"""``headway top``: the command."""

import sys

import typer

from headway.cli.exits import USAGE, spoken, stop
from headway.cli.place import place_of


def top(context: typer.Context) -> None:
    """Watch the project live on the whole screen: queues, engine, jobs with their estimates.

    Shows running jobs with the share that is done, its range and the time that remains, and those that
    ended lately. Opens, cancels, filters, searches and sorts by key; ? tells the keys. A service that goes
    away is waited for. Closing it ends no job.

    Examples:
        headway top
        headway --endpoint http://spark-gate:8080 --project reports top
        NO_COLOR=1 headway top
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise stop("top needs a terminal; without one: headway jobs --json", USAGE)
    from headway.cli.top.app import Top

    with spoken():
        Top(place_of(context).watcher()).run()
