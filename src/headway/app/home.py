"""The home: the directory that holds everything a service keeps, and the lock that gives it one service."""

import fcntl
import json
import os
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

from headway.engine.private_file import write_private
from headway.jobs.credential import Credential

LOCK_SECONDS = 0.3  # who only asks whether a service runs holds the lock for a moment


class HomeInUse(Exception):
    """Another service process works in this home."""


@dataclass(frozen=True, slots=True)
class Home:
    """Paths inside a home directory."""

    root: Path

    @property
    def database_url(self) -> str:
        """SQLAlchemy URL of the store."""
        return f"sqlite+aiosqlite:///{quote(str(self.root / 'headway.db'))}"

    @property
    def credentials_file(self) -> Path:
        """The first project's keys, for its owner only."""
        return self.root / "credentials.json"

    @property
    def results(self) -> Path:
        """Rows of every job."""
        return self.root / "results"

    def project(self, project_id: str) -> Path:
        """Warehouse, metastore and engine of one project."""
        return self.root / "projects" / project_id

    def make(self) -> None:
        """Make the directory, for its owner only."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)

    def installation_id(self) -> str:
        """Give who this home is among those that use the same engine; made up at the first call."""
        file = self.root / "installation"
        if not file.exists():
            # Written aside and linked: nobody reads half of it, and whoever links first decides.
            new = self.root / f"installation.{uuid.uuid4().hex}"
            new.write_text(uuid.uuid4().hex)
            with suppress(FileExistsError):
                os.link(new, file)
            new.unlink()
        return file.read_text().strip()

    def lock(self, *, shared: bool = False) -> IO[str]:
        """Take the home until the file is closed or the process ends; raises ``HomeInUse``.

        ``shared``: other services may work in it too, as their store keeps them apart.
        """
        file = open(self.root / "service.lock", "a+")  # noqa: SIM115 (open files hold locks)
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        until = time.monotonic() + LOCK_SECONDS
        while not _locked(file, kind):
            if time.monotonic() > until:
                file.seek(0)
                pid = file.read().strip() or "unknown"
                file.close()
                raise HomeInUse(f"another Headway service (pid {pid}) works in {self.root}")
            time.sleep(0.02)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        return file

    def read_credential(self) -> Credential | None:
        """Give the credential in ``credentials.json``, if there is one."""
        try:
            kept = json.loads(self.credentials_file.read_text())
            return Credential(
                project_id=kept["project_id"],
                user_name=kept.get("user_name", "admin"),
                access_key=kept["access_key"],
                secret_key=kept["secret_key"],
                token=kept["token"],
            )
        except FileNotFoundError:
            return None

    def write_credential(self, credential: Credential, endpoint: str) -> None:
        """Write ``credentials.json`` whole or not at all, readable for its owner only."""
        text = json.dumps(
            {
                "endpoint": endpoint,
                "project_id": credential.project_id,
                "access_key": credential.access_key,
                "secret_key": credential.secret_key,
                "token": credential.token,
                "user_name": credential.user_name,
            },
            indent=2,
        )
        write_private(self.credentials_file, text + "\n")


def _locked(file: IO[str], kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
