import pytest
from sqlalchemy.exc import IntegrityError

from headway.jobs.credential import Credential
from headway.store.credential_store import CredentialStore
from headway.store.database import Database


@pytest.fixture
def credentials(database: Database) -> CredentialStore:
    return CredentialStore(database)


def keys(name: str, token: str | None = None) -> Credential:
    return Credential("p1", "admin", name, f"secret {name}", token or f"token {name}")


async def test_credentials_come_back_oldest_first(credentials: CredentialStore) -> None:
    for at, name in [(20, "b"), (10, "a")]:
        await credentials.insert(keys(name), at)
    assert await credentials.all() == [keys("a"), keys("b")]


async def test_the_same_keys_are_kept_once(credentials: CredentialStore) -> None:
    for _ in range(2):
        await credentials.insert(keys("a"), 10)
    assert await credentials.all() == [keys("a")]


async def test_a_refused_credential_tells_no_secret(credentials: CredentialStore) -> None:
    await credentials.insert(keys("a", token="taken"), 10)
    with pytest.raises(IntegrityError) as refused:
        await credentials.insert(keys("b", token="taken"), 10)
    assert "secret b" not in str(refused.value)
