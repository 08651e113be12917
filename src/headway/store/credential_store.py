"""Credentials in the database. Signatures need the secret itself, so the file is for its owner only."""

from sqlalchemy import select

from headway.jobs.credential import Credential
from headway.store.database import Database
from headway.store.steady import steady
from headway.store.tables import credentials


class CredentialStore:
    """Every user's keys."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @steady
    async def insert(self, credential: Credential, at: int) -> None:
        """Remember a new credential, once; ``at`` is epoch ms."""
        row = {
            "access_key": credential.access_key,
            "secret_key": credential.secret_key,
            "token": credential.token,
            "project_id": credential.project_id,
            "user_name": credential.user_name,
            "created_at": at,
        }
        async with self._database.write() as connection:
            new = self._database.insert(credentials).values(row)
            await connection.execute(new.on_conflict_do_nothing(index_elements=[credentials.c.access_key]))

    @steady
    async def all(self) -> list[Credential]:
        """Give every credential, oldest first."""
        query = select(credentials).order_by(credentials.c.created_at)
        async with self._database.read() as connection:
            return [
                Credential(row.project_id, row.user_name, row.access_key, row.secret_key, row.token)
                for row in await connection.execute(query)
            ]
