"""Moves and the word of them: in one order, to everybody who waits."""

import asyncio

import pytest

from headway.jobs.job import Job
from headway.jobs.lifecycle import JobState, Reason
from headway.service.fault_points import FaultPoints
from headway.service.journal import Journal
from headway.service.whole import whole
from headway.store.job_store import IllegalMove, JobStore, Move, Room
from tests.builders import a_job
from tests.service.scene import World


class SlowToAnswer(JobStore):
    """Writes a move to RUNNING at once and says so only when the gate opens."""

    gate: asyncio.Event
    written: asyncio.Event

    async def move(self, job_id: str, move: Move, at: int) -> Job:
        job = await super().move(job_id, move, at)
        if move.target is JobState.RUNNING:
            self.written.set()
            await self.gate.wait()
        return job


async def launching(world: World) -> Job:
    await world.dispatcher.stop_claiming()
    await world.journal.insert(a_job())
    job = await world.journal.claim("p1", "default", Room(16, 16))
    assert job is not None
    return job


@pytest.fixture
async def slow(world: World) -> SlowToAnswer:
    store = SlowToAnswer(world.database)
    store.gate, store.written = asyncio.Event(), asyncio.Event()
    world.journal = Journal(store, world.live, world.membership, lambda: 7, FaultPoints())
    return store


async def test_a_late_word_never_overwrites_a_newer_state(world: World, slow: SlowToAnswer) -> None:
    job_id = (await launching(world)).job_id
    first = asyncio.create_task(world.journal.move(job_id, Move(JobState.RUNNING)))
    await slow.written.wait()
    second = asyncio.create_task(world.journal.move(job_id, Move(JobState.CANCELLING)))
    await asyncio.sleep(0.02)
    assert await world.state(job_id) is JobState.RUNNING  # the second waits for the first one's word
    slow.gate.set()
    await asyncio.gather(first, second)
    live = world.live.get(job_id)
    assert live is not None
    assert (live.state, await world.state(job_id)) == (JobState.CANCELLING, JobState.CANCELLING)


async def test_a_move_whose_caller_goes_away_is_still_told(world: World, slow: SlowToAnswer) -> None:
    job_id = (await launching(world)).job_id
    caller = asyncio.create_task(world.journal.move(job_id, Move(JobState.RUNNING)))
    await slow.written.wait()
    caller.cancel()
    await asyncio.sleep(0.01)
    assert not caller.done()
    slow.gate.set()
    with pytest.raises(asyncio.CancelledError):
        await caller
    live = world.live.get(job_id)
    assert live is not None
    assert live.state is JobState.RUNNING


async def test_everybody_who_waits_gets_the_end(world: World) -> None:
    job_id = (await launching(world)).job_id
    waiting = [asyncio.create_task(world.service.wait("p1", job_id, 10)) for _ in range(20)]
    await asyncio.sleep(0.02)
    await world.journal.move(job_id, Move(JobState.FAILED, Reason.INTERNAL, "no"))
    assert {job.state for job in await asyncio.gather(*waiting)} == {JobState.FAILED}
    assert (await world.service.wait("p1", job_id, 10)).state is JobState.FAILED  # and who comes later
    assert world.live.get(job_id) is None
    await asyncio.sleep(0)
    assert world.live._waiters == {}


async def test_a_wait_that_is_over_gives_the_job_as_it_is(world: World) -> None:
    job_id = (await launching(world)).job_id
    assert (await world.service.wait("p1", job_id, 0.01)).state is JobState.LAUNCHING
    gone = asyncio.create_task(world.service.wait("p1", job_id, 10))
    await asyncio.sleep(0.02)
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    assert world.live._waiters == {}


async def test_an_end_is_called_out_once(world: World) -> None:
    ends: list[None] = []
    job_id = (await launching(world)).job_id
    for _ in range(3):
        await world.journal.insert(a_job())
    world.journal.on_end(lambda: ends.append(None))
    await world.journal.move(job_id, Move(JobState.CANCELLED))
    with pytest.raises(IllegalMove):
        await world.journal.move(job_id, Move(JobState.FAILED))
    assert await world.journal.settle(job_id, Move(JobState.FAILED)) is None
    assert len(ends) == 1
    await world.journal.fail_waiting("p1", Reason.ENGINE_START_FAILED, "no Java")
    assert len(ends) == 4


async def test_whole_work_is_done_before_its_caller_is_cancelled() -> None:
    gate, done = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        await gate.wait()
        done.set()

    caller = asyncio.create_task(whole(work()))
    await asyncio.sleep(0)
    for _ in range(3):
        caller.cancel()
        await asyncio.sleep(0)
    assert not caller.done()
    gate.set()
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert done.is_set()
