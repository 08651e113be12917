import asyncio

import pytest

from headway.api import event_readers, event_stream, job_feed
from headway.api.event_feeds import EventFeeds
from headway.api.progress_poll import LOOK_EVERY_SECONDS
from headway.engine.base import Completed
from headway.engine.scripted import Script
from headway.jobs.errors import ProgressUnavailable
from headway.jobs.lifecycle import JobState
from headway.service.job_service import JobService
from headway.service.watch import JobProgress
from tests.api.watched import ADA, BOB, watched
from tests.service.conftest import MakeWorld
from tests.service.scene import IDS, World, batch, reading, until

QUERY = "select id from t"


async def under_way(world: World, *readings: object) -> tuple[str, asyncio.Event]:
    """A query that runs until its gate is opened; Spark says the readings, one at each look."""
    gate = asyncio.Event()
    world.scripts[QUERY] = Script((IDS, gate, batch(1, 1), Completed()), readings=list(readings))  # type: ignore[arg-type]
    job_id = await world.submit(QUERY)
    await world.reaches(job_id, JobState.RUNNING)
    return job_id, gate


async def test_a_job_is_told_from_its_state_to_its_end(world: World) -> None:
    job_id, gate = await under_way(world, reading((1, 4)), reading((3, 4)))
    async with watched(world).job(job_id) as stream:
        assert await stream.begun() == 200
        first = [await stream.next() for _ in range(2)]
        assert [each.name for each in first] == ["state", "progress"]
        assert (first[0].data["job_id"], first[0].data["state"]) == (job_id, "RUNNING")
        while (await stream.next("progress")).data["totals"]["completed_tasks"] < 3:
            pass
        gate.set()
        rest = await stream.rest()
    assert [each.name for each in rest][-3:] == ["state", "progress", "end"]
    last_state, last_progress, end = rest[-3:]
    assert last_state.data["state"] == end.data["state"] == "FINISHED"
    assert (last_progress.data["phase"], last_progress.data["estimate"]["fraction"]) == ("done", 1)
    assert stream.headers["content-type"].startswith("text/event-stream")
    assert (stream.headers["cache-control"], stream.headers["x-accel-buffering"]) == ("no-cache", "no")


async def test_progress_is_what_the_progress_call_says_and_is_told_once(world: World) -> None:
    job_id, gate = await under_way(world, reading((1, 4), at=10**15))  # a snapshot that stays fresh
    async with watched(world).job(job_id) as one, watched(world).job(job_id) as other:
        told = [await stream.next("progress") for stream in (one, other)]
        assert told[0] == told[1]
        assert told[0].event_id is not None
        assert told[0].event_id.endswith(told[0].data["etag"])
        gate.set()
        rest = await one.rest()
    assert [each.name for each in rest if each.name != "progress"] == ["state", "end"]
    ids = [each.event_id for each in (told[0], *rest)]
    assert len(ids) == len(set(ids))


async def test_a_job_that_has_ended_is_told_at_once_and_not_again(world: World) -> None:
    job = await world.run()
    face = watched(world)
    async with face.job(job.job_id) as stream:
        told = await stream.rest()
    assert [each.name for each in told] == ["state", "progress", "end"]
    async with face.job(job.job_id, stream.last_id) as again:
        assert await again.begun() == 204
    assert face.feeds.producers == 0


async def test_a_stream_goes_on_after_what_was_seen(world: World) -> None:
    job_id, gate = await under_way(world, reading((1, 4), at=10**15))
    face = watched(world)
    async with face.job(job_id) as stream:
        seen = await stream.next("progress")
    async with face.job(job_id, stream.last_id) as resumed:
        await resumed.begun()
        gate.set()
        rest = await resumed.rest()
    assert [each.data["state"] for each in rest if each.name == "state"] == ["FINISHED"]
    assert seen.event_id not in [each.event_id for each in rest]
    assert [each.name for each in rest[-3:]] == ["state", "progress", "end"]


