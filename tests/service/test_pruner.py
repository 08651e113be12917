"""What retention takes away, and what it may never touch."""

import asyncio
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.engine.base import Completed
from headway.engine.scripted import Script
from headway.jobs.errors import NotFound, ResultExpired
from headway.jobs.lifecycle import JobState
from headway.results.result_store import KeptResult
from headway.service.clock import now_ms
from headway.service.pruner import DAY_MS, Pruned, Pruner, surplus
from headway.store.history_store import HistoryStore
from headway.store.retention import KeptJob, RetentionStore
from tests.service.conftest import MakeWorld
from tests.service.scene import IDS, P1, World, batch, until

NOW = 100 * DAY_MS
PLENTY = 1 << 30


@st.composite
def homes(draw: st.DrawFn) -> tuple[list[KeptResult], dict[str, KeptJob]]:
    """Results on disk, and the jobs that the store knows."""
    found, known = [], {}
    for number in range(draw(st.integers(0, 12))):
        job_id = f"j{number:02}"
        changed = draw(st.integers(NOW - 3 * DAY_MS, NOW))
        found.append(KeptResult("p1", job_id, draw(st.integers(0, 50)), changed))
        kind = draw(st.sampled_from(["unknown", "runs", "finished", "failed"]))
        if kind != "unknown":
            ended = None if kind == "runs" else draw(st.integers(0, 5))
            known[job_id] = KeptJob(job_id, "p1", ended, kind == "finished")
    return found, known


@given(homes(), st.integers(0, 300))
def test_the_oldest_readable_rows_go_and_no_more_than_needed(
    home: tuple[list[KeptResult], dict[str, KeptJob]], limit: int
) -> None:
    found, known = home
    goes = surplus(found, known, limit, NOW)
    stays = [result for result in found if result not in goes]

    def ended(result: KeptResult) -> int | None:
        job = known.get(result.job_id)
        return job.ended_at if job is not None and job.is_finished else None

    for result in found:
        job = known.get(result.job_id)
        if job is None:
            assert (result in goes) is (NOW - result.changed_at > DAY_MS)
        elif job.ended_at is None:
            assert result in stays
        elif not job.is_finished:
            assert result in goes
    readable_goes = [result for result in goes if ended(result) is not None]
    readable_stays = [result for result in stays if ended(result) is not None]
    left = sum(result.byte_count for result in stays)
    assert left <= limit or not readable_stays
    if readable_goes:
        assert left + readable_goes[-1].byte_count > limit
        newest_gone = max(ended(result) or 0 for result in readable_goes)
        assert all(newest_gone <= (ended(result) or 0) for result in readable_stays)


class Scene:
    """A world whose pruner's clock is moved on by hand."""

    def __init__(self, world: World, days: float = 30, limit_bytes: int = PLENTY) -> None:
        self.world = world
        self.now = now_ms()
        store = RetentionStore(world.database)
        history = HistoryStore(world.database)
        self.pruner = Pruner(store, world.results, days, limit_bytes, history, 90, lambda: self.now)

    def directory(self, job_id: str) -> Path:
        return self.world.home / "results" / P1 / job_id

    def size(self, job_id: str) -> int:
        return sum(file.stat().st_size for file in self.directory(job_id).iterdir())


@pytest.fixture
async def rows_world(make_world: MakeWorld) -> World:
    return await make_world(scripts={"rows": Script((IDS, batch(1, 1, 2, 3), Completed()))})


async def test_an_old_job_goes_with_its_rows_and_a_young_one_stays(rows_world: World) -> None:
    scene = Scene(rows_world)
    job = await rows_world.run("rows")
    size = scene.size(job.job_id)
    assert await scene.pruner.prune() == Pruned(0, 0, 0)
    assert (await rows_world.service.rows(P1, job.job_id, 10)).rows == [[1], [2], [3]]
    scene.now += 31 * DAY_MS
    assert await scene.pruner.prune() == Pruned(1, 1, size)
    with pytest.raises(NotFound):
        await rows_world.service.get(P1, job.job_id)
    assert not scene.directory(job.job_id).exists()


async def test_over_the_limit_the_oldest_rows_expire_and_their_jobs_stay(rows_world: World) -> None:
    old, young = [(await rows_world.run("rows")).job_id for _ in range(2)]
    scene = Scene(rows_world)
    scene.pruner = Pruner(
        RetentionStore(rows_world.database),
        rows_world.results,
        30,
        scene.size(young),
        HistoryStore(rows_world.database),
        90,
        lambda: scene.now,
    )
    assert (await scene.pruner.prune()).results == 1
    assert (await rows_world.job(old)).state is JobState.FINISHED
    with pytest.raises(ResultExpired):
        await rows_world.service.rows(P1, old, 10)
    assert (await rows_world.service.rows(P1, young, 10)).rows == [[1], [2], [3]]


