"""The home: the directory that holds everything a service keeps, and the lock that gives it one service."""

import fcntl
import json
import os
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from headway.engine.private_file import write_private
from headway.jobs.credential import Credential


class HomeInUse(Exception):
    """Another service process works in this home."""


@dataclass(frozen=True, slots=True)
class Home:
    """Paths inside a home directory."""

    root: Path

    @property
    def database_url(self) -> str:
        """SQLAlchemy URL of the store."""
        return f"sqlite+aiosqlite:///{self.root / 'headway.db'}"

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
        try:
            with file.open("x") as new:
                new.write(uuid.uuid4().hex)
        except FileExistsError:
            pass
        return file.read_text().strip()

    def lock(self) -> IO[str]:
        """Take the home until the file is closed or the process ends; raises ``HomeInUse``."""
        file = open(self.root / "service.lock", "a+")  # noqa: SIM115 (open files hold locks)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            pid = file.read().strip() or "unknown"
            file.close()
            raise HomeInUse(f"another Headway service (pid {pid}) works in {self.root}") from None
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