async def test_who_lost_the_line_after_a_move_gets_its_progress(world: World) -> None:
    job_id, _ = await under_way(world, reading((1, 4), at=10**15))
    face = watched(world)
    async with face.job(job_id) as stream:
        state = await stream.next("state")
    async with face.job(job_id, state.event_id) as resumed:
        assert (await resumed.next()).name == "progress"


async def test_ids_hold_over_a_restart_and_the_end_still_comes(world: World) -> None:
    job_id, gate = await under_way(world, reading((1, 4), at=10**15))
    async with watched(world).job(job_id) as stream:
        seen = await stream.next("progress")
    successor = await world.restarted()
    await until(lambda: successor.live.get(job_id))
    async with watched(successor).job(job_id, stream.last_id) as resumed:
        await resumed.begun()
        gate.set()
        rest = await resumed.rest()
    assert rest[-1].name == "end"
    assert seen.event_id not in [each.event_id for each in rest]
    # The end came while nobody was connected: it is told all the same.
    async with watched(successor).job(job_id, seen.event_id) as late:
        assert [each.name for each in await late.rest()] == ["state", "progress", "end"]


async def test_the_id_may_stand_in_the_query(world: World) -> None:
    job = await world.run()
    face = watched(world)
    async with face._open(f"/jobs/{job.job_id}/events?last_event_id=end", None, None) as refused:
        assert await refused.begun() == 401
    async with face.job(f"{job.job_id}") as stream:
        end = (await stream.rest())[-1]
    async with face._open(f"/jobs/{job.job_id}/events?last_event_id={end.event_id}", None, ADA) as stream:
        assert await stream.begun() == 204


async def test_an_id_that_means_nothing_has_seen_nothing(world: World) -> None:
    job = await world.run()
    async with watched(world).job(job.job_id, "x") as stream:
        assert [each.name for each in await stream.rest()] == ["state", "progress", "end"]


async def test_strangers_and_unknown_jobs_are_refused_before_the_stream(world: World) -> None:
    job = await world.run()
    face = watched(world)
    async with (
        face.job("nothing") as unknown,
        face.job(job.job_id, who=BOB) as elsewhere,
        face.job(job.job_id, who=None) as stranger,
    ):
        assert [await each.begun() for each in (unknown, elsewhere, stranger)] == [404, 404, 401]
    assert unknown.headers["content-type"] == "application/json"
    assert face.feeds.producers == 0


async def test_silence_is_filled_with_comments(world: World) -> None:
    job_id, _ = await under_way(world, reading((1, 4), at=10**15))
    async with watched(world, heartbeat_seconds=0.02).job(job_id) as stream:
        await stream.next("progress")
        assert await stream.comment()
        assert await stream.comment()


async def test_a_monitoring_that_is_away_is_told_once_and_the_stream_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_feed, "LOOK_EVERY_SECONDS", 0.01)
    job_id, gate = await under_way(world, reading((1, 4), at=10**15))
    real, away, asked = JobService.progress, asyncio.Event(), []

    async def flaky(self: JobService, project_id: str, job_id: str) -> JobProgress:
        asked.append(job_id)
        job = await self.get(project_id, job_id)
        if away.is_set() and not job.is_terminal:
            raise ProgressUnavailable("Spark's monitoring does not answer")
        return await real(self, project_id, job_id)

    monkeypatch.setattr(JobService, "progress", flaky)
    async with watched(world).job(job_id) as stream:
        await stream.next("progress")
        away.set()
        told = await stream.next("unavailable")
        assert told.data == {"reason": "Spark's monitoring does not answer"}
        assert told.event_id is None
        enough = len(asked) + 5
        await until(lambda: len(asked) > enough)
        away.clear()
        assert (await stream.next()).name == "progress"  # known again
        away.set()
        await stream.next("unavailable")
        gate.set()
        rest = await stream.rest()
    assert [each.name for each in rest] == ["state", "progress", "end"]  # also while it is away


