"""``headway timeline``: when what of a job ran."""

import json

import typer

from headway.cli.exits import spoken
from headway.cli.jobs import AsJson, JobId
from headway.cli.place import place_of


def timeline(context: typer.Context, job_id: JobId, as_json: AsJson = False) -> None:
    """Draw when each subjob and stage of a job ran, and how its progress rose."""
    from headway.cli.gantt import gantt
    from headway.cli.tables import data_console, print_table

    with spoken(), place_of(context).client() as client:
        seen = client.timeline(job_id)
    if as_json:
        typer.echo(json.dumps(seen.body, indent=2, ensure_ascii=False))
        return
    print_table(data_console(), gantt(seen))
