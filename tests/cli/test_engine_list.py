"""``headway engine list`` and ``stop --pid``: engines of this machine, their homes living, idle or gone."""

import asyncio
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from click.testing import Result
from typer.testing import CliRunner

from headway.app.home import Home
from headway.cli.main import app
from headway.engine.conf import CONNECT_SERVER
from headway.engine.doors import new_doors
from headway.engine.launcher import launch, stop
from headway.engine.options import EngineOptions
from headway.engine.record import EngineRecord, load, process_of, save

SUBMIT = "org.apache.spark.deploy.SparkSubmit"
Start = Callable[[Path, str], EngineRecord]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start what has an engine's command line and does nothing."""
    running: list[subprocess.Popen[str]] = []

    def start(home: Path, project_id: str) -> EngineRecord:
        directory = Home(home).project(project_id) / "engine"
        directory.mkdir(parents=True)
        properties = str(directory / "spark.properties")
        words = (SUBMIT, "--properties-file", properties, "--class", CONNECT_SERVER, "spark-internal")
        process = subprocess.Popen(
            ["java", "-c", "echo up; read", *words],
            executable="/bin/bash",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        running.append(process)
        assert process.stdout is not None
        process.stdout.readline()
        started = psutil.Process(process.pid).create_time()
        record = EngineRecord(process.pid, started, new_doors(), "java", str(directory / "engine.log"), 1)
        save(directory, record)
        return record

    yield start
    for process in running:
        process.kill()
        process.communicate()


def headway(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["engine", *arguments])


def listed() -> dict[int, dict[str, Any]]:
    return {engine["pid"]: engine for engine in json.loads(headway("list", "--json").stdout)}


def test_each_engine_is_listed_with_its_home_and_who_needs_it(tmp_path: Path, start: Start) -> None:
    used, idle, gone, anew = [start(tmp_path / name, name) for name in ("used home", "idle", "gone", "anew")]
    (tmp_path / "idle" / "service.lock").write_text(str(os.getpid()))  # of a service that has ended
    shutil.rmtree(tmp_path / "gone")
    shutil.rmtree(tmp_path / "anew" / "projects")

    with Home(tmp_path / "used home").lock(shared=True), Home(tmp_path / "used home").lock(shared=True):
        seen = listed()

    states = {pid: seen[pid]["state"] for pid in (used.pid, idle.pid, gone.pid, anew.pid)}
    assert states == {
        used.pid: "in use",
        idle.pid: "idle",
        gone.pid: "home deleted",
        anew.pid: "forgotten",
    }
    first = seen[used.pid]
    assert (first["home"], first["project_id"]) == (str(tmp_path / "used home"), "used home")
    assert first["started_at"] == pytest.approx(used.process_started * 1000, abs=2000)
    assert first["memory_bytes"] > 0


def test_the_table_names_pid_state_and_home(tmp_path: Path, start: Start) -> None:
    record = start(tmp_path, "one")
    said = headway("list")
    assert said.exit_code == 0, said.stderr
    line = next(line for line in said.stdout.splitlines() if str(tmp_path) in line)
    assert line.split()[:2] == [str(record.pid), "idle"]
    assert line.endswith(str(tmp_path))


@pytest.mark.parametrize("home", ["kept", "deleted"])
def test_the_named_engine_alone_is_stopped(tmp_path: Path, start: Start, home: str) -> None:
    one, two = start(tmp_path / "one", "p"), start(tmp_path / "two", "p")
    if home == "deleted":
        shutil.rmtree(tmp_path / "two")

    said = headway("stop", "--pid", str(two.pid))

    assert said.exit_code == 0, said.stderr
    assert f"{two.pid} of project p in {tmp_path / 'two'} was stopped" in said.stderr
    assert process_of(one) is not None
    assert process_of(two) is None
    assert load(tmp_path / "two" / "projects" / "p" / "engine") is None
    assert two.pid not in listed()
    assert not (home == "deleted" and (tmp_path / "two").exists())


def test_an_engine_whose_home_has_another_one_by_now_is_forgotten(tmp_path: Path, start: Start) -> None:
    record = start(tmp_path, "one")
    directory = tmp_path / "projects" / "one" / "engine"
    another = replace(record, pid=os.getpid())
    save(directory, another)
    assert listed()[record.pid]["state"] == "forgotten"
    assert headway("stop", "--pid", str(record.pid)).exit_code == 0
    assert process_of(record) is None
    assert load(directory) == another


def test_what_is_no_engine_is_never_stopped() -> None:
    with subprocess.Popen(["sleep", "60"]) as other:
        said = headway("stop", "--pid", str(other.pid))
        assert said.exit_code == 1
        assert f"Process {other.pid} is none of your engines" in said.stderr
        assert other.poll() is None
        other.kill()


def test_a_real_engine_outlives_its_home_and_is_stopped(tmp_path: Path) -> None:
    project = Home(tmp_path / "home").project("one")
    options = EngineOptions(
        directory=project / "engine",
        warehouse=project / "warehouse",
        metastore=project / "metastore",
        memory="1g",
        conf={"spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"},
    )
    record = asyncio.run(launch(options, new_doors(), os.environ, lambda _step: None))
    try:
        assert listed()[record.pid]["state"] == "idle"
        shutil.rmtree(tmp_path / "home")
        seen = listed()[record.pid]
        assert (seen["state"], seen["home"]) == ("home deleted", str(tmp_path / "home"))
        assert seen["memory_bytes"] > 1e8

        said = headway("stop", "--pid", str(record.pid))

        assert said.exit_code == 0, said.stderr
        assert process_of(record) is None
    finally:
        asyncio.run(stop(record))
