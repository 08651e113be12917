"""The end of an engine's log, as it may be shown."""

from pathlib import Path

from headway.engine.doors import Doors
from headway.engine.engine_log import TAIL_BYTES, read_tail, secrets_of
from headway.engine.options import EngineOptions
from headway.engine.spark_host import SparkHost

DOORS = Doors(1, 2, connect_token="connect-token", monitor_secret="monitor-secret")
CONF = {
    "spark.hadoop.fs.s3a.secret.key": "hush",
    "spark.hadoop.fs.s3a.access.key": "AKHUSH",
    "spark.hadoop.javax.jdo.option.ConnectionPassword": "hush-hush",
    "spark.executor.memory": "plain",
    "spark.ssl.keyPassword": "a",
}


def test_secrets_are_blotted_out(tmp_path: Path) -> None:
    log = tmp_path / "engine.log"
    log.write_text("hush-hush AKHUSH plain\nconnect-token=monitor-secret a\n")
    tail = read_tail(log, 10, secrets_of(CONF, DOORS))
    assert tail.lines == ("*** *** plain", "***=*** a")
    assert tail.reason is None


def test_the_last_lines_of_a_long_log_are_given(tmp_path: Path) -> None:
    log = tmp_path / "engine.log"
    log.write_bytes(b"".join(b"%07d \xff\n" % number for number in range(TAIL_BYTES // 8)))
    tail = read_tail(log, 2, ())
    assert tail.lines == (f"{TAIL_BYTES // 8 - 2:07} \ufffd", f"{TAIL_BYTES // 8 - 1:07} \ufffd")
    whole = read_tail(log, 10**9, ()).lines
    assert len(whole[0]) == 9  # not begun in the middle of a line


def test_a_log_that_is_not_there_or_empty_says_so(tmp_path: Path) -> None:
    log = tmp_path / "engine.log"
    assert "not been started" in (read_tail(log, 5, ()).reason or "")
    log.touch()
    assert read_tail(log, 5, ()).reason == "The log is empty"
    assert "cannot be read" in (read_tail(tmp_path, 5, ()).reason or "")


async def test_a_remote_engine_keeps_its_log_to_itself(tmp_path: Path) -> None:
    def nothing(*_: object) -> object:
        raise AssertionError("no connection is needed")

    options = EngineOptions(tmp_path, tmp_path, tmp_path, remote_url="sc://far.example:15002")
    tail = await SparkHost(options, nothing).log_tail(5)  # type: ignore[arg-type]
    assert (tail.lines, "not started here" in (tail.reason or "")) == ((), True)
