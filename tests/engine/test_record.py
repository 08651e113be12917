import os
import socket
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from headway.engine.command import PROPERTIES_FILE
from headway.engine.conf import CONNECT_SERVER
from headway.engine.doors import new_doors
from headway.engine.record import EngineRecord, forget, holds_its_ports, load, process_of, record_path, save


def record_of(pid: int) -> EngineRecord:
    return EngineRecord(
        pid=pid,
        process_started=psutil.Process(pid).create_time(),
        doors=new_doors(),
        java="/j/bin/java",
        log_path="/e/engine.log",
        started_at=1_700_000_000_000,
    )


def test_a_record_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    first = record_of(os.getpid())
    save(tmp_path, first)
    assert load(tmp_path) == first
    ready = replace(first, spark_version="4.3.0", app_id="local-1")
    save(tmp_path, ready)
    assert load(tmp_path) == ready
    assert os.listdir(tmp_path) == ["engine.json"]


def test_only_its_owner_may_read_a_record(tmp_path: Path) -> None:
    save(tmp_path, record_of(os.getpid()))
    assert stat.S_IMODE(record_path(tmp_path).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"pid": 1}', '{"pid": "x", "doors": 3}', "\x00\xff"]
)
def test_a_torn_or_foreign_file_counts_as_none(tmp_path: Path, text: str) -> None:
    record_path(tmp_path).write_text(text)
    assert load(tmp_path) is None


def test_no_file_and_no_directory_count_as_none(tmp_path: Path) -> None:
    assert load(tmp_path) is None
    assert load(tmp_path / "nowhere") is None


def test_every_torn_write_of_a_real_record_counts_as_none(tmp_path: Path) -> None:
    save(tmp_path, record_of(os.getpid()))
    whole = record_path(tmp_path).read_text().rstrip()
    for length in range(0, len(whole), 7):
        record_path(tmp_path).write_text(whole[:length])
        assert load(tmp_path) is None


def test_a_pid_that_was_given_to_another_process_is_not_ours() -> None:
    mine = record_of(os.getpid())
    assert process_of(mine) is not None
    assert process_of(replace(mine, process_started=mine.process_started - 60)) is None


def test_a_process_whose_start_time_moved_with_the_clock_is_known_by_its_command_line(tmp_path: Path) -> None:
    server = ["java", "-c", "read line", CONNECT_SERVER, "--properties-file", str(tmp_path / PROPERTIES_FILE)]
    with subprocess.Popen(server, executable="/bin/sh", stdin=subprocess.PIPE) as child:
        started = record_of(child.pid)
        mine = replace(started, log_path=str(tmp_path / "engine.log"), process_started=1.0)
        assert process_of(mine) is not None
        assert process_of(replace(mine, log_path=str(tmp_path / "other" / "engine.log"))) is None
        child.kill()


def test_a_process_that_ended_is_gone_even_before_it_is_reaped() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        record = record_of(child.pid)
        assert process_of(record) is not None
        child.kill()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # it has ended and stays a zombie
        assert process_of(record) is None
    assert process_of(record) is None


def test_ports_count_only_when_the_process_itself_listens() -> None:
    mine, parent = record_of(os.getpid()), record_of(os.getppid())
    assert not holds_its_ports(mine)
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", mine.doors.connect_port))
        first.listen()
        assert not holds_its_ports(mine)
        second.bind(("127.0.0.1", mine.doors.monitor_port))
        second.listen()
        assert holds_its_ports(mine)
        assert not holds_its_ports(replace(parent, doors=mine.doors))


def test_a_later_engines_record_is_not_forgotten(tmp_path: Path) -> None:
    old = record_of(os.getpid())
    new = replace(old, pid=os.getppid(), process_started=psutil.Process(os.getppid()).create_time())
    save(tmp_path, new)
    forget(tmp_path, old)
    assert load(tmp_path) == new
    forget(tmp_path, new)
    assert load(tmp_path) is None
    forget(tmp_path, new)
