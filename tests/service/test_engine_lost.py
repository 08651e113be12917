"""An engine that dies under a job: what runs again, what must not, and what is said."""

import asyncio
from typing import Any

import pytest

from headway.engine.base import Completed, EngineState, Execution
from headway.engine.scripted import NO_COLUMNS, Script, ScriptedEngine, Step
from headway.jobs.errors import EngineLost
from headway.jobs.job import JobType
from headway.jobs.lifecycle import JobState, Reason
from headway.service import stopping
from tests.service.conftest import MakeWorld
from tests.service.scene import IDS, World, batch, reading, until

LOST = EngineLost("engine lost: its process 7 ended", is_gone=True)
QUERY, INSERT = "select id from t", "insert into t select 1"


def dies_once(world: World, sql: str, *first: Step, then: Script, **script: Any) -> None:
    """Let the engine die under the first attempt of a statement; the next one goes as ``then``."""
    world.scripts[sql] = Script((*first, LOST), then=then, **script)


async def attempts(engine: ScriptedEngine, sql: str) -> list[str]:
    return [execution.session_id for execution in engine.executed if execution.sql == sql]


async def test_a_query_that_gave_no_row_runs_once_more_under_its_id(world: World) -> None:
    dies_once(world, QUERY, IDS, then=Script((IDS, batch(1, 1, 2), Completed())))
    job = await world.run(QUERY)
    assert (job.state, job.attempt, job.message) == (JobState.FINISHED, 2, "")
    assert await world.moves(job.job_id) == [
        "QUEUED",
        "LAUNCHING",
        "RUNNING",
        "LAUNCHING",
        "RUNNING",
        "FINISHED",
    ]
    rows = await world.service.rows("p1", job.job_id, 10)
    assert rows.rows == [[1], [2]]
    sessions = await attempts(world.engine(), QUERY)
    assert len(set(sessions)) == 2


async def test_while_it_starts_again_the_job_says_why(make_world: MakeWorld) -> None:
    world = await make_world()
    gate = asyncio.Event()
    dies_once(world, QUERY, IDS, then=Script((IDS, gate, Completed())))
    job_id = await world.submit(QUERY)
    job = await until(lambda: _attempt_two(world, job_id))
    assert (job.reason, job.message) == (Reason.ENGINE_LOST, f"{LOST}; the query runs again")
    gate.set()
    assert (await world.ended(job_id)).state is JobState.FINISHED


async def test_the_number_does_not_fall_in_the_second_attempt(make_world: MakeWorld) -> None:
    world = await make_world()
    first, second = asyncio.Event(), asyncio.Event()
    then = Script((IDS, second, Completed()), readings=[reading((1, 8))])
    dies_once(world, QUERY, IDS, first, then=then, readings=[reading((6, 8))])
    job_id = await world.submit(QUERY)
    await world.reaches(job_id, JobState.RUNNING)
    said = (await world.service.progress("p1", job_id)).estimate.fraction
    first.set()
    await until(lambda: _attempt_two(world, job_id))
    await world.reaches(job_id, JobState.RUNNING)
    assert said <= (await world.service.progress("p1", job_id)).estimate.fraction < 1
    second.set()
    await world.ended(job_id)
    assert (await world.service.progress("p1", job_id)).estimate.fraction == 1.0


@pytest.mark.parametrize(
    ("sql", "steps"),
    [
        (INSERT, (NO_COLUMNS, LOST)),
        ("create table t as select 1", (NO_COLUMNS, LOST)),
        (QUERY, (IDS, batch(1, 1), LOST)),  # its rows may have been seen
    ],
)
async def test_what_may_have_had_an_effect_never_runs_twice(
    make_world: MakeWorld, sql: str, steps: tuple[Step, ...]
) -> None:
    world = await make_world(scripts={sql: Script(steps)})
    job = await world.run(sql)
    assert (job.state, job.reason, job.message) == (JobState.FAILED, Reason.ENGINE_LOST, str(LOST))
    assert job.attempt == 1
    assert len(await attempts(world.engine(), sql)) == 1


