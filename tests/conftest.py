"""One real service on one real engine for the whole session."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.postgres import postgres  # noqa: F401 (a fixture)
from tests.service_process import Project, ServiceProcess

# How long an example takes is no property: the machine may be busy.
settings.register_profile("headway", deadline=None)
settings.load_profile("headway")

# Small enough for a laptop that does something else at the same time.
ENGINE = {
    "HEADWAY_ENGINE__MEMORY": "3g",
    "HEADWAY_QUEUES": '{"default": {"max_concurrent": 50}, "narrow": {"max_concurrent": 1}}',
}


# Directories and files whose tests start Spark or other processes that take a core.
HEAVY = {"browser", "contract", "e2e", "engine", "faults", "notebook", "test_engine_list.py"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With ``-n 2 --dist loadgroup`` one worker has all that runs on Spark, and shares one engine as ever."""
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if "service" in fixtures or HEAVY & {item.path.parent.name, item.path.name}:
            item.add_marker(pytest.mark.xdist_group("spark"))


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    home: Path = tmp_path_factory.mktemp("headway")
    service = ServiceProcess(home, ENGINE)
    service.start()
    yield service
    service.headway("engine", "stop")
    service.stop()


@pytest.fixture
def project(service: ServiceProcess) -> Project:
    return service.project()
