"""``headway project``: the tenants of the service, each with jobs, tables and keys of its own."""

from typing import Annotated

import typer

from headway.cli.exits import USAGE, stop
from headway.cli.place import settings_of

app = typer.Typer(help="Projects: each has its own jobs, tables, engine and keys.", no_args_is_help=True)


@app.command()
def add(context: typer.Context, name: Annotated[str, typer.Argument(help="The new project's id.")]) -> None:
    """Create a project with a key of its own and print the key: it is shown this once."""
    from headway.app import add_project
    from headway.cli.tables import data_console, named_values, print_table, talk_console
    from headway.jobs.errors import HeadwayError

    try:
        made = add_project(settings_of(context), name)
    except HeadwayError as error:
        raise stop(str(error), USAGE) from error
    pairs = [
        ("project id", made.project_id),
        ("user", made.user_name),
        ("access key", made.access_key),
        ("secret key", made.secret_key),
        ("token", made.token),
    ]
    print_table(data_console(), named_values(pairs))
    hint = f"Use it with: export HEADWAY_PROJECT_ID={made.project_id} HEADWAY_TOKEN=…"
    talk_console().print(hint, style="dim", markup=False, soft_wrap=True)


@app.command("list")
def list_all(context: typer.Context) -> None:
    """Print the ids of all projects, the oldest first."""
    from headway.app import list_projects

    for project_id in list_projects(settings_of(context)):
        typer.echo(project_id)
