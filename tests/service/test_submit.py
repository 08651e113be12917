"""What is accepted, what is refused, and which submissions wait for their end."""

import asyncio

import pytest

from headway.engine.base import Completed
from headway.engine.scripted import NO_COLUMNS, Script
from headway.jobs.errors import ErrorKind, InvalidRequest, NotFound, SqlError, StatementFailed
from headway.jobs.job import (
    ASYNC_KEY,
    SQL_LIMIT,
    TIMEOUT_KEY,
    JobFilter,
    JobMode,
    JobOrder,
    JobRequest,
    JobType,
)
from headway.jobs.lifecycle import JobState
from headway.service import job_service
from tests.service.conftest import MakeWorld
from tests.service.scene import IDS, P2, World, batch

SYNC = {ASYNC_KEY: "false"}
DDL = "create table t (a int)"


async def test_a_submission_is_answered_before_anything_runs(make_world: MakeWorld) -> None:
    world = await make_world()
    world.host().gate = asyncio.Event()
    job = await world.service.submit("p1", "ada", JobRequest("select 1"))
    assert (job.state, job.mode, job.job_type) == (JobState.QUEUED, JobMode.ASYNC, JobType.QUERY)
    assert (job.project_id, job.owner) == ("p1", "ada")
    assert (await world.service.get("p1", job.job_id)).submitted_at == job.submitted_at


async def test_the_longest_statement_is_accepted_and_a_longer_one_refused(world: World) -> None:
    sql = "select '" + "x" * (SQL_LIMIT - 9) + "'"
    assert (await world.run(sql)).state is JobState.FINISHED
    with pytest.raises(InvalidRequest, match="sql: longer than 500,000"):
        await world.submit(sql + " ")
    with pytest.raises(InvalidRequest, match="sql: longer than 500,000"):
        await world.service.check("p1", sql + " ", "default")


@pytest.mark.parametrize("sql", ["", " \n\t"])
async def test_an_empty_statement_is_refused(world: World, sql: str) -> None:
    with pytest.raises(InvalidRequest, match="sql: is empty"):
        await world.submit(sql)


async def test_an_unknown_queue_is_refused(world: World) -> None:
    with pytest.raises(NotFound, match="queue named nowhere"):
        await world.submit(queue_name="nowhere")


@pytest.mark.parametrize("seconds", ["soon", "", "0", "-1", "nan", "inf"])
async def test_a_timeout_that_is_no_time_is_refused(world: World, seconds: str) -> None:
    with pytest.raises(InvalidRequest, match=TIMEOUT_KEY):
        await world.submit(conf={TIMEOUT_KEY: seconds})


async def test_what_is_refused_leaves_nothing_behind(world: World) -> None:
    with pytest.raises(InvalidRequest):
        await world.submit("")
    assert await world.service.find("p1", JobFilter(), JobOrder.START_TIME_DESC, 0, 10) == (0, [])


async def test_a_synchronous_ddl_is_given_back_at_its_end(make_world: MakeWorld) -> None:
    world = await make_world(scripts={"show tables": Script((IDS, batch(1, 5), Completed()))})
    job = await world.service.submit("p1", "ada", JobRequest(DDL, conf=SYNC))
    assert (job.state, job.mode, job.job_type) == (JobState.FINISHED, JobMode.SYNC, JobType.DDL)


@pytest.mark.parametrize(("sql", "conf"), [("select 1", SYNC), (DDL, {}), (DDL, {ASYNC_KEY: "TRUE"})])
async def test_everything_else_is_asynchronous(world: World, sql: str, conf: dict[str, str]) -> None:
    job = await world.service.submit("p1", "ada", JobRequest(sql, conf=conf))
    assert (job.state, job.mode) == (JobState.QUEUED, JobMode.ASYNC)


async def test_a_synchronous_call_waits_a_bounded_time_and_its_job_goes_on(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert job_service.SYNC_WAIT_SECONDS == 120
    monkeypatch.setattr(job_service, "SYNC_WAIT_SECONDS", 0.2)
    gate = asyncio.Event()
    world = await make_world(scripts={DDL: Script((NO_COLUMNS, gate, Completed()))})
    job = await world.service.submit("p1", "ada", JobRequest(DDL, conf=SYNC))
    assert (job.state, job.mode) == (JobState.RUNNING, JobMode.SYNC)
    gate.set()
    assert (await world.ended(job.job_id)).state is JobState.FINISHED


async def test_a_job_belongs_to_its_project_only(world: World) -> None:
    job_id = await world.submit(project=P2)
    await world.ended(job_id, P2)
    for ask in (world.service.get, world.service.progress, world.service.result):
        with pytest.raises(NotFound):
            await ask("p1", job_id)
    with pytest.raises(NotFound):
        await world.service.wait("p1", job_id, 1)
    assert await world.service.find("p1", JobFilter(), JobOrder.START_TIME_DESC, 0, 10) == (0, [])


async def test_found_jobs_come_in_pages_and_an_empty_one_past_the_end(world: World) -> None:
    ids = [(await world.run(f"select {n}")).job_id for n in range(5)]
    order = JobOrder.START_TIME_ASC
    pages = [await world.service.find("p1", JobFilter(), order, offset, 2) for offset in (0, 2, 4, 6)]
    assert [count for count, _ in pages] == [5] * 4
    assert [[job.job_id for job in page] for _, page in pages] == [ids[:2], ids[2:4], ids[4:], []]
    wanted = JobFilter(sql_pattern="SELECT 3", states=frozenset({JobState.FINISHED}))
    assert [job.job_id for job in (await world.service.find("p1", wanted, order, 0, 9))[1]] == [ids[3]]


async def test_a_check_analyses_and_runs_nothing(make_world: MakeWorld) -> None:
    wrong = StatementFailed(SqlError(ErrorKind.SEMANTIC, "no such column"))
    world = await make_world(scripts={"select nope": Script((wrong,))})
    assert await world.service.check("p1", "insert into t values (1)", "default") is JobType.INSERT
    with pytest.raises(StatementFailed, match="no such column"):
        await world.service.check("p1", "select nope", "default")
    assert world.engine().executed == []
