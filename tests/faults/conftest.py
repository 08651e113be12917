"""One home with one engine for all faults, killed and frozen again and again."""

from collections.abc import Iterator

import pytest

from tests.docs import reliability_page
from tests.faults.caller import Caller
from tests.faults.scene import ENV, Scene, free_port, tracebacks
from tests.faults.seen import Row, Seen
from tests.faults.watcher import Watcher
from tests.faults.work import MARKS
from tests.service_process import ServiceProcess

ROWS = pytest.StashKey[dict[str, Row]]()


@pytest.fixture(scope="session")
def fault_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    home = tmp_path_factory.mktemp("faults")
    service = ServiceProcess(home, ENV, free_port())
    service.start()
    with Caller(service.project()) as caller:
        assert caller.ended(caller.submit(MARKS))["status"] == "FINISHED"
    scene = Scene(home, service)
    yield scene
    scene.rest()
    service.headway("engine", "stop")


@pytest.fixture
def scene(fault_home: Scene) -> Iterator[Scene]:
    """The home with a service that runs, whatever the test before left."""
    fault_home.run()
    logged = len(fault_home.service.log())
    yield fault_home
    assert tracebacks(fault_home.service.log()[logged:]) == []


@pytest.fixture
def caller(scene: Scene) -> Iterator[Caller]:
    with Caller(scene.project) as caller:
        yield caller


@pytest.fixture
def watcher(scene: Scene) -> Iterator[Watcher]:
    with Watcher(scene.project) as watcher:
        yield watcher


@pytest.fixture
def seen(request: pytest.FixtureRequest) -> Seen:
    """Say what was seen of a fault, for docs/reliability.md."""
    rows = request.config.stash.setdefault(ROWS, {})
    test = f"{request.path.name}::{request.function.__name__}"

    def say(fault: str, what: str) -> None:
        rows[test] = Row(fault, what, test)

    return say


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-seen", action="store_true", help="write what is seen into docs/reliability.md")


def pytest_sessionfinish(session: pytest.Session) -> None:
    if session.config.getoption("--write-seen", default=False):
        reliability_page.write(session.config.stash.setdefault(ROWS, {}))
