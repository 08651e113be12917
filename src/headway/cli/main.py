"""The program ``headway``. Commands import what they need when they run: ``--help`` is quick."""

from pathlib import Path
from typing import Annotated

import typer
from typer.completion import completion_init  # type: ignore[attr-defined]

from headway.cli import (
    backup,
    cancel,
    completion,
    console,
    demo,
    doctor,
    engine,
    history,
    jobs,
    progress,
    project,
    result,
    run,
    serve,
    timeline,
)
from headway.cli.place import DEFAULT_HOME, named_place
from headway.cli.top import verb as top
from headway.cli.verb import Verb

app = typer.Typer(
    name="headway",
    help="SQL jobs on Apache Spark, with progress that is real.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,  # they may hold keys
)
completion_init()  # the shells' ways to ask; the scripts come from ``headway completion``


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(version("headway"))
        raise typer.Exit


@app.callback()
def main(
    context: typer.Context,
    home: Annotated[
        Path, typer.Option(envvar="HEADWAY_HOME", help="Directory that holds everything.", file_okay=False)
    ] = DEFAULT_HOME,
    endpoint: Annotated[
        str | None, typer.Option(envvar="HEADWAY_ENDPOINT", help="A service elsewhere, http://host:port.")
    ] = None,
    project_id: Annotated[
        str | None, typer.Option("--project", envvar="HEADWAY_PROJECT_ID", help="Another project's id.")
    ] = None,
    token: Annotated[
        str | None,
        typer.Option(envvar="HEADWAY_TOKEN", help="Its token; the variable keeps it out of process lists."),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Read what holds for every command."""
    context.obj = named_place(context.params)


for verb in (
    run.run,
    top.top,
    jobs.jobs,
    jobs.show,
    progress.progress,
    timeline.timeline,
    result.result,
    cancel.cancel,
    serve.serve,
    console.console,
    doctor.doctor,
    demo.demo,
    backup.backup,
    backup.restore,
    completion.completion,
):
    app.command(cls=Verb)(verb)
app.add_typer(engine.app, name="engine")
app.add_typer(project.app, name="project")
app.add_typer(history.app, name="history")


if __name__ == "__main__":
    app()