async def test_a_running_job_loses_nothing_however_old_and_large(make_world: MakeWorld) -> None:
    gate = asyncio.Event()
    world = await make_world(scripts={"rows": Script((IDS, batch(1, 1), gate, Completed()))})
    job_id = await world.submit("rows")
    scene = Scene(world, limit_bytes=1)
    await until(lambda: scene.directory(job_id).is_dir() and scene.size(job_id) > 300)
    scene.now += 400 * DAY_MS
    assert await scene.pruner.prune() == Pruned(0, 0, 0)
    assert await world.state(job_id) is JobState.RUNNING
    assert scene.size(job_id) > 300


async def test_rows_that_nobody_can_read_go_first(make_world: MakeWorld) -> None:
    many = [batch(n, *range(1000)) for n in range(3)]
    scripts = {"rows": Script((IDS, batch(1, 1), Completed())), "many": Script((IDS, *many, Completed()))}
    world = await make_world(scripts=scripts, limit_bytes=20_000)
    kept, failed = await world.run("rows"), await world.run("many")
    assert failed.state is JobState.FAILED
    await world.quiet()
    scene = Scene(world, limit_bytes=15_000)
    assert scene.size(failed.job_id) > 15_000
    assert (await scene.pruner.prune()).results == 1
    assert scene.directory(kept.job_id).exists()


async def test_rows_of_no_job_go_after_a_day(rows_world: World) -> None:
    scene = Scene(rows_world)
    job = await rows_world.run("rows")
    stranger = scene.directory("left-by-a-kill")
    shutil.copytree(scene.directory(job.job_id), stranger)
    assert (await scene.pruner.prune()).results == 0
    for path in (stranger, *stranger.iterdir()):
        os.utime(path, ns=(0, (scene.now - 2 * DAY_MS) * 1_000_000))
    assert (await scene.pruner.prune()).results == 1
    assert not stranger.exists()
    assert scene.directory(job.job_id).exists()


async def test_who_reads_goes_on_while_the_rows_are_removed(make_world: MakeWorld) -> None:
    batches = [batch(n, n * 2, n * 2 + 1) for n in range(50)]
    world = await make_world(scripts={"rows": Script((IDS, *batches, Completed()))})
    job = await world.run("rows")
    reading = (await world.service.result(P1, job.job_id)).batches()
    rows = next(reading).num_rows
    scene = Scene(world)
    scene.now += 31 * DAY_MS
    assert (await scene.pruner.prune()).jobs == 1
    assert rows + sum(part.num_rows for part in reading) == 100


async def test_a_kill_between_rows_and_job_leaves_nothing_for_ever(rows_world: World) -> None:
    scene = Scene(rows_world)
    job = await rows_world.run("rows")
    rows_world.results.delete(P1, job.job_id)
    with pytest.raises(ResultExpired):
        await rows_world.service.rows(P1, job.job_id, 10)
    scene.now += 31 * DAY_MS
    assert await scene.pruner.prune() == Pruned(1, 0, 0)


async def test_many_old_jobs_go_in_one_round(rows_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headway.service.pruner.BATCH", 3)
    for _ in range(8):
        await rows_world.run("rows")
    scene = Scene(rows_world)
    scene.now += 31 * DAY_MS
    assert (await scene.pruner.prune()).jobs == 8


async def test_two_pruners_at_once_do_what_one_does(rows_world: World) -> None:
    for _ in range(6):
        await rows_world.run("rows")
    one, two = Scene(rows_world), Scene(rows_world)
    one.now = two.now = now_ms() + 31 * DAY_MS
    pruned = await asyncio.gather(one.pruner.prune(), two.pruner.prune())
    assert sum(each.jobs for each in pruned) == 6
    assert rows_world.results.find_all() == []


async def test_rows_that_cannot_be_removed_stop_nothing_else(
    rows_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck, other = [(await rows_world.run("rows")).job_id for _ in range(2)]
    delete: Callable[[str, str], None] = rows_world.results.delete

    def refuse(project_id: str, job_id: str) -> None:
        if job_id == stuck:
            raise PermissionError(13, "Permission denied")
        delete(project_id, job_id)

    monkeypatch.setattr(rows_world.results, "delete", refuse)
    scene = Scene(rows_world)
    scene.now += 31 * DAY_MS
    assert (await scene.pruner.prune()).jobs == 2
    assert not scene.directory(other).exists()


async def test_it_prunes_when_it_starts(rows_world: World) -> None:
    job = await rows_world.run("rows")
    scene = Scene(rows_world)
    scene.now += 31 * DAY_MS
    scene.pruner.start()
    await until(lambda: not scene.directory(job.job_id).exists())
    await scene.pruner.stop()
