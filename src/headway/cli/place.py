"""Which service and which project a command speaks to."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from headway.client.credentials import Credentials
    from headway.client.http import HeadwayClient
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
        from headway.client.credentials import Credentials, read_credentials

        if self.endpoint and self.project_id and self.token:
            return Credentials(self.endpoint, self.project_id, self.token)
        known = read_credentials(self.home)
        return replace(
            known,
            endpoint=self.endpoint or known.endpoint,
            project_id=self.project_id or known.project_id,
            token=self.token or known.token,
        )

    def client(self) -> "HeadwayClient":
        """Give a client; nothing is called yet. Raises ``NoCredentials``."""
        from headway.client.http import HeadwayClient

        known = self.credentials()
        return HeadwayClient(known.endpoint, known.project_id, known.token)


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