async def test_a_query_that_may_still_run_in_a_silent_engine_is_not_run_again(make_world: MakeWorld) -> None:
    silent = EngineLost("engine lost: sc://far:1 does not answer")
    world = await make_world(scripts={QUERY: Script((IDS, silent))})
    job = await world.run(QUERY)
    assert (job.state, job.reason, job.attempt) == (JobState.FAILED, Reason.ENGINE_LOST, 1)
    assert len(await attempts(world.engine(), QUERY)) == 1


async def test_a_query_whose_engine_was_stopped_on_purpose_is_not_run_again(make_world: MakeWorld) -> None:
    gate = asyncio.Event()
    world = await make_world(scripts={QUERY: Script((IDS, gate, LOST))})
    job_id = await world.submit(QUERY)
    await world.reaches(job_id, JobState.RUNNING)
    await world.engines.stop("p1")
    gate.set()
    job = await world.ended(job_id)
    assert (job.state, job.reason, job.attempt) == (JobState.FAILED, Reason.ENGINE_LOST, 1)
    assert world.host().status.state is EngineState.STOPPED


async def test_a_query_that_kills_every_engine_is_tried_twice(make_world: MakeWorld) -> None:
    world = await make_world(scripts={QUERY: Script((IDS, LOST))})
    job = await world.run(QUERY)
    assert (job.state, job.reason, job.attempt) == (JobState.FAILED, Reason.ENGINE_LOST, 2)
    assert len(await attempts(world.engine(), QUERY)) == 2


async def test_a_statement_that_spark_never_got_goes_to_the_next_engine(make_world: MakeWorld) -> None:
    world = await make_world(scripts={INSERT: Script(prepare=LOST, then=Script())})
    job = await world.run(INSERT)
    assert (job.state, job.attempt, job.job_type) == (JobState.FINISHED, 1, JobType.INSERT)


async def test_engines_that_die_before_they_take_it_are_not_tried_for_ever(make_world: MakeWorld) -> None:
    world = await make_world(scripts={INSERT: Script(prepare=LOST)})
    job = await world.run(INSERT)
    assert (job.state, job.reason) == (JobState.FAILED, Reason.ENGINE_LOST)


async def test_a_job_that_was_being_cancelled_is_cancelled_by_the_death_of_its_engine(
    make_world: MakeWorld,
) -> None:
    gate = asyncio.Event()
    world = await make_world(scripts={QUERY: Script((IDS, gate, LOST), deaf=True)})
    job_id = await world.submit(QUERY)
    await world.reaches(job_id, JobState.RUNNING)
    await world.service.cancel("p1", job_id)
    gate.set()
    job = await world.ended(job_id)
    assert (job.state, job.reason) == (JobState.CANCELLED, Reason.CANCELLED_BY_USER)
    assert str(LOST) in job.message


async def test_a_statement_that_does_not_stop_in_time_ends_and_says_so(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stopping, "CANCEL_DEADLINE_SECONDS", 0.1)
    monkeypatch.setattr(stopping, "LAST_LOOK_SECONDS", 0.1)
    script = Script((IDS, asyncio.Event()), deaf=True, running_tasks=3)
    world = await make_world(scripts={QUERY: script})
    job_id = await world.submit(QUERY)
    await world.reaches(job_id, JobState.RUNNING)
    await world.service.cancel("p1", job_id)
    job = await world.ended(job_id)
    assert (job.state, job.reason) == (JobState.CANCELLED, Reason.CANCELLED_BY_USER)
    assert job.message == "cancelled by the user; Spark did not confirm that it stopped: 3 tasks still run"


async def test_a_waiting_job_that_is_cancelled_leaves_nothing_at_work(make_world: MakeWorld) -> None:
    world = await make_world()
    gate = asyncio.Event()

    async def hangs(_execution: Execution) -> None:
        await gate.wait()

    world.engine().prepare = hangs  # type: ignore[method-assign]
    job_id = await world.submit(QUERY)
    await world.reaches(job_id, JobState.LAUNCHING)
    await until(lambda: world.engine().sessions)
    assert (await world.service.cancel("p1", job_id)).state is JobState.CANCELLED
    await world.quiet()
    assert world.engine().sessions == set()


async def _attempt_two(world: World, job_id: str):  # type: ignore[no-untyped-def]
    job = await world.job(job_id)
    return job if job.attempt == 2 else None
