"""Every test of the store runs on SQLite and on PostgreSQL."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from headway.store.database import Database
from headway.store.job_search import JobSearch
from headway.store.job_store import JobStore
from headway.store.progress_store import ProgressStore
from headway.store.replica_store import ReplicaStore
from tests.builders import joined
from tests.postgres import Databases, migrate

KINDS = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "headway.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of the newest schema, with nothing in it."""
    if request.param == "sqlite":
        path = tmp_path / "headway.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite+aiosqlite:///{path}"
        return
    postgres: Databases = request.getfixturevalue("postgres")
    with postgres.fresh() as url:
        yield url


@pytest.fixture(params=KINDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without tables."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'headway.db'}"
        return
    postgres: Databases = request.getfixturevalue("postgres")
    with postgres.empty() as url:
        yield url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture
def store(database: Database) -> JobStore:
    return JobStore(database)


@pytest.fixture
def search(database: Database) -> JobSearch:
    return JobSearch(database)


@pytest.fixture
def replicas(database: Database) -> ReplicaStore:
    return ReplicaStore(database)


@pytest.fixture
async def carrier(replicas: ReplicaStore) -> str:
    """A replica that lives."""
    return await joined(replicas)


@pytest.fixture
async def other(replicas: ReplicaStore) -> str:
    return await joined(replicas)


@pytest.fixture
def progress(database: Database) -> ProgressStore:
    return ProgressStore(database)
