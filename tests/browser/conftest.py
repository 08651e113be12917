"""Chromium in front of one real service on one real engine."""

import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.browser import chromium
from tests.browser.visitor import Visitors
from tests.service_process import Project, ServiceProcess

BUILD = Path(__file__).parents[2] / "console" / "build.py"


@pytest.fixture(scope="session")
def console() -> None:
    """The console as its sources are now."""
    subprocess.run([sys.executable, BUILD], check=True, timeout=280)


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    if chromium.program() is None:
        pytest.skip("needs Chromium")
    async with chromium.running() as browser:
        yield browser


@pytest.fixture
async def visitors(
    browser: Browser, console: None, service: ServiceProcess, project: Project
) -> AsyncIterator[Visitors]:
    """Lets people in; at the end nobody's page may have broken a rule of the console."""
    async with AsyncExitStack() as stack:
        visitors = Visitors(browser, project, stack)
        yield visitors
        for visitor in visitors.all:
            assert visitor.troubles == []
