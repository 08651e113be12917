"""Real Spark Connect servers: found again, shared, lost, and refused with a reason."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
import pytest

from headway.engine.address import EngineAddress, remote_address
from headway.engine.base import EngineState
from headway.engine.doors import new_doors
from headway.engine.failures import explain, explain_end, last_lines
from headway.engine.options import EngineOptions
from headway.engine.patience import Gone
from headway.engine.probe import NotAnswering, ask_connect, ask_monitor
from headway.engine.record import load
from headway.engine.spark_host import SparkHost
from headway.jobs.errors import EngineUnavailable

# The first compiler alone brings a JVM up in half the time.
QUICK = {"spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"}


@dataclass
class Connection:
    """What a host makes of an address here: nothing but what it was given, and whether it was let go."""

    address: EngineAddress
    gone: Gone | None = None
    closed: bool = False

    async def close(self) -> None:
        self.closed = True


def options_in(home: Path, **changes: object) -> EngineOptions:
    given = {"directory": home / "engine", "warehouse": home / "warehouse", "metastore": home / "metastore"}
    return EngineOptions(
        **{**given, "memory": "1g", "conf": QUICK, "queues": ("default", "narrow"), **changes}
    )


def host_for(options: EngineOptions) -> SparkHost:
    return SparkHost(options, Connection)


async def until(seen: Callable[[], object], seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while not seen():
            await asyncio.sleep(0.02)


def engines_in(home: Path) -> list[int]:
    """The living processes that were started from a home."""
    return [
        found.pid
        for found in psutil.process_iter(["cmdline", "status"])
        if found.info["status"] != psutil.STATUS_ZOMBIE
        and any(str(home) in argument for argument in found.info["cmdline"] or ())
    ]


async def failure_of(host: SparkHost) -> str:
    """The text of a start that fails; the status tells the same and nothing is left behind."""
    with pytest.raises(EngineUnavailable) as caught:
        await host.ready()
    text = str(caught.value)
    assert host.status.state is EngineState.FAILED
    assert host.status.text == text
    await host.close()
    return text


@pytest.fixture(scope="module")
def options(tmp_path_factory: pytest.TempPathFactory) -> EngineOptions:
    # A path with what paths may have: blanks, other letters, a percent sign.
    return options_in(tmp_path_factory.mktemp("home") / "Ümläut 100% dir")


@pytest.fixture(scope="module")
async def host(options: EngineOptions) -> AsyncIterator[SparkHost]:
    """A host with a ready engine, whose start another service began and did not see the end of."""
    gone = host_for(options)
    start = asyncio.ensure_future(gone.ready())
    await until(lambda: gone.status.text == "waiting for Spark")
    await gone.close()
    with pytest.raises(EngineUnavailable, match="stopped while it started"):
        await start
    begun = load(options.directory)
    assert begun is not None
    assert begun.app_id is None
    host, other = host_for(options), host_for(options)
    assert await host.find() is None  # it is there but not ready
    ready = await asyncio.gather(host.ready(), other.ready(), host.ready())
    assert ready[0] is ready[2]
    assert host.status.pid == other.status.pid == begun.pid
    await other.close()
    yield host
    await host.stop()


async def test_a_ready_engine_tells_where_and_what_it_is(host: SparkHost, options: EngineOptions) -> None:
    status = host.status
    assert status.state is EngineState.READY
    assert status.spark_version is not None
    assert status.spark_version.startswith("4.")
    assert status.app_id is not None
    assert status.app_id.startswith("local-")
    assert (status.kind, status.master) == ("local", "local[*]")
    assert status.log_path == str(options.directory / "engine.log")
    assert "Spark Connect server started" in Path(status.log_path).read_text()


async def test_no_secret_is_in_the_command_line_or_for_others_to_read(
    host: SparkHost, options: EngineOptions
) -> None:
    record = load(options.directory)
    assert record is not None
    process = psutil.Process(record.pid)
    seen = " ".join(process.cmdline()) + Path(record.log_path).read_text() + repr(host.status)
    for secret in (record.doors.connect_token, record.doors.monitor_secret):
        assert secret not in seen
    for file in options.directory.iterdir():
        if file.is_file() and record.doors.connect_token in file.read_text():
            assert file.stat().st_mode & 0o077 == 0, file
    assert options.directory.stat().st_mode & 0o077 == 0


async def test_an_engine_listens_on_the_loopback_only_in_its_own_process_group(host: SparkHost) -> None:
    process = psutil.Process(host.status.pid)
    listening = [c for c in process.net_connections("tcp") if c.status == psutil.CONN_LISTEN]
    assert {c.laddr.ip.removeprefix("::ffff:") for c in listening} == {"127.0.0.1"}
    assert os.getpgid(process.pid) == os.getsid(process.pid) == process.pid


async def test_both_doors_are_shut_to_those_without_the_tokens(host: SparkHost) -> None:
    engine = await host.ready()
    assert isinstance(engine, Connection)
    stranger = replace(engine.address, connect_token=None, monitor_secret=None)
    liar = replace(engine.address, connect_token="wrong", monitor_secret="A" * 44)
    for address in (stranger, liar):
        with pytest.raises(NotAnswering, match="refuses the token"):
            await ask_connect(address, 10, catalog=False)
        with pytest.raises(NotAnswering, match="refuses the token"):
            await ask_monitor(address, 10)


async def test_another_host_adopts_a_running_engine(host: SparkHost, options: EngineOptions) -> None:
    other = host_for(options)
    assert other.status.state is EngineState.STOPPED
    engine = await other.find()
    assert isinstance(engine, Connection)
    assert other.status == host.status
    assert await other.ready() is engine
    await other.close()
    assert engine.closed
    assert host.status.state is EngineState.READY


ADOPT = """
import asyncio, json, sys
from pathlib import Path
from headway.engine.options import EngineOptions
from headway.engine.spark_host import SparkHost
from tests.engine.test_launcher import Connection

