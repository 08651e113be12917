import asyncio

import pytest

from headway.engine.scripted import ScriptedEngine, ScriptedHost
from headway.jobs.errors import EngineNotReady, EngineUnavailable
from headway.service import ready_engines
from headway.service.engines import Engines
from headway.service.ready_engines import ReadyEngines
from tests.service.scene import until


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ready_engines, "FOUND_SECONDS", 0.05)


class CountingHost(ScriptedHost):
    """Counts its starts."""

    starts = 0

    async def ready(self) -> ScriptedEngine:
        self.starts += 1
        return await super().ready()


async def test_the_first_question_starts_an_engine_and_does_not_wait_for_it() -> None:
    gate = asyncio.Event()
    host = ScriptedHost(ScriptedEngine(), gate=gate)
    engines = Engines(lambda _: host)
    ready = ReadyEngines(engines)
    # A start outlives its callers, as SparkHost's does.
    engines.revive("p1")
    with pytest.raises(EngineNotReady, match="STARTING: starting as the script says") as caught:
        await ready.get("p1")
    assert caught.value.retry_after == 2
    gate.set()
    assert await ready.get("p1") is host.engine
    await engines.close()


async def test_a_start_that_failed_is_not_tried_again_at_each_question(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    host = CountingHost(ScriptedEngine(), failure="no Java was found")
    ready = ReadyEngines(Engines(lambda _: host))
    for _ in range(3):
        with pytest.raises(EngineUnavailable, match="no Java was found"):
            await ready.get("p1")
    assert host.starts == 1
    monkeypatch.setattr(ready_engines, "START_AGAIN_SECONDS", 0.0)
    host.failure = None
    assert await ready.get("p1") is host.engine


async def test_a_restarted_engine_is_starting_when_the_call_ends() -> None:
    host = CountingHost(ScriptedEngine())
    engines = Engines(lambda _: host)
    await host.ready()
    host.gate = asyncio.Event()
    status = await engines.restart("p1")
    assert (status.state, engines.was_stopped("scripted-1")) == ("STARTING", True)
    host.gate.set()
    await until(lambda: host.status.state == "READY")
    assert host.starts == 2
    await engines.close()
