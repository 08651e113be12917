"""Statements that Spark works on for nobody: found by whose they are, and ended until nothing is left."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest

from headway.engine import orphans
from headway.engine.base import Execution, FoundOperation
from headway.engine.connect import ConnectClient
from headway.engine.monitor_client import MonitorClient
from headway.engine.spark_engine import SparkEngine
from headway.jobs.errors import EngineLost, ProgressUnavailable, StatementFailed
from tests.engine.conftest import Spark
from tests.engine.jobs import Jobs, collected, tasks_of
from tests.statements import MULTI_STAGE, sleeping

# The broadcast is a subjob of its own, in a thread of its own.
BROADCAST = (
    f"SELECT /*+ BROADCAST(b) */ count(*) AS n FROM range(100) a JOIN ({sleeping(tasks=40, ms=500)}) b"
    " ON a.id = b.n"
)


@asynccontextmanager
async def installation(spark: Spark, name: str) -> AsyncIterator[SparkEngine]:
    engine = SparkEngine(spark.address, user=f"headway-{name}", spare_sessions=0)
    try:
        yield engine
    finally:
        await engine.close()


async def found_in(engine: SparkEngine) -> list[FoundOperation]:
    """What is found, once Spark answers."""
    async with asyncio.timeout(20):
        while True:
            try:
                return list(await engine.find_operations())
            except ProgressUnavailable:
                continue


async def left_running(engine: SparkEngine, sql: str) -> Execution:
    """A statement at work whose client has gone."""
    execution = await Jobs(engine).prepare(sql)
    reading = asyncio.create_task(collected(engine.execute(execution)))
    async with asyncio.timeout(60):
        while not await found_in(engine):
            assert not reading.done(), await reading
    reading.cancel()
    await asyncio.wait([reading])
    return execution


@pytest.mark.parametrize("sql", [sleeping(tasks=200, ms=500), BROADCAST, MULTI_STAGE])
async def test_what_a_process_left_behind_is_ended_by_the_next_one(spark: Spark, sql: str) -> None:
    async with installation(spark, "a") as gone:
        execution = await left_running(gone, sql)
    async with installation(spark, "a") as fresh:
        assert await found_in(fresh) == [FoundOperation(execution.job_id, execution.session_id)]

        await fresh.end_operation((await found_in(fresh))[0])

        assert await found_in(fresh) == []
        assert await tasks_of(spark.engine, execution.job_id) == 0
        with pytest.raises(EngineLost):  # the session is gone, and what it held with it
            await collected(fresh.reattach(execution, None))


@dataclass
class Restless(MonitorClient):
    """The monitoring of a busy Spark: a kill brings one more subjob, and not each read an answer."""

    tags: tuple[str, ...]
    to_come: int
    running: set[int] = field(default_factory=lambda: {0})
    killed: list[int] = field(default_factory=list)
    reads: int = 0

    async def running_tags(self) -> dict[int, tuple[str, ...]]:
        self.reads += 1
        if self.reads % 3 == 0 and self.reads < 20:
            raise ProgressUnavailable("busy")
        return {99: ("somebody's",), **dict.fromkeys(self.running, self.tags)}

    async def kill(self, ids: Iterable[int]) -> None:
        for job_id in ids:
            self.running.remove(job_id)
            self.killed.append(job_id)
            if len(self.killed) <= self.to_come:
                self.running.add(job_id + 1)


@dataclass
class Quiet(ConnectClient):
    """A Spark that does what it is told; notes what that was."""

    asked: list[str] = field(default_factory=list)

    async def interrupt(self, session_id: str, operation_id: str) -> None:
        self.asked.append("interrupt")

    async def release_session(self, session_id: str) -> None:
        self.asked.append("release")


def tag_of(user: str, found: FoundOperation) -> str:
    return f"SparkConnect_OperationTag_User_{user}_Session_{found.session_id}_Operation_{found.job_id}"


async def test_subjobs_that_are_submitted_after_the_interrupt_are_killed_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(orphans, "LOOK_AGAIN_SECONDS", 0.0)
    found = FoundOperation(str(uuid.uuid4()), str(uuid.uuid4()))
    monitor, client = Restless((tag_of("me", found),), to_come=3), Quiet()

    await orphans.Orphans(client, monitor, "me").end(found)

    assert (monitor.killed, monitor.running) == ([0, 1, 2, 3], set())
    assert client.asked == ["interrupt", "release"]


async def test_a_session_is_closed_even_when_spark_does_not_become_calm(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(orphans, "CALM_WITHIN_SECONDS", 0.05)
    found = FoundOperation(str(uuid.uuid4()), str(uuid.uuid4()))
    monitor, client = Restless((tag_of("me", found),), to_come=10**9), Quiet()

    await orphans.Orphans(client, monitor, "me").end(found)

    assert monitor.running
    assert client.asked == ["interrupt", "release"]


async def test_each_installation_sees_its_own_statements_only(spark: Spark) -> None:
    async with installation(spark, "a") as one, installation(spark, "ab") as two:
        first, second = [await left_running(each, sleeping(tasks=200, ms=500)) for each in (one, two)]

        assert await found_in(one) == [FoundOperation(first.job_id, first.session_id)]
        await one.end_operation((await found_in(one))[0])
        assert await found_in(two) == [FoundOperation(second.job_id, second.session_id)]
        await two.end_operation((await found_in(two))[0])
        assert await found_in(two) == []


async def test_a_statement_whose_session_was_closed_is_stopped_all_the_same(spark: Spark) -> None:
    async with installation(spark, "a") as engine:
        execution = await left_running(engine, MULTI_STAGE)
        await engine.close_session(execution.session_id)

        await engine.end_operation(FoundOperation(execution.job_id, execution.session_id))

        assert await found_in(engine) == []
        assert await tasks_of(spark.engine, execution.job_id) == 0


async def test_ending_what_ended_long_ago_is_no_error(spark: Spark) -> None:
    async with installation(spark, "a") as engine:
        await engine.end_operation(FoundOperation(str(uuid.uuid4()), str(uuid.uuid4())))


async def test_a_session_of_another_user_is_out_of_reach(spark: Spark) -> None:
    async with installation(spark, "a") as one, installation(spark, "b") as two:
        execution = await left_running(one, sleeping(tasks=200, ms=500))

        await two.interrupt(execution)
        await two.close_session(execution.session_id)

        assert await found_in(one) == [FoundOperation(execution.job_id, execution.session_id)]
        await one.interrupt(execution)
        with pytest.raises(StatementFailed):
            await collected(one.reattach(execution, None))
        await one.close_session(execution.session_id)


async def test_without_monitoring_nothing_can_be_found(spark: Spark) -> None:
    engine = SparkEngine(replace(spark.address, monitor_url=None))
    with pytest.raises(ProgressUnavailable, match="no monitoring address"):
        await engine.find_operations()
    await engine.close()
