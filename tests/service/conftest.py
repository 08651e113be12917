import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from headway.service import stopping
from headway.store.database import Database
from tests.service.scene import World

MakeWorld = Callable[..., Awaitable[World]]


@pytest.fixture(scope="session")
async def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "headway.db"
    database = Database(f"sqlite+aiosqlite:///{path}")
    await database.migrate()
    await database.close()
    return path


@pytest.fixture
async def make_world(
    tmp_path: Path, empty_database: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[MakeWorld]:
    monkeypatch.setattr(stopping, "CALM_READ_EVERY_SECONDS", 0.01)
    made: list[World] = []

    async def make(**given: object) -> World:
        shutil.copy(empty_database, tmp_path / "headway.db")
        world = World(tmp_path, **given)  # type: ignore[arg-type]
        made.append(world)
        await world.start()
        return world

    yield make
    for world in made:
        await world.stop()


@pytest.fixture
async def world(make_world: MakeWorld) -> World:
    return await make_world()
