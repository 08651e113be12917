"""The scripted engine keeps the manners of the real one."""

import asyncio

import pytest

from headway.engine.base import BatchSeen, Completed, Engine, EngineHost, EngineState, Execution
from headway.engine.scripted import NO_COLUMNS, Script, ScriptedEngine, ScriptedHost
from headway.jobs.errors import (
    EngineUnavailable,
    ErrorKind,
    HeadwayError,
    ProgressUnavailable,
    SqlError,
    StatementFailed,
)
from headway.jobs.subjob import Snapshot
from tests.engine.jobs import collected

ONE, TWO = BatchSeen("r1", b"1", 1), BatchSeen("r2", b"2", 1)


def execution(sql: str) -> Execution:
    return Execution("job", "session", sql, sql, "default")


async def test_it_fulfils_the_protocols() -> None:
    engine: Engine = ScriptedEngine()
    host: EngineHost = ScriptedHost(ScriptedEngine())
    assert await collected(engine.execute(execution("anything"))) == [NO_COLUMNS, Completed()]
    assert host.status.state is EngineState.STOPPED


async def test_a_gate_holds_the_statement_back_until_it_opens() -> None:
    gate = asyncio.Event()
    engine = ScriptedEngine({"q": Script((NO_COLUMNS, gate, ONE, Completed()))})
    events = engine.execute(execution("q"))
    assert await anext(events) == NO_COLUMNS
    rest = asyncio.create_task(collected(events))
    await asyncio.sleep(0)
    assert not rest.done()

    gate.set()

    assert await rest == [ONE, Completed()]


async def test_an_interrupt_ends_a_statement_that_waits() -> None:
    engine = ScriptedEngine({"q": Script((asyncio.Event(), Completed()))})
    running = asyncio.create_task(collected(engine.execute(execution("q"))))
    await asyncio.sleep(0)

    await engine.interrupt(execution("q"))

    with pytest.raises(StatementFailed) as caught:
        await running
    assert caught.value.error.kind is ErrorKind.CANCELLED


async def test_a_reattach_gives_what_follows() -> None:
    engine = ScriptedEngine({"q": Script((NO_COLUMNS, ONE, TWO, Completed()))})

    assert await collected(engine.reattach(execution("q"), "r1")) == [TWO, Completed()]
    assert await collected(engine.reattach(execution("q"), None)) == [NO_COLUMNS, ONE, TWO, Completed()]


async def test_failures_come_where_the_script_has_them() -> None:
    failure = StatementFailed(SqlError(ErrorKind.DATA, "bad"))
    engine = ScriptedEngine({"q": Script((ONE, failure)), "p": Script(prepare=failure)})

    events = engine.execute(execution("q"))
    assert await anext(events) == ONE
    with pytest.raises(StatementFailed):
        await anext(events)
    with pytest.raises(StatementFailed):
        await engine.check("q", "default")
    with pytest.raises(StatementFailed):
        await ScriptedEngine({"p": Script(prepare=failure)}).prepare(execution("p"))


async def test_readings_follow_each_other_and_the_last_stays() -> None:
    readings: list[Snapshot | HeadwayError | asyncio.Event] = [
        Snapshot(1),
        ProgressUnavailable("busy"),
        Snapshot(2),
    ]
    engine = ScriptedEngine({"q": Script(readings=readings)})
    await engine.prepare(execution("q"))

    assert (await engine.snapshots(["job"]))["job"].taken_at == 1
    with pytest.raises(ProgressUnavailable):
        await engine.snapshots(["job"])
    for _ in range(2):
        assert (await engine.snapshots(["job"]))["job"].taken_at == 2


async def test_a_host_starts_once_its_gate_opens() -> None:
    gate = asyncio.Event()
    host = ScriptedHost(ScriptedEngine(), gate=gate)
    start = asyncio.create_task(host.ready())
    await asyncio.sleep(0)
    assert host.status.state is EngineState.STARTING
    assert await host.find() is None

    gate.set()

    assert await start is await host.find()


async def test_a_host_that_fails_to_start_says_why() -> None:
    host = ScriptedHost(ScriptedEngine(), failure="no Java")
    with pytest.raises(EngineUnavailable, match="no Java"):
        await host.ready()
    assert (host.status.state, host.status.text) == (EngineState.FAILED, "no Java")
