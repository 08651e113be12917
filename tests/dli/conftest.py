from collections.abc import AsyncIterator

import httpx2
import pytest

from tests.dli.scene import Scene, a_scene


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    scene = a_scene()
    async with scene.client:
        yield scene


@pytest.fixture
def client(scene: Scene) -> httpx2.AsyncClient:
    return scene.client
