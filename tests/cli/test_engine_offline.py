"""``headway engine`` in a home whose service does not run. Engines are processes with a record, not Spark."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from click.testing import Result
from typer.testing import CliRunner

from headway.app.home import Home
from headway.cli.main import app
from headway.engine.doors import LOOPBACK, Doors, new_doors
from headway.engine.record import EngineRecord, load, save

LISTEN = """
import socket, sys, time
ports = [socket.create_server(("127.0.0.1", int(port))) for port in sys.argv[1:]]
print("listening", flush=True)
time.sleep(600)
"""
Start = Callable[..., EngineRecord]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose service has gone: nothing listens at the endpoint that its keys name."""
    port = new_doors().connect_port
    keys = {"endpoint": f"http://{LOOPBACK}:{port}", "project_id": "one", "token": "t"}
    (tmp_path / "credentials.json").write_text(json.dumps(keys))
    return tmp_path


@pytest.fixture
def start(home: Path) -> Iterator[Start]:
    """Start what looks like an engine; ``ports`` is how many of its two doors are open."""
    running: list[subprocess.Popen[str]] = []

    def start(project_id: str, *, ports: int = 2, app_id: str | None = "app-1") -> EngineRecord:
        doors: Doors = new_doors()
        numbers = [str(doors.connect_port), str(doors.monitor_port)][:ports]
        process = subprocess.Popen(
            [sys.executable, "-c", LISTEN, *numbers],
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        running.append(process)
        assert process.stdout is not None
        process.stdout.readline()
        directory = Home(home).project(project_id) / "engine"
        directory.mkdir(parents=True)
        record = EngineRecord(
            pid=process.pid,
            process_started=psutil.Process(process.pid).create_time(),
            doors=doors,
            java="java",
            log_path=str(directory / "engine.log"),
            started_at=1_795_000_000_000,
            spark_version="4.3.0",
            app_id=app_id,
        )
        save(directory, record)
        return record

    yield start
    for process in running:
        process.kill()
        process.communicate()


def headway(home: Path, *arguments: str) -> Result:
    without = {"HEADWAY_ENDPOINT": None, "HEADWAY_PROJECT_ID": None, "HEADWAY_TOKEN": None}
    return CliRunner().invoke(app, ["--home", str(home), *arguments], env=without)


def alive(record: EngineRecord) -> bool:
    return psutil.Process(record.pid).status() != psutil.STATUS_ZOMBIE


def record_of(home: Path, project_id: str) -> EngineRecord | None:
    return load(Home(home).project(project_id) / "engine")


def test_an_engine_that_goes_on_is_shown(home: Path, start: Start) -> None:
    record = start("one")
    said = headway(home, "engine", "status")
    assert said.exit_code == 0, said.stderr
    assert said.stderr.splitlines() == [f"No service runs for {home}: this is read from the home."]
    seen = dict(line.split(maxsplit=1) for line in said.stdout.splitlines())
    assert (seen["state"], seen["pid"]) == ("READY", str(record.pid))
    assert said.stdout.startswith("project id     one\n")
    assert record.doors.connect_token not in said.stdout


def test_json_has_the_same_fields_as_with_a_service(home: Path, start: Start) -> None:
    start("one")
    seen = json.loads(headway(home, "engine", "status", "--json").stdout)
    assert (seen["project_id"], seen["state"], seen["app_id"]) == ("one", "READY", "app-1")


@pytest.mark.parametrize(
    ("ports", "app_id", "state"), [(0, None, "STARTING"), (1, "app-1", "FAILED"), (2, "app-1", "READY")]
)
def test_a_living_process_is_not_yet_an_engine(
    home: Path, start: Start, ports: int, app_id: str | None, state: str
) -> None:
    start("one", ports=ports, app_id=app_id)
    assert json.loads(headway(home, "engine", "status", "--json").stdout)["state"] == state


def test_stop_ends_every_engine_of_the_home(home: Path, start: Start) -> None:
    one, two = start("one"), start("two", ports=0, app_id=None)
    said = headway(home, "engine", "stop")
    assert said.exit_code == 0, said.stderr
    assert "its engines are stopped directly" in said.stderr
    assert said.stdout.count("STOPPED") == 2
    assert not alive(one)
    assert not alive(two)
    assert record_of(home, "one") is record_of(home, "two") is None


def test_stop_ends_the_named_projects_engine_only(home: Path, start: Start) -> None:
    one, two = start("one"), start("two")
    said = headway(home, "--project", "two", "engine", "stop")
    assert said.exit_code == 0, said.stderr
    assert alive(one)
    assert not alive(two)
    assert record_of(home, "one") == one


def test_a_number_that_another_process_got_is_left_alone(home: Path, start: Start) -> None:
    record = start("one")
    directory = Home(home).project("one") / "engine"
    save(directory, replace(record, process_started=record.process_started - 60))
    shown = json.loads(headway(home, "engine", "status", "--json").stdout)
    assert (shown["state"], shown["pid"]) == ("STOPPED", None)
    assert headway(home, "engine", "stop").exit_code == 0
    assert alive(record)
    assert load(directory) is None


def test_a_home_without_engines_says_so(home: Path) -> None:
    for verb in ("status", "stop"):
        said = headway(home, "engine", verb)
        assert (said.exit_code, said.stdout) == (0, "")
        assert said.stderr.endswith("No engine was ever started there.\n")


def test_what_is_no_home_is_an_error(tmp_path: Path) -> None:
    said = headway(tmp_path / "nowhere", "engine", "stop")
    assert said.exit_code == 3
    assert "no service was started with this home yet" in said.stderr


def test_a_service_that_is_there_and_does_not_answer_is_not_bypassed(home: Path, start: Start) -> None:
    record = start("one")
    with Home(home).lock():
        said = headway(home, "engine", "stop")
    assert said.exit_code == 3
    assert f"A service (pid {psutil.Process().pid}) works in {home} all the same" in said.stderr
    assert alive(record)


def test_a_service_elsewhere_is_never_replaced_by_the_home(home: Path, start: Start) -> None:
    record = start("one")
    endpoint = f"http://{LOOPBACK}:{new_doors().connect_port}"
    said = headway(home, "--endpoint", endpoint, "engine", "stop")
    assert said.exit_code == 3
    assert alive(record)
