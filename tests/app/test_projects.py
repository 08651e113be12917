"""Projects and their keys, in a home without a running service."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from headway.app import add_project, list_projects
from headway.app.home import Home
from headway.app.projects import first_credential
from headway.jobs.credential import Credential
from headway.jobs.errors import InvalidRequest
from headway.service.clock import now_ms
from headway.service.credentials import Credentials
from headway.settings import Settings, load
from headway.store.credential_store import CredentialStore
from headway.store.database import Database


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load(home=tmp_path)


def test_a_project_has_keys_of_its_own_and_may_have_several(settings: Settings) -> None:
    first, second, other = (add_project(settings, name) for name in ("sales", "sales", "hr"))
    assert list_projects(settings) == ("sales", "hr")
    keys = [(key.access_key, key.secret_key, key.token) for key in (first, second, other)]
    assert len({part for key in keys for part in key}) == 9
    assert all(len(part) >= 20 for key in keys for part in key)


@pytest.mark.parametrize("name", ["", "a-b", "../x", "x" * 65, "prøject"])
def test_a_name_that_is_no_project_id_is_refused(settings: Settings, name: str) -> None:
    with pytest.raises(InvalidRequest, match="project: "):
        add_project(settings, name)
    assert list_projects(settings) == ()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[CredentialStore]:
    database = Database(Home(tmp_path).database_url)
    await database.migrate()
    yield CredentialStore(database)
    await database.close()


async def first(home: Home, store: CredentialStore) -> Credential:
    return await first_credential(home, store, Credentials(store, now_ms))


async def test_the_first_start_makes_keys_and_later_ones_keep_them(
    tmp_path: Path, store: CredentialStore
) -> None:
    home = Home(tmp_path)
    made = await first(home, store)
    home.write_credential(made, "http://127.0.0.1:1")
    assert await first(home, store) == made


async def test_keys_that_the_store_lost_are_put_back(tmp_path: Path, store: CredentialStore) -> None:
    home = Home(tmp_path)
    kept = Credential("p1", "ada", "AK", "SK", "T")
    home.write_credential(kept, "http://127.0.0.1:1")
    assert await first(home, store) == kept
    assert kept in await store.all()


async def test_keys_that_the_home_lost_are_made_anew_for_the_same_project(
    tmp_path: Path, store: CredentialStore
) -> None:
    home = Home(tmp_path)
    made = await first(home, store)
    again = await first(home, store)
    assert again.project_id == made.project_id
    assert again.token != made.token


async def test_two_readers_of_one_home_see_each_others_keys(tmp_path: Path, store: CredentialStore) -> None:
    added = await asyncio.to_thread(add_project, load(home=tmp_path), "sales")
    assert added in await store.all()
