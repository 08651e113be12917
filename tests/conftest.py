"""One real service on one real engine for the whole session."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.postgres import postgres  # noqa: F401 (a fixture)
from tests.service_process import Project, ServiceProcess

# A shell that runs the tests in its background has them, and the programs they start, ignore Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)

# How long an example takes is no property: the machine may be busy.
settings.register_profile("headway", deadline=None)
settings.load_profile("headway")

# Small enough for a laptop that does something else at the same time.
ENGINE = {
    "HEADWAY_LIMITS__REQUESTS_PER_SECOND": "100000",  # tests of load are not about this limit
    "HEADWAY_ENGINE__MEMORY": "3g",
    "HEADWAY_QUEUES": '{"default": {"max_concurrent": 50}, "narrow": {"max_concurrent": 1}}',
}


# Directories and files whose tests start Spark or other programs that take a core for long.
ON_SPARK = {"browser", "contract", "e2e", "engine", "faults", "notebook", "test_engine_list.py"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what runs on Spark, so that the rest may be run by itself, beside other work."""
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if "service" in fixtures or ON_SPARK & {item.path.parent.name, item.path.name}:
            item.add_marker("spark")


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
