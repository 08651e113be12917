from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from tests.dli.scene import RememberingService, Scene, an_app, client_of


@pytest.fixture(scope="session")
def behind() -> RememberingService:
    return RememberingService()


@pytest.fixture(scope="session")
def app(behind: RememberingService) -> FastAPI:
    return an_app(behind)  # takes a tenth of a second: once is enough


@pytest.fixture
async def scene(app: FastAPI, behind: RememberingService) -> AsyncIterator[Scene]:
    behind.forget()
    async with client_of(app) as client:
        yield Scene(client, behind)
