"""Cancelling a job in each of its states, and against its own end."""

import asyncio

import pytest

from headway.engine.base import Completed
from headway.engine.scripted import NO_COLUMNS, Script
from headway.jobs.errors import ErrorKind, NotAllowed, NotFound, SqlError, StatementFailed
from headway.jobs.lifecycle import TERMINAL, JobState, Reason
from headway.service import stopping
from tests.service.conftest import MakeWorld
from tests.service.scene import P2, World, until

FAILS = Script((StatementFailed(SqlError(ErrorKind.DATA, "no")),))


async def test_a_job_in_line_is_cancelled_at_once_and_never_reaches_spark(make_world: MakeWorld) -> None:
    gate = asyncio.Event()
    world = await make_world(scripts={"q": Script((NO_COLUMNS, gate, Completed()))})
    first, second, third = [await world.submit("q", queue_name="narrow") for _ in range(3)]
    cancelled = await world.service.cancel("p1", second)
    assert (cancelled.state, cancelled.reason) == (JobState.CANCELLED, Reason.CANCELLED_BY_USER)
    assert cancelled.message == "cancelled by the user"
    gate.set()
    assert (await world.ended(third)).state is JobState.FINISHED
    assert [execution.job_id for execution in world.engine().executed] == [first, third]


async def test_a_job_whose_engine_starts_is_cancelled_at_once(make_world: MakeWorld) -> None:
    world = await make_world()
    gate = world.host().gate = asyncio.Event()
    job_id = await world.submit()
    await world.reaches(job_id, JobState.LAUNCHING)
    assert (await world.service.cancel("p1", job_id)).state is JobState.CANCELLED
    gate.set()
    other = await world.submit()
    await world.ended(other)
    await world.quiet()
    assert [execution.job_id for execution in world.engine().executed] == [other]
    assert world.engine().sessions == set()
    assert await world.moves(job_id) == ["QUEUED", "LAUNCHING", "CANCELLED"]


async def test_a_running_job_is_cancelled_when_spark_confirms(make_world: MakeWorld) -> None:
    world = await make_world(scripts={"q": Script((NO_COLUMNS, asyncio.Event()))})
    job_id = await world.submit("q")
    await world.reaches(job_id, JobState.RUNNING)
    assert (await world.service.cancel("p1", job_id)).state is JobState.CANCELLING
    job = await world.ended(job_id)
    assert (job.state, job.reason, job.message) == (
        JobState.CANCELLED,
        Reason.CANCELLED_BY_USER,
        "cancelled by the user",
    )
    assert await world.moves(job_id) == ["QUEUED", "LAUNCHING", "RUNNING", "CANCELLING", "CANCELLED"]
    await world.quiet()
    assert world.engine().sessions == set()


async def test_an_interrupt_is_repeated_until_spark_hears_it(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stopping, "INTERRUPT_AGAIN_SECONDS", 0.01)
    script = Script((NO_COLUMNS, asyncio.Event()), deaf=True)
    world = await make_world(scripts={"q": script})
    job_id = await world.submit("q")
    await world.reaches(job_id, JobState.RUNNING)
    await world.service.cancel("p1", job_id)
    await until(lambda: len(world.engine().interrupts) >= 3)
    assert await world.state(job_id) is JobState.CANCELLING
    script.deaf = False
    assert (await world.ended(job_id)).state is JobState.CANCELLED


async def test_cancelling_twice_is_cancelling_once(make_world: MakeWorld) -> None:
    world = await make_world(scripts={"q": (script := Script((NO_COLUMNS, asyncio.Event()), deaf=True))})
    job_id = await world.submit("q")
    await world.reaches(job_id, JobState.RUNNING)
    for _ in range(2):
        assert (await world.service.cancel("p1", job_id)).state is JobState.CANCELLING
    await until(lambda: world.engine().interrupts)
    assert world.engine().interrupts == [job_id]
    script.deaf = False
    assert (await world.ended(job_id)).state is JobState.CANCELLED
    assert (await world.moves(job_id)).count("CANCELLING") == 1


@pytest.mark.parametrize("state", sorted(TERMINAL))
async def test_an_ended_job_is_refused(make_world: MakeWorld, state: JobState) -> None:
    world = await make_world(scripts={"failing": FAILS, "waiting": Script((asyncio.Event(),))})
    how = {JobState.FINISHED: "select 1", JobState.FAILED: "failing", JobState.CANCELLED: "waiting"}
    job_id = await world.submit(how[state])
    if state is JobState.CANCELLED:
        await world.service.cancel("p1", job_id)
    before = await world.ended(job_id)
    assert before.state is state
    with pytest.raises(NotAllowed, match=f"has ended \\({state}\\)"):
        await world.service.cancel("p1", job_id)
    assert await world.job(job_id) == before


async def test_a_job_of_another_project_does_not_exist(world: World) -> None:
    job_id = await world.submit(project=P2)
    for wanted in (job_id, "nope"):
        with pytest.raises(NotFound):
            await world.service.cancel("p1", wanted)


async def test_a_cancel_that_comes_too_late_leaves_no_trace_in_what_is_said(make_world: MakeWorld) -> None:
    gate = asyncio.Event()
    world = await make_world(scripts={"q": Script((NO_COLUMNS, gate, Completed()), deaf=True)})
    job_id = await world.submit("q")
    await world.reaches(job_id, JobState.RUNNING)
    await world.service.cancel("p1", job_id)
    gate.set()
    job = await world.ended(job_id)
    assert (job.state, job.reason, job.message) == (JobState.FINISHED, Reason.COMPLETED, "")


async def test_a_cancel_against_the_end_has_one_winner(make_world: MakeWorld) -> None:
    gates = {f"q{n}": asyncio.Event() for n in range(40)}
    world = await make_world(
        scripts={sql: Script((NO_COLUMNS, gate, Completed())) for sql, gate in gates.items()},
        rooms={"default": 40},
    )
    ids = [await world.submit(sql) for sql in gates]
    for job_id in ids:
        await world.reaches(job_id, JobState.RUNNING)

    async def finish(gate: asyncio.Event, steps: int) -> None:
        for _ in range(steps):
            await asyncio.sleep(0)
        gate.set()

    races = [
        asyncio.gather(world.service.cancel("p1", job_id), finish(gate, n % 20 * 3), return_exceptions=True)
        for n, (job_id, gate) in enumerate(zip(ids, gates.values(), strict=True))
    ]
    for job_id, race in zip(ids, races, strict=True):
        cancelled, _ = await race
        job = await world.ended(job_id)
        assert job.state in (JobState.FINISHED, JobState.CANCELLED)
        if isinstance(cancelled, NotAllowed):
            assert job.state is JobState.FINISHED
        moves = await world.moves(job_id)
        assert sum(JobState(move) in TERMINAL for move in moves) == 1
        assert moves[-1] == job.state
