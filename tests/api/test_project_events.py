import asyncio
from pathlib import Path

import pytest

from headway.api import project_feed
from headway.engine.base import Completed
from headway.engine.scripted import Script, ScriptedHost
from headway.jobs.errors import StoreUnavailable
from headway.jobs.job import JobRequest
from headway.jobs.lifecycle import JobState
from headway.service.job_moves import JobMoves
from tests.api.listener import Listener
from tests.api.watched import BOB, watched
from tests.postgres import Databases
from tests.service.scene import IDS, World, batch, reading, until

QUERY = "select id from t"


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(project_feed, "LOOK_EVERY_SECONDS", 0.02)
    monkeypatch.setattr(project_feed, "PROGRESS_EVERY_SECONDS", 0.02)


async def ends_of(stream: Listener, *job_ids: str) -> list[str]:
    """Read until each job has ended; gives the jobs whose ends were told."""
    ended: list[str] = []
    while set(ended) != set(job_ids):
        told = (await stream.next("job")).data
        ended += [told["job_id"]] if told["ended_at"] else []
    return ended


async def test_every_job_of_the_project_is_told_and_no_other(world: World) -> None:
    before = await world.run()
    face = watched(world)
    async with face.project() as stream, face.project(who=BOB) as elsewhere:
        await stream.begun()
        await elsewhere.begun()
        theirs = await world.submit(project="p2")
        ours = [await world.submit(f"select {number}") for number in range(3)]
        assert sorted(await ends_of(stream, *ours)) == sorted(ours)
        assert await ends_of(elsewhere, theirs) == [theirs]
        assert face.feeds.producers == 2
    assert before.job_id not in ours
    await until(lambda: face.feeds.producers == 0)


async def test_what_happened_meanwhile_is_told_to_one_who_comes_back(world: World) -> None:
    face = watched(world)
    async with face.project() as stream:
        await stream.begun()
        first = await world.submit("select 1")
        await ends_of(stream, first)
    missed = [(await world.run(f"select {number}")).job_id for number in range(2, 5)]
    async with face.project(stream.last_id) as resumed:
        assert await ends_of(resumed, *missed) == missed
        after = await world.submit("select 5")
        assert await ends_of(resumed, after) == [after]
    # Somebody watches already, and its feed is ahead of the one who comes back.
    async with face.project() as other, face.project(stream.last_id) as late:
        await other.begun()
        assert await ends_of(late, *missed, after) == [*missed, after]


async def test_who_sees_no_event_can_still_resume(world: World) -> None:
    face = watched(world)
    async with face.project() as stream:
        await stream.begun()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await stream.next()
    job_id = (await world.run()).job_id
    async with face.project(stream.last_id) as resumed:
        assert await ends_of(resumed, job_id) == [job_id]


async def test_ids_hold_over_a_restart(world: World) -> None:
    async with watched(world).project() as stream:
        await stream.begun()
        await ends_of(stream, await world.submit("select 1"))
    missed = (await world.run("select 2")).job_id
    successor = await world.restarted()
    async with watched(successor).project(stream.last_id) as resumed:
        assert await ends_of(resumed, missed) == [missed]


@pytest.mark.parametrize("last_id", ["x", "-1", "1.5", str(2**63)])
async def test_an_id_that_no_event_has_is_refused(world: World, last_id: str) -> None:
    async with watched(world).project(last_id) as stream:
        assert await stream.begun() == 400


async def test_an_id_from_the_future_means_now(world: World) -> None:
    await world.run()
    async with watched(world).project(str(10**12)) as stream:
        await stream.begun()
        job_id = await world.submit()
        assert await ends_of(stream, job_id) == [job_id]


async def test_running_jobs_say_how_far_they_are(world: World) -> None:
    gate = asyncio.Event()
    world.scripts[QUERY] = Script((IDS, gate, batch(1, 1), Completed()), readings=[reading((1, 4))])
    job_id = await world.submit(QUERY)
    await world.reaches(job_id, JobState.RUNNING)
    face = watched(world)
    async with face.project() as stream:
        told = await stream.next("progress")
        assert set(told.data) == {"job_id", "fraction", "low", "high", "remaining_seconds", "phase"}
        assert (told.data["job_id"], told.data["phase"], told.event_id) == (job_id, "running", None)
        assert 0 <= told.data["low"] <= told.data["fraction"] <= told.data["high"] <= 1
        # One who comes later is told as well, though nothing is new.
        async with face.project() as late:
            assert (await late.next("progress")).data["job_id"] == job_id
        gate.set()
        assert await ends_of(stream, job_id) == [job_id]


async def test_moves_that_other_processes_make_are_told(tmp_path: Path, postgres: Databases) -> None:
    hosts: dict[str, ScriptedHost] = {}
    with postgres.fresh() as url:
        here, there = (World(tmp_path, hosts=hosts, url=url) for _ in range(2))
        for world in (here, there):
            await world.start()
        async with watched(here).project() as stream:
            await stream.begun()
            ids = [await there.submit(f"select {number}") for number in range(3)]
            assert sorted(await ends_of(stream, *ids)) == sorted(ids)
        for world in (there, here):
            await world.stop()


async def test_a_store_that_is_away_is_told_once_and_the_stream_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, away, asked = JobMoves.settled, asyncio.Event(), []

    async def flaky(self: JobMoves, after: int) -> int:
        asked.append(after)
        if away.is_set():
            raise StoreUnavailable("The database does not answer")
        return await real(self, after)

    monkeypatch.setattr(JobMoves, "settled", flaky)
    face = watched(world)
    async with face.project() as stream:
        await stream.begun()
        await until(lambda: len(asked) > 1)
        away.set()
        assert (await stream.next()).data == {"reason": "The database does not answer"}
        enough = len(asked) + 5
        await until(lambda: len(asked) > enough)
        async with face.project() as refused:
            assert await refused.begun() == 503
        away.clear()
        job = await world.service.submit("p1", "ada", JobRequest("select 1"))
        assert await ends_of(stream, job.job_id) == [job.job_id]
