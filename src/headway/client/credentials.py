"""Where the service is and who calls it: ``credentials.json`` in the home, written by the service."""

import json
from dataclasses import dataclass, field, replace
from pathlib import Path

FILE_NAME = "credentials.json"


class NoCredentials(Exception):
    """There is no usable credentials file; the text says why."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """An endpoint and a project with its keys. The secret parts stay out of ``repr``."""

    endpoint: str
    project_id: str
    token: str = field(repr=False)
    access_key: str = ""
    secret_key: str = field(default="", repr=False)


def read_credentials(home: Path) -> Credentials:
    """Read ``<home>/credentials.json``; raises ``NoCredentials``."""
    path = home / FILE_NAME
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise NoCredentials(f"{path} does not exist: no service was started with this home yet") from error
    except (OSError, ValueError) as error:
        raise NoCredentials(f"{path} cannot be read: {error}") from error
    if not isinstance(fields, dict):
        raise NoCredentials(f"{path} is not a JSON object")
    lacking = [name for name in ("endpoint", "project_id", "token") if not fields.get(name)]
    if lacking:
        raise NoCredentials(f"{path} lacks {', '.join(lacking)}")
    return Credentials(
        endpoint=str(fields["endpoint"]),
        project_id=str(fields["project_id"]),
        token=str(fields["token"]),
        access_key=str(fields.get("access_key", "")),
        secret_key=str(fields.get("secret_key", "")),
    )


def credentials_for(
    home: Path, endpoint: str | None = None, project_id: str | None = None, token: str | None = None
) -> Credentials:
    """Give what the caller named, and the home's credentials for the rest; raises ``NoCredentials``."""
    if endpoint and project_id and token:
        return Credentials(endpoint, project_id, token)
    known = read_credentials(home)
    return replace(
        known,
        endpoint=endpoint or known.endpoint,
        project_id=project_id or known.project_id,
        token=token or known.token,
    )
