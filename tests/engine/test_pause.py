"""An engine that stands still for a moment goes on, whatever happens. A counting process plays the engine."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from headway.engine import pause
from headway.engine.doors import new_doors
from headway.engine.pause import PauseTooLong, paused
from headway.engine.record import EngineRecord, save
from tests.waiting import eventually

COUNT = """
import sys, threading, time
def count():
    with open(sys.argv[1], "ab", buffering=0) as file:
        while True:
            file.write(b".")
            time.sleep(0.001)
for _ in range(3):
    threading.Thread(target=count).start()
"""


class Engine:
    def __init__(self, directory: Path) -> None:
        self.file = directory / "written"
        self.file.touch()
        self.process = subprocess.Popen([sys.executable, "-c", COUNT, str(self.file)], start_new_session=True)
        self.record = EngineRecord(
            pid=self.process.pid,
            process_started=psutil.Process(self.process.pid).create_time(),
            doors=new_doors(),
            java="java",
            log_path=str(directory / "engine.log"),
            started_at=1_795_000_000_000,
        )
        eventually(self.written)

    def written(self) -> int:
        return self.file.stat().st_size

    def goes_on(self) -> None:
        before = self.written()
        eventually(lambda: self.written() > before, 10)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = Engine(tmp_path)
    yield engine
    engine.process.kill()
    engine.process.wait()


def test_nothing_is_written_meanwhile_and_all_goes_on(engine: Engine) -> None:
    with paused(engine.record, 10):
        before = engine.written()
        for _ in range(20):
            psutil.Process().cpu_percent(0.01)  # some time passes
        assert engine.written() == before
    engine.goes_on()


def test_it_goes_on_when_the_work_fails(engine: Engine) -> None:
    with pytest.raises(OSError, match="disk full"), paused(engine.record, 10):
        raise OSError("disk full")
    engine.goes_on()


def test_it_goes_on_by_itself_when_the_work_takes_too_long(engine: Engine) -> None:
    with pytest.raises(PauseTooLong, match="not enough"), paused(engine.record, 0.3):
        engine.goes_on()


def test_it_goes_on_when_who_paused_it_is_killed(engine: Engine, tmp_path: Path) -> None:
    save(tmp_path, engine.record)
    code = (
        "import os, sys, pathlib\n"
        "from headway.engine.pause import paused\n"
        "from headway.engine.record import load\n"
        "with paused(load(pathlib.Path(sys.argv[1])), 600):\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    engine.goes_on()


def test_one_that_stood_still_before_is_left_so(engine: Engine) -> None:
    process = psutil.Process(engine.process.pid)
    os.kill(process.pid, signal.SIGSTOP)
    eventually(lambda: process.status() == psutil.STATUS_STOPPED)
    with paused(engine.record, 10):
        pass
    assert process.status() == psutil.STATUS_STOPPED


def test_one_that_has_ended_is_no_hindrance(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pause.subprocess, "Popen", None)  # not even watched
    engine.process.kill()
    engine.process.wait()
    with paused(engine.record, 10):
        done = True
    assert done
