"""A service stops and another comes: Spark goes on, and no job is forgotten or run twice."""

import asyncio

import pytest

from headway.engine.base import Completed, EngineState
from headway.engine.scripted import NO_COLUMNS, Script, ScriptedEngine
from headway.jobs.errors import ResultExpired
from headway.jobs.lifecycle import JobState, Reason
from headway.service import stopping
from tests.service.conftest import MakeWorld
from tests.service.scene import IDS, World, batch, until


def rows_of(world: World, job_id: str) -> list[list[object]]:
    try:
        return [list(row) for row in world.results.open("p1", job_id).rows(0, 100)]
    except ResultExpired:
        return []


async def test_stopping_leaves_the_statement_running_and_its_session_open(make_world: MakeWorld) -> None:
    world = await make_world(scripts={"q": Script((NO_COLUMNS, asyncio.Event()))})
    job_id = await world.submit("q")
    job = await world.reaches(job_id, JobState.RUNNING)
    await world.stop()
    assert world.engine().sessions == {job.session_id}
    assert world.engine().interrupts == []
    assert await world.state(job_id) is JobState.RUNNING


async def test_a_running_job_goes_on_after_the_last_rows_that_were_kept(make_world: MakeWorld) -> None:
    gate = asyncio.Event()
    world = await make_world(scripts={"q": Script((IDS, batch(1, 1, 2), gate, batch(2, 3), Completed()))})
    job_id = await world.submit("q")
    await until(lambda: rows_of(world, job_id))

    after = await world.restarted()
    gate.set()
    job = await after.ended(job_id)

    assert (job.state, job.reason, job.result.row_count) == (JobState.FINISHED, Reason.COMPLETED, 3)
    assert job.result.schema_json == IDS.schema_json
    assert rows_of(after, job_id) == [[1], [2], [3]]
    assert len(after.engine().executed) == 1
    assert [response for _, response in after.engine().reattached] == ["r1"]
    await after.quiet()
    assert after.engine().sessions == set()


async def test_a_running_job_without_rows_yet_is_read_from_its_beginning(make_world: MakeWorld) -> None:
    gate = asyncio.Event()
    world = await make_world(scripts={"q": Script((gate, IDS, batch(1, 7), Completed()))})
    job_id = await world.submit("q")
    await world.reaches(job_id, JobState.RUNNING)
    after = await world.restarted()
    gate.set()
    assert (await after.ended(job_id)).state is JobState.FINISHED
    assert rows_of(after, job_id) == [[7]]
    assert [response for _, response in after.engine().reattached] == [None]


async def test_a_job_that_never_reached_spark_runs_anew(make_world: MakeWorld) -> None:
    world = await make_world()
    gate = world.host().gate = asyncio.Event()
    launching, queued = [await world.submit(queue_name="narrow") for _ in range(2)]
    await world.reaches(launching, JobState.LAUNCHING)

    after = await world.restarted()
    gate.set()

    for job_id in (launching, queued):
        assert (await after.ended(job_id)).state is JobState.FINISHED
    assert [execution.job_id for execution in after.engine().executed] == [launching, queued]
    assert after.engine().reattached == []


@pytest.mark.parametrize("new_engine", [False, True])
async def test_a_job_whose_engine_is_gone_has_failed(make_world: MakeWorld, new_engine: bool) -> None:
    world = await make_world(scripts={"q": Script((NO_COLUMNS, asyncio.Event()))})
    job_id = await world.submit("q")
    await world.reaches(job_id, JobState.RUNNING)
    await world.host().stop()
    if new_engine:
        world.host().app_id = "scripted-2"
        await world.host().ready()

    after = await world.restarted()

    job = await after.ended(job_id)
    assert (job.state, job.reason) == (JobState.FAILED, Reason.ENGINE_LOST)
    assert job.message.startswith("engine lost")
    assert after.host().status.state is (EngineState.READY if new_engine else EngineState.STOPPED)


async def test_a_job_that_was_being_cancelled_goes_on_being_interrupted(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stopping, "INTERRUPT_AGAIN_SECONDS", 0.01)
    script = Script((NO_COLUMNS, asyncio.Event()), deaf=True)
    world = await make_world(scripts={"q": script})
    job_id = await world.submit("q")
    await world.reaches(job_id, JobState.RUNNING)
    await world.service.cancel("p1", job_id)
    after = await world.restarted()
    assert await after.state(job_id) is JobState.CANCELLING
    script.deaf = False
    job = await after.ended(job_id)
    assert (job.state, job.reason) == (JobState.CANCELLED, Reason.CANCELLED_BY_USER)


async def test_a_cancel_that_comes_while_the_engine_is_looked_for_is_heard(make_world: MakeWorld) -> None:
    world = await make_world(scripts={"q": Script((NO_COLUMNS, asyncio.Event()))})
    job_id = await world.submit("q")
    await world.reaches(job_id, JobState.RUNNING)
    gate = slow_to_find(world)
    after = await world.restarted()
    assert (await after.service.cancel("p1", job_id)).state is JobState.CANCELLING
    gate.set()
    assert (await after.ended(job_id)).state is JobState.CANCELLED


async def test_progress_waits_for_the_engine_of_an_adopted_job(make_world: MakeWorld) -> None:
    world = await make_world(scripts={"q": Script((NO_COLUMNS, asyncio.Event()))})
    job_id = await world.submit("q")
    await world.reaches(job_id, JobState.RUNNING)
    gate = slow_to_find(world)
    after = await world.restarted()
    asked = asyncio.create_task(after.service.progress("p1", job_id))
    await asyncio.sleep(0.05)
    assert not asked.done()
    gate.set()
    assert (await asked).job.state is JobState.RUNNING


async def test_the_timeout_counts_from_the_start_of_the_statement(make_world: MakeWorld) -> None:
    world = await make_world(scripts={"q": Script((NO_COLUMNS, asyncio.Event()))})
    job_id = await world.submit("q", conf={"dli.sql.job.timeout": "0.5"})
    await world.reaches(job_id, JobState.RUNNING)
    await world.stop()
    await asyncio.sleep(0.5)
    after = await world.restarted()
    job = await after.ended(job_id)
    assert (job.state, job.reason) == (JobState.CANCELLED, Reason.TIMED_OUT)


def slow_to_find(world: World) -> asyncio.Event:
    """Hold back whoever looks for the engine, until the gate opens."""
    host, gate = world.host(), asyncio.Event()
    find = host.find

    async def slow() -> ScriptedEngine | None:
        await gate.wait()
        return await find()

    host.find = slow  # type: ignore[method-assign]
    return gate
