"""Named submissions make one job, a full queue takes none."""

import asyncio
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.engine.base import Completed
from headway.engine.scripted import Script
from headway.jobs.errors import NotFound, TokenReused, TooBusy
from headway.jobs.job import ASYNC_KEY, Job, JobFilter, JobOrder, JobRequest, Tag
from headway.jobs.lifecycle import JobState
from headway.service.admission import digest_of
from tests.postgres import Databases
from tests.service.conftest import MakeWorld
from tests.service.scene import IDS, P1, P2, World, batch

ONE = JobRequest("select 1", conf={"a": "1", "b": "2"}, tags=(Tag("k", "v"), Tag("l", "w")))
SYNC_DDL = JobRequest("show tables", conf={ASYNC_KEY: "false"})


async def jobs_of(world: World, project: str = P1) -> list[Job]:
    return (await world.service.find(project, JobFilter(), JobOrder.START_TIME_ASC, 0, 100))[1]


async def named(world: World, token: str, request: JobRequest = ONE, owner: str = "ada") -> str:
    return (await world.service.submit(P1, owner, request, token)).job_id


def ran(world: World) -> list[str]:
    return [execution.job_id for execution in world.engine().executed]


async def test_the_same_submission_under_the_same_name_is_the_same_job(world: World) -> None:
    first = await named(world, "t1")
    ended = await world.ended(first)
    again = await world.service.submit(P1, "ada", ONE, "t1")
    assert (again.job_id, again.state, again.ended_at) == (first, JobState.FINISHED, ended.ended_at)
    assert ran(world) == [first]


async def test_the_order_of_settings_and_tags_makes_no_other_request(world: World) -> None:
    mixed = replace(ONE, conf={"b": "2", "a": "1"}, tags=ONE.tags[::-1])
    assert await named(world, "t1") == await named(world, "t1", mixed)


@pytest.mark.parametrize(
    "change",
    [
        {"sql": "select 2"},
        {"sql": "select 1 "},
        {"queue_name": "narrow"},
        {"current_db": "sales"},
        {"current_catalog": "lake"},
        {"conf": {"a": "1"}},
        {"tags": ()},
    ],
    ids=str,
)
async def test_another_request_under_a_name_in_use_is_refused(
    world: World, change: dict[str, object]
) -> None:
    first = await named(world, "t1")
    with pytest.raises(TokenReused, match=rf"'t1' was used for another request \(job {first}\)"):
        await named(world, "t1", replace(ONE, **change))  # type: ignore[arg-type]
    assert [job.job_id for job in await jobs_of(world)] == [first]


async def test_another_users_request_is_another_request(world: World) -> None:
    await named(world, "t1")
    with pytest.raises(TokenReused):
        await named(world, "t1", owner="eve")


async def test_names_of_one_project_mean_nothing_to_another(world: World) -> None:
    mine = await named(world, "t1")
    yours = await world.service.submit(P2, "ada", replace(ONE, sql="select 2"), "t1")
    assert yours.job_id != mine


async def test_submissions_without_a_name_are_never_the_same(world: World) -> None:
    assert await world.submit("select 1") != await world.submit("select 1")


async def test_submissions_at_the_same_time_under_one_name_are_one_job(world: World) -> None:
    ids = await asyncio.gather(*(named(world, "t1") for _ in range(50)))
    assert len(set(ids)) == 1
    await world.ended(ids[0])
    assert ran(world) == [ids[0]]


async def test_a_name_outlives_the_process(world: World) -> None:
    first = await named(world, "t1")
    await world.ended(first)
    later = await world.restarted()
    assert await named(later, "t1") == first
    with pytest.raises(TokenReused):
        await named(later, "t1", JobRequest("select 2"))


async def test_a_named_synchronous_job_waits_each_time_and_runs_once(make_world: MakeWorld) -> None:
    gate = asyncio.Event()
    world = await make_world(scripts={SYNC_DDL.sql: Script((IDS, batch(1, 5), gate, Completed()))})
    both = [asyncio.create_task(world.service.submit(P1, "ada", SYNC_DDL, "t1")) for _ in range(2)]
    (job,) = await world_has(world, 1)
    await world.reaches(job.job_id, JobState.RUNNING)
    assert not any(task.done() for task in both)
    gate.set()
    seen = [*await asyncio.gather(*both), await world.service.submit(P1, "ada", SYNC_DDL, "t1")]
    assert {(each.job_id, each.state) for each in seen} == {(job.job_id, JobState.FINISHED)}
    assert ran(world) == [job.job_id]


