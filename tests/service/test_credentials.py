from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from headway.jobs.credential import Credential
from headway.service.credentials import Credentials
from headway.store.credential_store import CredentialStore
from headway.store.database import Database


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'headway.db'}")
    await database.migrate()
    yield database
    await database.close()


async def test_a_credential_made_by_another_process_is_found_after_a_moment(database: Database) -> None:
    now = 0
    mine = Credentials(CredentialStore(database), lambda: now)
    await mine.load()
    added = await Credentials(CredentialStore(database), lambda: now).add("p1", "ada")
    await mine.reload()
    assert mine.by_token(added.token) is None  # asked for again too soon
    now = 2_000
    await mine.reload()
    assert mine.by_token(added.token) == mine.by_access_key(added.access_key) == added
    assert mine.projects() == ("p1",)


def test_secrets_are_not_in_a_credentials_text() -> None:
    text = repr(Credential("p1", "ada", "AK", "the-secret", "the-token"))
    assert "the-secret" not in text
    assert "the-token" not in text
