"""Waiting jobs get their turn: in order, as many as there is room for, and at once."""

import asyncio

import pytest
from sqlalchemy.exc import OperationalError

from headway.engine.base import Completed
from headway.engine.scripted import NO_COLUMNS, Script
from headway.jobs.errors import NotAllowed
from headway.jobs.lifecycle import JobState, Reason
from headway.service import dispatcher
from tests.builders import a_job
from tests.service.conftest import MakeWorld
from tests.service.scene import P2, World, until


def gated(gate: asyncio.Event) -> Script:
    return Script((NO_COLUMNS, gate, Completed()))


async def test_jobs_of_a_queue_run_in_the_order_they_came(world: World) -> None:
    ids = [await world.submit(f"select {n}", queue_name="narrow") for n in range(6)]
    for job_id in ids:
        assert (await world.ended(job_id)).state is JobState.FINISHED
    assert [execution.job_id for execution in world.engine().executed] == ids


async def test_a_queue_runs_no_more_jobs_than_it_has_room_for(make_world: MakeWorld) -> None:
    gate = asyncio.Event()
    world = await make_world(scripts={"q": gated(gate)}, rooms={"default": 3})
    ids = [await world.submit("q") for _ in range(5)]
    for job_id in ids[:3]:
        await world.reaches(job_id, JobState.RUNNING)
    assert [await world.state(job_id) for job_id in ids[3:]] == [JobState.QUEUED] * 2
    assert [await world.service.position(await world.job(job_id)) for job_id in ids[3:]] == [0, 1]
    gate.set()
    assert {(await world.ended(job_id)).state for job_id in ids} == {JobState.FINISHED}


async def test_every_queue_of_every_project_has_room_of_its_own(make_world: MakeWorld) -> None:
    gate = asyncio.Event()
    world = await make_world(scripts={"q": gated(gate)}, rooms={"default": 1, "other": 1})
    places = [("p1", "default"), ("p1", "other"), (P2, "default"), (P2, "other")]
    ids = [await world.submit("q", project, queue_name=queue) for project, queue in places]
    for job_id in ids:
        await world.reaches(job_id, JobState.RUNNING)
    gate.set()


@pytest.mark.parametrize("end", ["finish", "cancel"])
async def test_a_freed_place_is_used_at_once(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    monkeypatch.setattr(dispatcher, "LOOK_AGAIN_SECONDS", 3_600)  # only a word of the end can do it
    gate = asyncio.Event()
    world = await make_world(scripts={"q": gated(gate)})
    first, second = [await world.submit(sql, queue_name="narrow") for sql in ("q", "select 2")]
    await world.reaches(first, JobState.RUNNING)
    assert await world.state(second) is JobState.QUEUED
    if end == "finish":
        gate.set()
    else:
        await world.service.cancel("p1", first)
    assert (await world.ended(second)).state is JobState.FINISHED


async def test_a_job_that_came_another_way_is_found_by_looking_again(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatcher, "LOOK_AGAIN_SECONDS", 0.02)
    world = await make_world()
    job = a_job()
    await world.store.insert(job)
    await world.reaches(job.job_id, JobState.FINISHED)


async def test_a_queue_that_was_taken_out_of_the_settings_drains_one_by_one(make_world: MakeWorld) -> None:
    world = await make_world()
    jobs = [a_job(queue="gone", at=n) for n in range(3)]
    for job in jobs:
        await world.store.insert(job)
    world.dispatcher.wake()
    for job in jobs:
        await world.reaches(job.job_id, JobState.FINISHED)
    assert [execution.job_id for execution in world.engine().executed] == [job.job_id for job in jobs]


async def test_a_bug_ends_one_job_with_a_reason_and_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world.engine(), "prepare", _broken)
    job = await world.run()
    assert (job.state, job.reason) == (JobState.FAILED, Reason.INTERNAL)
    assert "service log" in job.message
    monkeypatch.undo()
    assert (await world.run()).state is JobState.FINISHED


async def test_a_store_that_fails_for_a_moment_does_not_end_all_claiming(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatcher, "LOOK_AGAIN_SECONDS", 0.02)
    ask, failures = world.store.queues_waiting, iter(range(2))

    async def sometimes() -> list[tuple[str, str]]:
        if next(failures, None) is not None:
            raise OperationalError("SELECT", {}, Exception("disk I/O error"))
        return await ask()

    monkeypatch.setattr(world.store, "queues_waiting", sometimes)
    assert (await world.run()).state is JobState.FINISHED


async def test_stopping_together_with_the_engines_starts_nothing_more(make_world: MakeWorld) -> None:
    world = await make_world(scripts={"q": gated(asyncio.Event())})
    world.host(P2).gate = asyncio.Event()
    running, waiting = [await world.submit("q", queue_name="narrow") for _ in range(2)]
    launching = await world.submit("q", P2)
    await world.reaches(running, JobState.RUNNING)
    await world.reaches(launching, JobState.LAUNCHING)

    await asyncio.wait_for(world.service.cancel_all("the service stops"), 5)

    job = await world.job(running)
    assert (job.state, job.reason) == (JobState.CANCELLED, Reason.INTERRUPTED_OUTSIDE)
    assert job.message == "the service stops"
    assert await world.state(waiting) is JobState.QUEUED
    assert await world.state(launching) is JobState.LAUNCHING
    with pytest.raises(NotAllowed):
        await world.service.cancel("p1", running)


async def test_many_at_once_are_all_served(make_world: MakeWorld) -> None:
    world = await make_world(rooms={"default": 20})
    ids = await asyncio.gather(*(world.submit(f"select {n}") for n in range(60)))
    await until(lambda: len(world.engine().executed) == len(ids), 20)
    assert {(await world.ended(job_id)).state for job_id in ids} == {JobState.FINISHED}


async def _broken(_execution: object) -> None:
    raise RuntimeError("a bug")
