"""``headway timeline``: when what of a job ran."""

import typer

from headway.cli.exits import spoken
from headway.cli.json_out import print_json
from headway.cli.options import AsJson, JobId
from headway.cli.place import place_of


def timeline(context: typer.Context, job_id: JobId, as_json: AsJson = False) -> None:
    """Draw when each subjob and stage of a job ran, and how its progress rose.

    Kept after the end of the job, for as long as the job itself. JSON is the service's own answer.

    Examples:
        headway timeline JOB
        headway timeline JOB --json | jq '.samples[-1].fraction'
    """
    from headway.cli.gantt import gantt
    from headway.cli.tables import data_console, print_table

    with spoken(), place_of(context).client() as client:
        seen = client.timeline(job_id)
    if as_json:
        print_json(seen.body)
        return
    print_table(data_console(), gantt(seen))