async def main():
    host = SparkHost(EngineOptions(*map(Path, sys.argv[1:4])), Connection)
    await host.ready()
    print(json.dumps([host.status.pid, host.status.app_id]))
    await host.close()

asyncio.run(main())
"""


async def test_a_new_process_adopts_a_running_engine_and_leaves_it_running(
    host: SparkHost, options: EngineOptions
) -> None:
    places = [str(place) for place in (options.directory, options.warehouse, options.metastore)]
    run = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", ADOPT, *places], capture_output=True, text=True, timeout=120
    )
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout) == [host.status.pid, host.status.app_id]
    assert host.status.state is EngineState.READY


async def test_a_remote_engine_is_used_and_never_stopped(host: SparkHost, tmp_path: Path) -> None:
    engine = await host.ready()
    assert isinstance(engine, Connection)
    token, bearer = engine.address.connect_token, engine.address.monitor_token()
    remote = options_in(
        tmp_path,
        remote_url=f"{engine.address.connect_url}/;token={token}",
        remote_monitor_url=f"{engine.address.monitor_url}/",
        remote_monitor_token=bearer,
    )
    other = host_for(remote)
    found = await other.ready()
    assert isinstance(found, Connection)
    assert await other.find() is found
    assert other.status.state is EngineState.READY
    assert (other.status.kind, other.status.pid, other.status.log_path) == ("remote", None, None)
    assert other.status.connect_url == host.status.connect_url
    assert other.status.app_id == host.status.app_id
    await other.stop()
    assert not found.closed
    assert other.status.state is host.status.state is EngineState.READY
    await other.close()
    assert found.closed
    assert not remote.directory.exists()
    refused = await failure_of(host_for(replace(remote, remote_url=engine.address.connect_url)))
    assert "refuses the token" in refused


async def test_a_remote_engine_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    port = new_doors().connect_port
    host = host_for(options_in(tmp_path, remote_url=f"sc://127.0.0.1:{port}/;token=hidden"))
    assert await host.find() is None
    text = await failure_of(host)
    assert f"The remote engine sc://127.0.0.1:{port}: Spark Connect does not answer" in text
    assert "hidden" not in text + repr(host.status)


async def test_a_metastore_in_use_by_another_engine_ends_the_start(
    host: SparkHost, options: EngineOptions, tmp_path: Path
) -> None:
    second = options_in(tmp_path, metastore=options.metastore, memory="600m")
    text = await failure_of(host_for(second))
    assert "the metastore is in use by another process" in text
    assert f"Last lines of {second.directory / 'engine.log'}" in text
    assert load(second.directory) is None
    assert host.status.state is EngineState.READY


def _starting(options: EngineOptions, before: int) -> int | None:
    record = load(options.directory)
    return record.pid if record is not None and record.pid != before else None


async def test_a_killed_engine_is_noticed_and_replaced(host: SparkHost, options: EngineOptions) -> None:
    first = await host.ready()
    assert isinstance(first, Connection)
    other = host_for(options)
    await other.find()
    pid = host.status.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    await until(lambda: host.status.state is EngineState.FAILED)
    assert f"process {pid} ended unexpectedly" in host.status.text
    assert await host.find() is None
    # Two hosts notice at the same time; one starts, the other takes what was started.
    both = asyncio.gather(host.ready(), other.ready())
    # Killed once more, while it starts: nobody who waits for it has done anything wrong.
    await until(lambda: _starting(options, pid) is not None)
    starting = _starting(options, pid)
    assert starting is not None
    os.kill(starting, signal.SIGKILL)
    mine, others = await both
    assert isinstance(mine, Connection)
    assert isinstance(others, Connection)
    assert mine.address == others.address != first.address
    assert first.closed
    assert host.status.pid == other.status.pid
    assert host.status.pid not in (pid, starting)
    assert (options.directory / "engine.log.1").exists()
    await other.close()


async def test_an_engine_stopped_elsewhere_is_seen_as_stopped(
    host: SparkHost, options: EngineOptions
) -> None:
    pid = host.status.pid
    assert pid is not None
    other = host_for(options)
    await other.stop()
    assert other.status.state is EngineState.STOPPED
    assert host.status.state is EngineState.STOPPED
    await until(lambda: not psutil.pid_exists(pid))
    assert load(options.directory) is None
    await host.stop()


async def test_a_java_that_is_not_there_ends_the_start(tmp_path: Path) -> None:
    text = await failure_of(host_for(options_in(tmp_path, java_home=tmp_path / "nowhere")))
    assert text.startswith(f"No usable Java: {tmp_path / 'nowhere' / 'bin' / 'java'}")


@pytest.mark.parametrize("memory", ["900000g", "99999999999g", "100m"])
async def test_a_heap_that_cannot_be_had_ends_the_start(tmp_path: Path, memory: str) -> None:
    text = await failure_of(host_for(options_in(tmp_path, memory=memory)))
    assert "Java cannot have the memory that is set for it" in text
    assert load(tmp_path / "engine") is None


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port that somebody else listens at."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


async def test_a_port_that_was_taken_meanwhile_is_replaced(tmp_path: Path, taken_port: int) -> None:
    free = new_doors()
    doors = [replace(new_doors(), monitor_port=taken_port), free]
    host = SparkHost(options_in(tmp_path), Connection, choose_doors=lambda: doors.pop(0))
    await host.ready()
    assert host.status.monitor_url == free.address.monitor_url
    await host.stop()


async def test_ports_that_are_always_taken_end_the_start(tmp_path: Path, taken_port: int) -> None:
    doors = [replace(new_doors(), connect_port=taken_port) for _ in range(2)]
    host = SparkHost(options_in(tmp_path), Connection, choose_doors=lambda: doors.pop(0))
    text = await failure_of(host)
    assert doors == []
    assert "a port could not be taken" in text
    assert "BindException" in text or "Address already in use" in text


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"master": "nonsense://x"}, "the master URL is not one Spark knows"),
        ({"conf": {"spark.ui.retainedJobs": "many"}}, "Spark refused its configuration"),
    ],
)
async def test_what_spark_refuses_ends_the_start(
    tmp_path: Path, changes: dict[str, object], reason: str
) -> None:
    assert reason in await failure_of(host_for(options_in(tmp_path, **changes)))


async def test_a_start_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    host = host_for(options_in(tmp_path, start_timeout_seconds=1))
    assert "The engine was not ready in time: it does not listen" in await failure_of(host)
    assert engines_in(tmp_path) == []


async def test_an_engine_is_stopped_while_it_starts_and_its_callers_are_told(tmp_path: Path) -> None:
    options = options_in(tmp_path)
    host = host_for(options)
    calls = [asyncio.ensure_future(host.ready()) for _ in range(2)]
    await until(lambda: host.status.text == "waiting for Spark")
    assert engines_in(tmp_path) != []
    await host.stop()
    for call in calls:
        with pytest.raises(EngineUnavailable, match="stopped while it started"):
            await call
    assert engines_in(tmp_path) == []
    assert load(options.directory) is None
    assert host.status.state is EngineState.STOPPED


async def test_a_caller_that_gives_up_does_not_end_the_start_for_others(tmp_path: Path) -> None:
    host = host_for(options_in(tmp_path, java_home=tmp_path / "nowhere"))
    one, two = asyncio.ensure_future(host.ready()), asyncio.ensure_future(host.ready())
    await asyncio.sleep(0)
    one.cancel()
    with pytest.raises(asyncio.CancelledError):
        await one
    with pytest.raises(EngineUnavailable, match="No usable Java"):
        await two


async def test_a_directory_that_cannot_be_made_ends_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    text = await failure_of(host_for(options_in(tmp_path / "file")))
    assert "could not be started" in text


def test_addresses_of_remote_engines_are_read() -> None:
    plain = remote_address("sc://h", None, None, None)
    assert (plain.connect_target, plain.connect_tls, plain.connect_metadata()) == ("h:15002", False, ())
    full = remote_address("sc://[::1]:7/;use_ssl=true;token=t;user_id=u", None, "https://m/", "b")
    assert (full.connect_target, full.connect_tls, full.monitor_url) == ("[::1]:7", True, "https://m")
    assert full.connect_metadata() == (("authorization", "Bearer t"),)
    assert full.monitor_headers() == {"Authorization": "Bearer b"}
    assert remote_address("sc://h/;token=t", "set", None, None).connect_token == "set"


@pytest.mark.parametrize("url", ["", "h:1", "http://h:1", "sc://", "sc://h:x", "sc://h:99999"])
def test_what_is_no_address_of_a_remote_engine_is_refused(url: str) -> None:
    with pytest.raises(EngineUnavailable, match="remote engine's address"):
        remote_address(url, "secret", None, None)


def test_a_log_is_explained_by_its_cause_and_shown_without_stack_frames() -> None:
    log = (
        'Exception in thread "main" org.apache.spark.SparkException: Something new\n'
        "\tat org.apache.Spark.run(Spark.java:1)\n\nlast line\n"
    )
    assert explain(log) == "org.apache.spark.SparkException: Something new"
    assert explain("all is well") is None
    assert last_lines(log, 2).splitlines()[-1] == "last line"
    assert "\tat" not in last_lines(log)


def test_only_last_words_explain_an_end() -> None:
    old = "WARN TaskSetManager: Lost task 0.0: java.lang.OutOfMemoryError: Java heap space\n"
    assert explain_end(old) is None
    last = old + "Terminating due to java.lang.OutOfMemoryError: Java heap space\n"
    assert explain_end(last) == (
        "the memory set for the engine was used up"
        " (Terminating due to java.lang.OutOfMemoryError: Java heap space)"
    )
