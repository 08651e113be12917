"""The SDK as its users have it, with the keys of two projects of a running service."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.service_process import Project, ServiceProcess
from tests.waiting import eventually

# Once imported, the SDK has written ~/.huaweicloud/application_id: not into the home of who runs the tests.
with tempfile.TemporaryDirectory() as home, pytest.MonkeyPatch.context() as patch:
    patch.setenv("HOME", home)
    from tests.contract.sdk import Dli

FOLDER = Path(__file__).parent
# The SDK's signer asks for the time in a way that Python 3.12 deprecates.
UTCNOW = r"ignore:datetime\.datetime\.utcnow\(\) is deprecated:DeprecationWarning:huaweicloudsdkcore"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(FOLDER):
            item.add_marker(pytest.mark.filterwarnings(UTCNOW))


@pytest.fixture(scope="module")
def dli(service: ServiceProcess) -> Iterator[Dli]:
    """The real client with the first project's keys."""
    with Dli.of(service.project()) as dli:
        yield dli


@pytest.fixture(scope="session")
def neighbours_keys(service: ServiceProcess) -> dict[str, str]:
    said = service.headway("project", "add", "neighbour")
    assert said.returncode == 0, said.stderr
    words = dict(line.rsplit(maxsplit=1) for line in said.stdout.splitlines())
    return {
        name.replace(" ", "_"): words[name] for name in ("project id", "token", "access key", "secret key")
    }


@pytest.fixture(scope="module")
def neighbour(service: ServiceProcess, neighbours_keys: dict[str, str]) -> Project:
    """A second project; its engine does not run until somebody needs it."""
    project = replace(service.project(), **neighbours_keys)
    with project.http() as http:  # a running service learns of new keys within two seconds
        eventually(lambda: http.get(f"/v1.0/{project.project_id}/jobs").status_code == 200)
    return project
