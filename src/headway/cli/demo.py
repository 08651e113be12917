"""``headway demo``: real data, real Spark, live progress."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from headway.cli.exits import FAILED, UNREACHABLE, spoken, stop
from headway.cli.place import place_of

if TYPE_CHECKING:
    from rich.console import Console

    from headway.cli.run import Ran, Wishes
    from headway.client.http import HeadwayClient

QUERIES = "1,3,5,6,18"
ROWS_SHOWN = 5
# Small splits: a laptop's few cores then have many short tasks, so the bars move.
CONF = {"spark.sql.files.maxPartitionBytes": "16m"}


def demo(
    context: typer.Context,
    scale: Annotated[
        float, typer.Option(min=0.01, max=1000, help="TPC-H scale: 1 is 6 million line items, 360 MB.")
    ] = 1.0,
    queries: Annotated[str, typer.Option(help="Numbers of the queries to run, or all.")] = QUERIES,
) -> None:
    """Make TPC-H data, put tables over it and run some of its 22 queries with live progress.

    Data are made once for a scale and kept in the home. Starts the service in the background when none
    answers; it stays, and so do the tables, in database tpch.

    Examples:
        headway demo
        headway demo --scale 0.1 --queries all
        headway demo --queries 9,21
    """
    from headway.cli.background import NotStarted, service_client
    from headway.cli.demo_data import make_data
    from headway.cli.tables import talk_console
    from headway.demo.generate import NotGenerated, data_directory

    numbers = _numbers(queries)
    place = place_of(context)
    console = talk_console()
    place.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    directory = data_directory(place.home, scale)
    with spoken():
        try:
            make_data(console, directory, scale)
            client = service_client(place, lambda text: console.print(text, markup=False, soft_wrap=True))
        except NotGenerated as error:
            raise stop(str(error), FAILED) from error
        except NotStarted as error:
            raise stop(str(error), UNREACHABLE) from error
        with client:
            wishes = _wishes(console)
            _make_tables(client, directory, wishes)
            timings = [(number, _run_query(client, number, wishes)) for number in numbers]
    _say_timings(console, timings)
    _say_next(console)


def _numbers(text: str) -> list[int]:
    from headway.demo.tpch import QUERY_NUMBERS

    if text.strip().lower() == "all":
        return list(QUERY_NUMBERS)
    try:
        numbers = [int(each) for each in text.split(",")]
    except ValueError as error:
        raise typer.BadParameter("give numbers with commas, or all", param_hint="--queries") from error
    if any(number not in QUERY_NUMBERS for number in numbers):
        raise typer.BadParameter("TPC-H has queries 1 to 22", param_hint="--queries")
    return numbers


def _wishes(console: "Console") -> "Wishes":
    from headway.cli.output import Format
    from headway.cli.run import Wishes
    from headway.jobs.script import Surroundings

    return Wishes(
        surroundings=Surroundings(None, CONF),
        queue=None,
        tags={"made_by": "demo"},
        format=Format.TABLE,
        output=None,
        rows=ROWS_SHOWN,
        quiet=False,
        console=console,
    )


def _make_tables(client: "HeadwayClient", directory: Path, wishes: "Wishes") -> None:
    from dataclasses import replace

    from headway.cli.run import run_one
    from headway.demo.catalogue import CREATE_DATABASE, LIST_TABLES, statements
    from headway.demo.tpch import DATABASE

    hushed = replace(wishes, quiet=True)
    wishes.console.print(f"Tables: database {DATABASE} over {directory}", markup=False, soft_wrap=True)
    _finished(wishes.console, run_one(client, CREATE_DATABASE, wishes))
    listed = _finished(wishes.console, run_one(client, LIST_TABLES, hushed)).job
    page = client.page(listed.job_id, limit=1000, as_text=True)
    names = [column.name for column in page.columns]
    name_at, text_at = names.index("tableName"), names.index("information")
    known = [(str(row[name_at]), str(row[text_at])) for row in page.rows]
    for statement in statements(directory, known):
        _finished(wishes.console, run_one(client, statement, wishes))


def _finished(console: "Console", ran: "Ran") -> "Ran":
    from headway.cli.outcome import say_outcome

    if ran.job.state != "FINISHED":
        say_outcome(console, ran.job)
        raise typer.Exit(FAILED)
    return ran


def _run_query(client: "HeadwayClient", number: int, wishes: "Wishes") -> float:
    """Run one query and show its first rows; gives the seconds it took."""
    from dataclasses import replace

    from rich.text import Text

    from headway.cli.outcome import say_outcome
    from headway.cli.run import run_one, show_rows
    from headway.demo.tpch import DATABASE, query

    chosen = query(number)
    wishes.console.print()
    wishes.console.print(Text(f"TPC-H {number}: {chosen.title}", style="bold"))
    there = replace(wishes, surroundings=replace(wishes.surroundings, current_db=DATABASE))
    ran = _finished(wishes.console, run_one(client, chosen.sql, there))
    show_rows(client, ran.job, wishes)
    say_outcome(wishes.console, ran.job, ran.totals)
    return ran.job.duration_ms / 1000


def _say_timings(console: "Console", timings: list[tuple[int, float]]) -> None:
    from headway.client.figures import time_text

    console.print()
    words = " · ".join(f"Q{number} {time_text(seconds)}" for number, seconds in timings)
    console.print(f"Took: {words}", markup=False, soft_wrap=True)


def _say_next(console: "Console") -> None:
    console.print("\nThe service and its engine still run. What to try next:", markup=False)
    for command, meaning in (
        (
            'headway run --db tpch "SELECT count(*) FROM lineitem"',
            "any SQL; several statements, files, stdin",
        ),
        ("headway demo --queries all", "all 22 queries"),
        ("headway jobs", "what has run"),
        ("headway result JOB -o rows.parquet", "all rows of a job in a file"),
        ("headway engine stop", "stop Spark; the next job starts it again"),
    ):
        console.print(f"  {command:<56} {meaning}", markup=False, soft_wrap=True)