async def test_a_thousand_watchers_cost_as_many_looks_as_twenty(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await make_world(rooms={"default": 20})
    gates = {f"select {number}": asyncio.Event() for number in range(20)}
    world.scripts |= {
        sql: Script((IDS, gate, Completed()), readings=[reading((1, 4), at=10**15)])
        for sql, gate in gates.items()
    }
    ids = [await world.submit(sql) for sql in gates]
    for job_id in ids:
        await world.reaches(job_id, JobState.RUNNING)
    real, looks = JobService.progress, dict.fromkeys(ids, 0)

    async def counted(self: JobService, project_id: str, job_id: str) -> JobProgress:
        looks[job_id] += 1
        return await real(self, project_id, job_id)

    monkeypatch.setattr(JobService, "progress", counted)
    face = watched(world)
    loop = asyncio.get_running_loop()
    async with asyncio.TaskGroup() as all_of_them:
        began = loop.time()

        async def watch(job_id: str) -> list[str]:
            async with face.job(job_id) as stream:
                await stream.next("progress")
                return [told.name for told in await stream.rest()][-3:]

        watchers = [all_of_them.create_task(watch(ids[number % 20])) for number in range(1_000)]
        await until(lambda: sum(len(feed._readers) for feed in face.feeds._jobs._feeds.values()) == 1_000, 60)
        assert face.feeds.producers == 20
        for gate in gates.values():
            gate.set()
    took = loop.time() - began
    assert all(watcher.result() == ["state", "progress", "end"] for watcher in watchers)
    # One producer looks five times a second, and once more at the end.
    assert max(looks.values()) <= took / LOOK_EVERY_SECONDS + 3
    await until(lambda: face.feeds.producers == 0)


async def test_a_feed_ends_when_its_last_reader_leaves(world: World) -> None:
    job_id, _ = await under_way(world, *[reading((done, 1_000)) for done in range(1, 1_000)])
    face = watched(world)
    async with face.job(job_id) as one:
        async with face.job(job_id) as other:
            await one.next("progress")
            await other.next("progress")
            assert face.feeds.producers == 1
        await one.next("progress", "state")
        assert face.feeds.producers == 1
    await until(lambda: face.feeds.producers == 0)


async def test_a_stuck_reader_is_let_go_and_holds_nobody_up(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_readers, "MOST_WAITING", 2)
    monkeypatch.setattr(event_stream, "STUCK_SECONDS", 0.3)
    monkeypatch.setattr(job_feed, "LOOK_EVERY_SECONDS", 0.01)
    job_id, gate = await under_way(world, *[reading((done, 100)) for done in range(1, 100)])
    face = watched(world)
    async with face.job(job_id) as stuck, face.job(job_id) as healthy:
        await stuck.next("progress")
        stuck.reads.clear()
        for _ in range(6):
            await healthy.next("progress")
        async with asyncio.timeout(10):
            await stuck.task  # its answer was ended, unfinished
        assert not healthy.task.done()
        gate.set()
        assert (await healthy.rest())[-1].name == "end"
    # It comes back and goes on.
    async with face.job(job_id, stuck.last_id) as again:
        assert [each.name for each in await again.rest()] == ["state", "progress", "end"]


async def test_closing_ends_every_stream_and_lets_none_begin(world: World) -> None:
    job_id, _ = await under_way(world, reading((1, 4)))
    face = watched(world)
    async with face.job(job_id) as stream, face.project() as list_of_jobs:
        await stream.next("progress")
        await list_of_jobs.begun()
        async with asyncio.timeout(3):
            await face.feeds.close()
            assert "end" not in [each.name for each in await stream.rest()]
            await list_of_jobs.rest()
            await asyncio.gather(stream.task, list_of_jobs.task)
    assert face.feeds.producers == 0
    async with face.job(job_id) as late:
        assert await late.rest() == []


async def test_a_fault_ends_the_streams_instead_of_leaving_them_silent(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id, _ = await under_way(world, reading((1, 4)))

    async def broken(*_: object) -> JobProgress:
        raise RuntimeError("a fault")

    monkeypatch.setattr(JobService, "progress", broken)
    face: EventFeeds = watched(world).feeds
    told = [chunk async for chunk in face.follow_job("p1", job_id, None)]
    assert told == [b"retry: 2000\n\n"]
