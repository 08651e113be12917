"""Projects: each is a tenant with keys of its own."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from headway.app.home import Home
from headway.jobs.credential import Credential
from headway.jobs.errors import InvalidRequest
from headway.service.clock import now_ms
from headway.service.credentials import Credentials
from headway.settings import Settings
from headway.store.credential_store import CredentialStore
from headway.store.database import Database


async def first_credential(home: Home, store: CredentialStore, credentials: Credentials) -> Credential:
    """Give the keys in ``credentials.json``; made at the first start, put back when the store lost them."""
    await credentials.load()
    kept = home.read_credential()
    if kept is None:
        known = credentials.projects()
        return await credentials.add(known[0] if known else uuid.uuid4().hex, "admin")
    if credentials.by_access_key(kept.access_key) is None:
        await store.insert(kept, now_ms())
        await credentials.load()
    return kept


def add_project(settings: Settings, name: str) -> Credential:
    """Make a project (or one more key for it) in a home; a running service learns of it by itself."""
    if not (name.isascii() and name.isalnum() and len(name) <= 64):
        raise InvalidRequest("project", "1 to 64 letters and digits are allowed")

    async def add() -> Credential:
        async with _credentials(settings) as credentials:
            return await credentials.add(name, "admin")

    return asyncio.run(add())


def list_projects(settings: Settings) -> tuple[str, ...]:
    """Give the ids of a home's projects, oldest first."""

    async def read() -> tuple[str, ...]:
        async with _credentials(settings) as credentials:
            return credentials.projects()

    return asyncio.run(read())


@asynccontextmanager
async def _credentials(settings: Settings) -> AsyncIterator[Credentials]:
    home = Home(settings.home)
    home.make()
    database = Database(home.database_url)
    try:
        await database.migrate()
        credentials = Credentials(CredentialStore(database), now_ms)
        await credentials.load()
        yield credentials
    finally:
        await database.close()
