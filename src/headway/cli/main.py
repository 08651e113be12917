"""The program ``headway``. Commands import what they need when they run: ``--help`` is quick."""

from pathlib import Path
from typing import Annotated

import typer

from headway.cli import backup, demo, doctor, engine, history, jobs, project, run, serve, timeline
from headway.cli.place import DEFAULT_HOME, Place

app = typer.Typer(
    name="headway",
    help="SQL jobs on Apache Spark, with progress that is real.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,  # they may hold keys
)


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
    context.obj = Place(home.expanduser().absolute(), endpoint, project_id, token)


app.command()(run.run)
app.command()(jobs.jobs)
app.command()(jobs.show)
app.command()(jobs.progress)
app.command()(timeline.timeline)
app.command()(jobs.result)
app.command()(jobs.cancel)
app.command()(serve.serve)
app.command()(doctor.doctor)
app.command()(demo.demo)
app.command()(backup.backup)
app.command()(backup.restore)
app.add_typer(engine.app, name="engine")
app.add_typer(project.app, name="project")
app.add_typer(history.app, name="history")


if __name__ == "__main__":
    app()
