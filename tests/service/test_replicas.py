"""Several service processes on one store: any of them answers, one carries, the dead are replaced."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from headway.engine.base import Completed
from headway.engine.scripted import Script, ScriptedHost
from headway.jobs.lifecycle import JobState, Reason
from headway.service import membership, rescuer
from tests.postgres import Databases
from tests.service.scene import IDS, World, batch, reading, until

QUERY = "select id from t"
MakeReplica = Callable[[], Awaitable[World]]


@pytest.fixture
def scripts() -> dict[str, Script]:
    return {}


@pytest.fixture
async def make_replica(
    tmp_path: Path, postgres: Databases, scripts: dict[str, Script], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[MakeReplica]:
    monkeypatch.setattr(rescuer, "BEAT_SECONDS", 0.05)
    monkeypatch.setattr(membership, "DEAD_AFTER_SECONDS", 0.4)
    hosts: dict[str, ScriptedHost] = {}
    made: list[World] = []
    with postgres.fresh() as url:

        async def make() -> World:
            world = World(tmp_path, scripts, hosts=hosts, url=url)
            made.append(world)
            await world.start()
            return world

        yield make
        for world in made:
            await world.stop()


async def under_way(first: World, scripts: dict[str, Script], *steps: object) -> str:
    """A query that the first replica carries."""
    scripts[QUERY] = Script((IDS, *steps), readings=[reading((6, 8))])  # type: ignore[arg-type]
    job_id = await first.submit(QUERY)
    await first.reaches(job_id, JobState.RUNNING)
    await until(lambda: first.live.get(job_id))
    return job_id


async def freeze(world: World) -> None:
    """Stop the process as SIGSTOP does: it says and does nothing more, not even goodbye."""
    assert world.rescuer._loop is not None
    world.rescuer._loop.cancel()
    await world.dispatcher.stop_claiming()


async def test_any_replica_answers_for_any_job(make_replica: MakeReplica, scripts: dict[str, Script]) -> None:
    one = await make_replica()
    gate = asyncio.Event()
    job_id = await under_way(one, scripts, gate, batch(1, 1, 2), Completed())
    two = await make_replica()
    here = await one.service.progress("p1", job_id)
    there = await two.service.progress("p1", job_id)
    assert there.progress == here.progress
    assert there.estimate.fraction >= here.estimate.fraction > 0
    waiting = asyncio.create_task(two.service.wait("p1", job_id, 10))
    gate.set()
    assert (await waiting).state is JobState.FINISHED
    assert (await two.service.rows("p1", job_id, 10)).rows == [[1], [2]]


async def test_a_job_is_cancelled_through_the_other_replica(
    make_replica: MakeReplica, scripts: dict[str, Script]
) -> None:
    one = await make_replica()
    job_id = await under_way(one, scripts, asyncio.Event())
    two = await make_replica()
    assert (await two.service.cancel("p1", job_id)).state is JobState.CANCELLING
    job = await two.service.wait("p1", job_id, 10)
    assert (job.state, job.reason) == (JobState.CANCELLED, Reason.CANCELLED_BY_USER)


async def test_a_replica_that_dies_is_replaced_and_nothing_runs_twice(
    make_replica: MakeReplica, scripts: dict[str, Script]
) -> None:
    one = await make_replica()
    gate = asyncio.Event()
    job_id = await under_way(one, scripts, batch(1, 1), gate, batch(2, 2), Completed())
    await until(lambda: one.runner._runs[job_id].row_count)
    two = await make_replica()
    said = (await one.service.progress("p1", job_id)).estimate.fraction
    await freeze(one)
    await until(lambda: two.live.get(job_id))
    assert (await two.service.progress("p1", job_id)).estimate.fraction >= said
    engine = two.engine()
    assert ([one.job_id for one in engine.executed], engine.reattached[0][1]) == ([job_id], "r1")
    gate.set()
    assert (await two.service.wait("p1", job_id, 10)).state is JobState.FINISHED
    assert (await two.service.rows("p1", job_id, 10)).rows == [[1], [2]]


async def test_a_replica_that_was_only_slow_does_not_write_over_its_successor(
    make_replica: MakeReplica, scripts: dict[str, Script]
) -> None:
    one = await make_replica()
    gate = asyncio.Event()
    job_id = await under_way(one, scripts, gate, batch(1, 1), Completed())
    two = await make_replica()
    await freeze(one)
    await until(lambda: two.runner._runs.get(job_id))
    session = two.runner._runs[job_id].execution.session_id
    two.runner._runs[job_id].engine.sessions.add(session)  # type: ignore[attr-defined]
    gate.set()  # both hear the end
    assert (await two.ended(job_id)).state is JobState.FINISHED
    await one.quiet()
    moves = await two.moves(job_id)
    assert moves.count("FINISHED") == 1
    # It comes back: taken for dead, it joins as a new replica and carries nothing.
    before = one.membership.id
    await one.rescuer.look()
    assert one.membership.id != before
    assert one.live.all() == []


async def test_a_replica_that_ends_in_good_order_hands_over_at_once(
    make_replica: MakeReplica, scripts: dict[str, Script]
) -> None:
    one = await make_replica()
    gate = asyncio.Event()
    job_id = await under_way(one, scripts, gate, Completed())
    two = await make_replica()
    await one.dispatcher.stop()
    await one.rescuer.stop()
    await until(lambda: two.live.get(job_id), 0.35)  # sooner than the dead are found
    gate.set()
    assert (await two.ended(job_id)).state is JobState.FINISHED


async def test_two_replicas_share_the_queue_and_keep_its_room(
    make_replica: MakeReplica, scripts: dict[str, Script]
) -> None:
    replicas = [await make_replica(), await make_replica()]
    gates = {f"select {number}": asyncio.Event() for number in range(8)}
    scripts.update({sql: Script((IDS, gate, Completed())) for sql, gate in gates.items()})
    ids = [await replicas[number % 2].submit(sql, queue_name="narrow") for number, sql in enumerate(gates)]
    for number, gate in enumerate(gates.values()):
        await replicas[0].reaches(ids[number], JobState.RUNNING)
        states = [await replicas[0].state(job_id) for job_id in ids]
        assert sum(state in (JobState.LAUNCHING, JobState.RUNNING) for state in states) == 1
        gate.set()
        await replicas[0].reaches(ids[number], JobState.FINISHED)
