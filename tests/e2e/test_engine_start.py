"""Starts that fail say why, starts that take long are shown, and a service's end is its own."""

import json
import signal
import socket
import sqlite3
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest

from headway.engine.record import EngineRecord, load, process_of
from tests.service_process import ENDED, HEADWAY, Project, ServiceProcess
from tests.statements import sleeping
from tests.waiting import eventually


@pytest.fixture(
    scope="module",
    params=[
        ({"HEADWAY_ENGINE__JAVA_HOME": "/nowhere/jdk"}, ["/nowhere/jdk/bin/java", "java_home"]),
        ({"HEADWAY_ENGINE__MEMORY": "9000000g"}, ["memory"]),
    ],
    ids=["no Java", "absurd heap"],
)
def broken(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[ServiceProcess, list[str]]]:
    env, words = request.param
    service = ServiceProcess(tmp_path_factory.mktemp("broken"), env)
    service.start(ready=False)
    yield service, words
    service.stop()


def test_an_engine_that_cannot_start_fails_the_jobs_that_wait_and_says_why(
    broken: tuple[ServiceProcess, list[str]],
) -> None:
    service, words = broken
    project = service.project()
    ids = [project.submit(f"SELECT {n}") for n in range(5)]
    jobs = [project.ended(job_id) for job_id in ids]
    for job in jobs:
        assert (job["status"], job["reason"]) == ("FAILED", "engine start failed")
        assert all(word in job["message"] for word in words), job["message"]
        assert job["message"] in project.status(job["job_id"])["message"]
        assert project.progress(job["job_id"])["progress"] == 1

    ready = httpx2.get(service.endpoint + "/readyz")
    assert ready.status_code == 503
    assert all(word in ready.json()["reasons"]["engine"] for word in words)
    assert httpx2.get(service.endpoint + "/healthz").status_code == 200
    assert 'headway_engines{state="FAILED"} 1.0' in httpx2.get(service.endpoint + "/metrics").text

    # The service lives on: the next job is taken and tries the start again.
    assert project.run("SELECT 1")["reason"] == "engine start failed"


@dataclass
class Start:
    """A service of its own, and what was seen of its first jobs while their engine started."""

    service: ServiceProcess
    ids: list[str]
    samples: list[dict[str, Any]] = field(default_factory=list)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    service = ServiceProcess(tmp_path_factory.mktemp("own"), {"HEADWAY_ENGINE__MEMORY": "1g"})
    service.start(ready=False)
    project = service.project()
    start = Start(service, [project.submit(f"SELECT {n}") for n in range(2)])

    def look() -> bool:
        if all(project.job(job_id)["state"] != "RUNNING" for job_id in start.ids):
            start.samples += [sampled(project, job_id) for job_id in start.ids]
        return bool(start.samples) and all(sample["status"] in ENDED for sample in start.samples[-2:])

    eventually(look, 240, every=0.2)
    yield start
    service.headway("engine", "stop")
    service.stop()


def sampled(project: Project, job_id: str) -> dict[str, Any]:
    with project.http() as http:
        engine = http.get(f"/api/v1/{project.project_id}/engine").json()["state"]
        return {**project.progress(job_id), "engine": engine}


def test_while_the_engine_starts_its_jobs_are_launching_with_nothing_done(own: Start) -> None:
    early = [sample for sample in own.samples if sample["engine"] == "STARTING"]
    assert len(early) >= 2
    for sample in early:
        assert (sample["status"], sample["progress"]) == ("LAUNCHING", 0)
        assert "sub_job_id" not in sample
        assert "sub_jobs" not in sample
    assert [sample["status"] for sample in own.samples[-2:]] == ["FINISHED", "FINISHED"]


def test_a_second_service_in_one_home_says_who_holds_it(own: Start) -> None:
    assert own.service.process is not None
    said = own.service.headway("serve", "--port", "0")
    assert said.returncode != 0
    assert f"pid {own.service.process.pid}" in said.stderr
    assert "Traceback" not in said.stderr
    assert httpx2.get(own.service.endpoint + "/healthz").status_code == 200


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_the_engine_and_the_keys_outlive_a_service_that_is_told_to_stop(own: Start, ending: int) -> None:
    file = own.service.home / "credentials.json"
    before, keys = engine(own.service), json.loads(file.read_text())
    assert own.service.stop(with_signal=ending) == 0
    assert process_of(before) is not None
    own.service.start()
    assert engine(own.service) == before
    assert {**json.loads(file.read_text()), "endpoint": ""} == {**keys, "endpoint": ""}
    assert file.stat().st_mode & 0o777 == 0o600


def test_an_engine_stops_with_its_service_when_that_is_asked_for(own: Start) -> None:
    service = own.service
    before = engine(service)
    service.stop()
    log = (service.home / "service.log").open("ab")
    service.process = subprocess.Popen(
        [*HEADWAY, "serve", "--port", "0", "--stop-engines"],
        env=service.environment,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    log.close()
    eventually(lambda: service.answers("/readyz"), 60)
    project = service.project()
    assert project.rows("SELECT 1") == [[1]]
    assert engine(service) == before
    running = project.submit(sleeping(200, 500))
    eventually(lambda: project.progress(running).get("sub_job_id") is not None)
    assert service.stop() == 0
    assert process_of(before) is None
    with sqlite3.connect(service.home / "headway.db") as store:
        query = "SELECT state, reason FROM jobs WHERE job_id = ?"
        assert store.execute(query, (running,)).fetchone() == ("CANCELLED", "interrupted outside Headway")
    store.close()


def engine(service: ServiceProcess) -> EngineRecord:
    record = load(service.home / "projects" / service.project().project_id / "engine")
    assert record is not None
    return record


def served(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return ServiceProcess(home).headway("serve", *arguments)


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = served(tmp_path, "--port", str(port))
    assert said.returncode != 0
    assert f"cannot listen on 127.0.0.1:{port}" in said.stderr
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("port = 70000\n", "port"),
        ('[engine]\nmemmory = "2g"\n', "engine.memmory"),
        ("port = = 1\n", "settings cannot be read"),
    ],
)
def test_a_wrong_settings_file_is_named(tmp_path: Path, text: str, word: str) -> None:
    (tmp_path / "headway.toml").write_text(text)
    said = served(tmp_path)
    assert said.returncode != 0
    # What is said may be in a frame and broken into lines.
    assert word in " ".join(said.stderr.replace("│", " ").split())
    assert "Traceback" not in said.stderr


def test_a_service_that_cannot_open_its_store_does_not_pretend_to_have_run(tmp_path: Path) -> None:
    (tmp_path / "headway.db").write_text("this is no database\n" * 100)
    said = served(tmp_path, "--port", "0")
    assert said.returncode != 0
    assert "file is not a database" in said.stderr
