from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from headway.store.database import Database
from headway.store.job_search import JobSearch
from headway.store.job_store import JobStore


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'headway.db'}")
    await database.migrate()
    yield database
    await database.close()


@pytest.fixture
def store(database: Database) -> JobStore:
    return JobStore(database)


@pytest.fixture
def search(database: Database) -> JobSearch:
    return JobSearch(database)
