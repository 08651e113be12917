"""``headway project``: the tenants of the service, each with jobs, tables and keys of its own."""

from typing import Annotated

import typer

from headway.cli.exits import USAGE, stop
from headway.cli.json_out import print_json
from headway.cli.options import AsJson
from headway.cli.place import settings_of
from headway.cli.verb import Verb

app = typer.Typer(help="Projects: each has its own jobs, tables, engine and keys.", no_args_is_help=True)


@app.command(cls=Verb)
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The new project's id.")],
    as_json: AsJson = False,
) -> None:
    """Create a project with a key of its own and print the key: it is shown this once.

    Works on the home's store, whether its service runs or not.

    Examples:
        headway project add reports
        headway project add reports --json > reports.json
    """
    from headway.app import add_project
    from headway.cli.tables import data_console, named_values, print_table, talk_console
    from headway.jobs.errors import HeadwayError

    try:
        made = add_project(settings_of(context), name)
    except HeadwayError as error:
        raise stop(str(error), USAGE) from error
    if as_json:
        print_json(made)
        return
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


@app.command("list", cls=Verb)
def list_all(context: typer.Context, as_json: AsJson = False) -> None:
    """Print the ids of all projects, the oldest first.

    Examples:
        headway project list
        headway project list --json
    """
    from headway.app import list_projects

    projects = list_projects(settings_of(context))
    if as_json:
        print_json(projects)
        return
    for project_id in projects:
        typer.echo(project_id)
