"""``headway console``: a way into the console for a browser."""

import typer

from headway.cli.exits import UNREACHABLE, spoken, stop
from headway.cli.json_out import print_json
from headway.cli.options import AsJson
from headway.cli.place import place_of


def console(context: typer.Context, as_json: AsJson = False) -> None:
    """Print an address of the console that signs a browser in: once, within 15 minutes.

    Whoever opens it first speaks for your project as you. Starts the service in the background when none
    answers.

    Examples:
        headway console
        xdg-open "$(headway console)"
        headway --endpoint https://data.example.org/headway console   # behind a proxy
    """
    from headway.cli.background import NotStarted, service_client
    from headway.cli.tables import talk_console

    talk = talk_console()
    with spoken():
        try:
            client = service_client(place_of(context), lambda text: talk.print(text, markup=False))
        except NotStarted as error:
            raise stop(str(error), UNREACHABLE) from error
        with client:
            link = client.console_link()
    if as_json:
        print_json(link)
    else:
        typer.echo(link.url)
