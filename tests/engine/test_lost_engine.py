"""A real engine that hangs, is killed, runs out of memory: slow is not lost, and lost says why."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from headway.engine.address import EngineAddress
from headway.engine.base import EngineState, Execution, ExecutionEvent
from headway.engine.options import EngineOptions
from headway.engine.patience import Gone
from headway.engine.processes import server_processes
from headway.engine.record import load
from headway.engine.spark_engine import SparkEngine
from headway.engine.spark_host import SparkHost
from headway.jobs.errors import EngineLost, TimedOut
from tests.engine.jobs import Jobs, collected, rows, tasks_of
from tests.statements import sleeping

# The first compiler alone brings a JVM up in half the time.
QUICK = {"spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"}


@dataclass
class Own:
    """An engine that a test may harm, and the connections made to it."""

    options: EngineOptions
    made: list[SparkEngine] = field(default_factory=list)

    def host(self) -> SparkHost:
        return SparkHost(self.options, self._connect)

    def _connect(self, address: EngineAddress, gone: Gone | None) -> SparkEngine:
        # Were the wire alone to judge, every trouble would be the end.
        engine = SparkEngine(address, gone, lost_after=0.0, check_seconds=1.0, spare_sessions=0)
        self.made.append(engine)
        return engine


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Own:
    home = tmp_path_factory.mktemp("own")
    return Own(
        EngineOptions(
            directory=home / "engine",
            warehouse=home / "warehouse",
            metastore=home / "metastore",
            master="local[2]",
            memory="600m",
            conf=QUICK,
        )
    )


KILLED_BEFORE_THE_RECORD = """
import os, signal, sys
from pathlib import Path
from headway.engine import launcher
from headway.engine.doors import new_doors
from headway.engine.options import EngineOptions

launcher.save = lambda directory, record: os.kill(os.getpid(), signal.SIGKILL)
launcher.spawn(EngineOptions(*map(Path, sys.argv[1:4]), memory="600m"), new_doors(), os.environ)
"""


@pytest.fixture(scope="module")
async def host(own: Own) -> AsyncIterator[SparkHost]:
    """A host whose engine replaced one that nobody had written down."""
    places = [str(place) for place in (own.options.directory, own.options.warehouse, own.options.metastore)]
    died = await asyncio.to_thread(subprocess.run, [sys.executable, "-c", KILLED_BEFORE_THE_RECORD, *places])
    assert died.returncode == -signal.SIGKILL
    assert load(own.options.directory) is None
    stray = [found.pid for found in server_processes() if found.directory == own.options.directory]
    host = own.host()
    await host.ready()
    assert len(stray) == 1
    assert not psutil.pid_exists(stray[0])
    yield host
    await host.stop()


def pid_of(host: SparkHost) -> int:
    assert host.status.pid is not None
    return host.status.pid


async def under_way(
    engine: SparkEngine, jobs: Jobs, tasks: int = 200
) -> tuple[Execution, asyncio.Task[list[ExecutionEvent]]]:
    """A statement that Spark runs and somebody reads."""
    execution = await jobs.prepare(sleeping(tasks, ms=200))
    reading = asyncio.create_task(collected(engine.execute(execution)))
    while await tasks_of(engine, execution.job_id) == 0:
        assert not reading.done(), await reading
    return execution, reading


async def loss(task: Awaitable[object]) -> str:
    with pytest.raises(EngineLost) as caught:
        await task
    return str(caught.value)


async def test_a_hung_engine_is_found_and_waited_for(host: SparkHost, own: Own) -> None:
    engine = await host.ready()
    assert isinstance(engine, SparkEngine)
    jobs = Jobs(engine)
    _, reading = await under_way(engine, jobs, tasks=30)
    dropped, reader = await under_way(engine, jobs, tasks=30)
    reader.cancel()
    finder, adopter = own.host(), own.host()
    os.kill(pid_of(host), signal.SIGSTOP)
    try:
        found = await finder.find()
        adopted = await adopter.ready()
        assert finder.status == adopter.status == host.status
        assert isinstance(found, SparkEngine)
        assert isinstance(adopted, SparkEngine)
        rejoined = asyncio.create_task(collected(found.reattach(dropped, None)))
        new = asyncio.create_task(Jobs(adopted).run("SELECT 1 AS a"))
        with pytest.raises(TimedOut, match="within 1 seconds"):
            await engine.check("SELECT 1", "default")
        await engine.close_session(await engine.open_session())  # not now: nobody waits for it
        assert not any(task.done() for task in (reading, rejoined, new))
    finally:
        os.kill(pid_of(host), signal.SIGCONT)
    async with asyncio.timeout(60):
        assert rows(await rejoined) == [{"n": 30}]
        assert rows(await reading) == [{"n": 30}]
        assert await new == [{"a": 1}]
    await jobs.close()
    await finder.close()
    await adopter.close()


async def test_statements_of_an_engine_that_is_let_go_are_lost_and_their_readers_not_cancelled(
    host: SparkHost, own: Own
) -> None:
    other = own.host()
    engine = await other.find()
    assert isinstance(engine, SparkEngine)
    execution, reading = await under_way(engine, Jobs(engine))
    await other.close()
    assert "stopped, or another took its place" in await loss(reading)
    with pytest.raises(EngineLost, match="stopped, or another took its place"):
        await engine.interrupt(execution)


async def test_a_killed_engine_is_lost_at_once_by_all_who_wait_for_it(host: SparkHost, own: Own) -> None:
    engine = await host.ready()
    assert isinstance(engine, SparkEngine)
    pid = pid_of(host)
    execution, reading = await under_way(engine, Jobs(engine))
    os.kill(pid, signal.SIGSTOP)
    try:
        preparing = asyncio.create_task(Jobs(engine).prepare("SELECT 1"))
        interrupting = asyncio.create_task(engine.interrupt(execution))
        await asyncio.wait((preparing, interrupting), timeout=0.1)
        waiting = (reading, preparing, interrupting)
        assert not any(task.done() for task in waiting)
    finally:
        began = time.monotonic()
        os.kill(pid, signal.SIGKILL)
    for task in waiting:
        assert f"engine lost: its process {pid} ended" in await loss(task)
    assert time.monotonic() - began < 2
    assert host.status.state is EngineState.FAILED
    assert await host.find() is None


async def test_an_engine_out_of_memory_ends_at_once_and_says_so(host: SparkHost) -> None:
    engine = await host.ready()
    assert isinstance(engine, SparkEngine)
    pid = pid_of(host)
    _, other = await under_way(engine, Jobs(engine))
    greedy = asyncio.create_task(Jobs(engine).run("SELECT length(repeat('x', 1500000000))"))
    async with asyncio.timeout(30):
        for task in (greedy, other):
            said = await loss(task)
            assert said.startswith(f"engine lost: its process {pid} ended: the memory set for the engine was")
            assert "OutOfMemoryError" in said
    log = Path(host.status.log_path or "").read_text()
    assert "Terminating due to java.lang.OutOfMemoryError" in log