async def world_has(world: World, count: int) -> list[Job]:
    async with asyncio.timeout(10):
        while len(found := await jobs_of(world)) < count:
            await asyncio.sleep(0.005)
    return found


async def a_standing_world(make_world: MakeWorld, **given: object) -> World:
    """Its engine never becomes ready: the one job that has room waits for it, the others for room."""
    world = await make_world(rooms={"default": 1, "other": 1}, **given)
    world.host().gate = asyncio.Event()
    await world.reaches(await world.submit(), JobState.LAUNCHING)
    return world


async def test_a_full_queue_takes_no_more_until_one_leaves(make_world: MakeWorld) -> None:
    world = await a_standing_world(make_world, most_waiting=2)
    waiting = [await world.submit() for _ in range(2)]
    with pytest.raises(TooBusy, match="The queue default is full: 2 jobs wait in it") as refused:
        await world.submit()
    assert refused.value.retry_after > 0
    assert len(await jobs_of(world)) == 3
    await world.service.cancel(P1, waiting[0])
    await world.submit()


async def test_submissions_at_the_same_time_do_not_overfill_a_queue(make_world: MakeWorld) -> None:
    world = await a_standing_world(make_world, most_waiting=5)
    outcomes = await asyncio.gather(*(world.submit() for _ in range(40)), return_exceptions=True)
    assert Counter(type(each) for each in outcomes) == {str: 5, TooBusy: 35}
    assert len(await jobs_of(world)) == 6


async def test_a_full_queue_is_full_for_itself_and_its_project_alone(make_world: MakeWorld) -> None:
    world = await a_standing_world(make_world, most_waiting=1)
    await world.submit()
    with pytest.raises(TooBusy):
        await world.submit()
    await world.submit(queue_name="other")
    await world.submit(project=P2)


async def test_what_was_accepted_is_not_refused_when_it_is_sent_again(make_world: MakeWorld) -> None:
    world = await a_standing_world(make_world, most_waiting=1)
    accepted = await named(world, "t1")
    assert await named(world, "t1") == accepted
    with pytest.raises(TokenReused):
        await named(world, "t1", JobRequest("select 2"))
    with pytest.raises(TooBusy):
        await named(world, "t2")


async def test_what_was_refused_has_not_used_its_name_up(make_world: MakeWorld) -> None:
    world = await a_standing_world(make_world, most_waiting=1)
    waiting = await world.submit()
    with pytest.raises(TooBusy):
        await named(world, "t1")
    with pytest.raises(NotFound):
        await named(world, "t1", JobRequest("select 1", queue_name="nowhere"))
    await world.service.cancel(P1, waiting)
    assert await named(world, "t1", JobRequest("select 2"))


async def test_replicas_make_one_job_of_one_name(tmp_path: Path, postgres: Databases) -> None:
    with postgres.fresh() as url:
        worlds = [World(tmp_path, url=url) for _ in range(2)]
        try:
            for world in worlds:
                await world.membership.join()
            ids = await asyncio.gather(*(named(worlds[n % 2], f"t{n // 10}") for n in range(40)))
            assert len(set(ids)) == 4
            assert len(await jobs_of(worlds[0])) == 4
        finally:
            for world in worlds:
                await world.stop()


texts = st.text(max_size=4)
asked = st.tuples(
    texts,
    st.builds(
        JobRequest,
        texts,
        texts,
        texts,
        st.none() | texts,
        st.dictionaries(texts, texts, max_size=2),
        st.dictionaries(texts, texts, max_size=2).map(lambda tags: tuple(Tag(*tag) for tag in tags.items())),
        texts,
    ),
)


@given(asked, asked)
def test_a_digest_tells_requests_apart(one: tuple[str, JobRequest], other: tuple[str, JobRequest]) -> None:
    def canonical(owner: str, request: JobRequest) -> tuple[str, JobRequest]:
        return owner, replace(request, tags=tuple(sorted(request.tags, key=lambda tag: tag.key)))

    assert (digest_of(*one) == digest_of(*other)) == (canonical(*one) == canonical(*other))
    assert len(digest_of(*one)) == 64
