import socket
import sqlite3
from pathlib import Path

from headway.cli import checks
from headway.cli.checks import GIB, Level
from headway.client.seen import EngineSeen

KEYS = '{"endpoint": "http://127.0.0.1:1", "project_id": "p", "token": "t"}'


def test_the_included_java_is_found() -> None:
    found = checks.check_java(None, {})
    assert found.level is Level.OK
    assert found.text.startswith("Java ")


def test_a_set_java_that_is_not_there_is_named(tmp_path: Path) -> None:
    found = checks.check_java(tmp_path, {})
    assert found.level is Level.FAIL
    assert str(tmp_path) in found.text
    assert found.advice


def test_little_memory_warns_and_too_little_fails() -> None:
    levels = [checks.check_memory(size).level for size in (8 * GIB, 2 * GIB, GIB)]
    assert levels == [Level.OK, Level.WARN, Level.FAIL]


def test_a_home_that_is_not_made_yet_is_judged_by_its_parent(tmp_path: Path) -> None:
    found = checks.check_disk(tmp_path / "not" / "yet")
    assert str(tmp_path) in found.text
    assert list(tmp_path.iterdir()) == []


def test_a_free_port_is_fine_and_a_taken_one_is_not() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        found = checks.check_port("127.0.0.1", port, service_answers=False)
        assert found.level is Level.FAIL
        assert str(port) in found.text
        assert checks.check_port("127.0.0.1", port, service_answers=True).level is Level.OK
    assert checks.check_port("127.0.0.1", port, service_answers=False).level is Level.OK


def test_keys_that_others_can_read_are_reported_with_the_cure(tmp_path: Path) -> None:
    keys = tmp_path / "credentials.json"
    keys.write_text(KEYS)
    keys.chmod(0o644)
    found = checks.check_credentials(tmp_path)
    assert found.level is Level.FAIL
    assert found.advice == f"chmod 600 {keys}"
    keys.chmod(0o600)
    assert checks.check_credentials(tmp_path).level is Level.OK


def test_keys_that_are_not_there_are_no_fault_and_broken_ones_are(tmp_path: Path) -> None:
    assert checks.check_credentials(tmp_path).level is Level.OK
    (tmp_path / "credentials.json").write_text("{")
    assert checks.check_credentials(tmp_path).level is Level.FAIL


def test_a_sound_store_is_told_from_a_broken_one(tmp_path: Path) -> None:
    store = tmp_path / "headway.db"
    assert checks.check_store(store).level is Level.OK
    connection = sqlite3.connect(store)
    connection.execute("create table t (a)")
    connection.close()
    assert checks.check_store(store).level is Level.OK
    store.write_bytes(b"not a database, just some bytes" * 100)
    assert checks.check_store(store).level is Level.FAIL


def test_a_service_that_is_not_there_is_a_hint_and_a_broken_one_a_fault() -> None:
    assert checks.check_service(None, alive=False, unready={}).level is Level.WARN
    assert checks.check_service("http://x", alive=True, unready={"engine": "STARTING"}).level is Level.OK
    broken = checks.check_service("http://x", alive=True, unready={"store": "locked"})
    assert broken.level is Level.FAIL
    assert "locked" in broken.text


def test_an_engine_that_could_not_start_tells_why_and_where_its_log_is() -> None:
    found = checks.check_engine(EngineSeen("FAILED", "no memory", log_path="/h/engine.log"))
    assert (found.level, found.text, found.advice) == (
        Level.FAIL,
        "FAILED, no memory",
        "Read its log: /h/engine.log",
    )
    assert checks.check_engine(EngineSeen("STOPPED")).level is Level.OK
    assert "Spark 4.3.0" in checks.check_engine(EngineSeen("READY", spark_version="4.3.0")).text
