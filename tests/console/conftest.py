import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.console.scene import Scene, new_home
from tests.service.conftest import empty_database  # noqa: F401 (a fixture)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    with capture_logs():
        yield


@pytest.fixture
async def scene(tmp_path: Path, empty_database: Path) -> AsyncIterator[Scene]:  # noqa: F811
    shutil.copy(empty_database, tmp_path / "headway.db")
    scene = await new_home(tmp_path)
    yield scene
    await scene.close()
