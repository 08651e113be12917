"""Which service and which project a command speaks to."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from headway.client.credentials import Credentials
    from headway.client.http import HeadwayClient
    from headway.client.watcher import Watcher
    from headway.settings import Settings

DEFAULT_HOME = Path("~/.headway")


@dataclass(frozen=True, slots=True)
class Place:
    """The home, and what the caller said in place of the home's credentials file."""

    home: Path
    endpoint: str | None = None
    project_id: str | None = None
    token: str | None = None

    @property
    def is_elsewhere(self) -> bool:
        """Whether the service is one that is named, not the one of the home."""
        return self.endpoint is not None

    def credentials(self) -> "Credentials":
        """Give the credentials to use; raises ``NoCredentials``."""
        from headway.client.credentials import credentials_for

        return credentials_for(self.home, self.endpoint, self.project_id, self.token)

    def client(self) -> "HeadwayClient":
        """Give a client; nothing is called yet. Raises ``NoCredentials``."""
        from headway.client.http import HeadwayClient

        known = self.credentials()
        return HeadwayClient(known.endpoint, known.project_id, known.token)

    def watcher(self) -> "Watcher":
        """Give a client for a live view; nothing is called yet. Raises ``NoCredentials``."""
        from headway.client.watcher import Watcher

        return Watcher(self.credentials())


def named_place(options: Mapping[str, object]) -> Place:
    """Give the place that the options before the command name, by the names of their parameters."""
    home, *rest = (options.get(name) for name in ("home", "endpoint", "project_id", "token"))
    endpoint, project_id, token = (None if each is None else str(each) for each in rest)
    directory = Path(str(home)) if home else DEFAULT_HOME
    return Place(directory.expanduser().absolute(), endpoint, project_id, token)


def place_of(context: typer.Context) -> Place:
    """Give the place that the options before the command named."""
    place = context.find_root().obj
    if not isinstance(place, Place):
        raise typer.BadParameter("no home was given")
    return place


def settings_of(
    context: typer.Context, home: Path | None = None, host: str | None = None, port: int | None = None
) -> "Settings":
    """Read the settings of the home; a wrong one is a usage error."""
    from headway.settings import SettingsError, load

    try:
        return load(home=home or place_of(context).home, host=host, port=port)
    except SettingsError as error:
        raise typer.BadParameter(str(error)) from error
