"""One job from its claim to its end: what is kept, what is said, what is closed."""

import asyncio
import json
from dataclasses import replace

import pytest

from headway.engine.base import Completed
from headway.engine.scripted import CANCELED, NO_COLUMNS, Script
from headway.jobs.errors import EngineLost, ErrorKind, NotAllowed, ResultExpired, SqlError, StatementFailed
from headway.jobs.job import TIMEOUT_KEY
from headway.jobs.lifecycle import JobState, Reason
from headway.jobs.subjob import Snapshot, Stage, Subjob
from headway.results.spool import Spool
from headway.service import stopping
from tests.service.conftest import MakeWorld
from tests.service.scene import IDS, P2, World, batch

BAD_CAST = SqlError(ErrorKind.DATA, "cannot cast 'x'", "CAST_INVALID_INPUT", "22018", line=1, column=8)


async def test_rows_are_kept_and_everything_is_closed(make_world: MakeWorld) -> None:
    world = await make_world(scripts={"q": Script((IDS, batch(1, 1, 2), batch(2), batch(3, 3), Completed()))})
    job = await world.run("q")
    assert (job.state, job.reason, job.message) == (JobState.FINISHED, Reason.COMPLETED, "")
    assert (job.result.row_count, job.result.schema_json) == (3, IDS.schema_json)
    assert job.result.byte_count > 0
    shown = await world.service.rows("p1", job.job_id, 2)
    assert ([column.name for column in shown.columns], shown.rows) == (["id"], [[1], [2]])
    text = await world.service.rows("p1", job.job_id, 9, as_text=True)
    assert text.rows == [["1"], ["2"], ["3"]]
    await world.quiet()
    assert world.engine().sessions == set()
    assert world.engine().forgotten == [job.job_id]
    assert await world.moves(job.job_id) == ["QUEUED", "LAUNCHING", "RUNNING", "FINISHED"]


async def test_spark_is_told_what_belongs_to_the_job(world: World) -> None:
    conf = {"spark.x": "1"}
    sql = "\n  select 1\nfrom t"
    job_id = await world.submit(sql, current_db="shop", queue_name="narrow", conf=conf)
    job = await world.ended(job_id)
    (execution,) = world.engine().executed
    assert (execution.job_id, execution.session_id) == (job_id, job.session_id)
    assert (execution.sql, execution.description) == (sql, "select 1")
    assert (execution.current_db, execution.pool, execution.conf) == ("shop", "narrow", conf)
    assert job.engine_id == "scripted-1"


async def test_every_job_has_a_session_of_its_own(world: World) -> None:
    jobs = [await world.run() for _ in range(3)]
    assert len({job.session_id for job in jobs}) == 3


async def test_a_statement_without_columns_has_an_empty_result(world: World) -> None:
    job = await world.run("create table t (a int)")
    assert (job.state, job.result.row_count) == (JobState.FINISHED, 0)
    assert json.loads(job.result.schema_json or "")["fields"] == []
    stored = await world.service.result("p1", job.job_id)
    assert (stored.columns, stored.row_count, stored.rows(0, 9)) == ((), 0, [])


async def test_a_statement_that_gives_no_schema_has_no_rows_rather_than_lost_ones(
    make_world: MakeWorld,
) -> None:
    world = await make_world(scripts={"q": Script((Completed(),))})
    job = await world.run("q")
    assert job.state is JobState.FINISHED
    shown = await world.service.rows("p1", job.job_id, 9)
    assert (shown.columns, shown.rows) == ((), [])
    with pytest.raises(NotAllowed, match="has no rows"):
        await world.service.result("p1", job.job_id)


async def test_rows_that_were_removed_are_no_longer_kept(make_world: MakeWorld) -> None:
    world = await make_world(scripts={"q": Script((IDS, batch(1, 1), Completed()))})
    job = await world.run("q")
    world.results.delete("p1", job.job_id)
    with pytest.raises(ResultExpired):
        await world.service.result("p1", job.job_id)


async def test_a_failed_statement_keeps_its_error(make_world: MakeWorld) -> None:
    world = await make_world(scripts={"q": Script((IDS, batch(1, 1), StatementFailed(BAD_CAST)))})
    job = await world.run("q")
    assert (job.state, job.reason) == (JobState.FAILED, Reason.STATEMENT_FAILED)
    assert (job.error, job.message) == (BAD_CAST, "cannot cast 'x'")
    with pytest.raises(NotAllowed, match="FAILED"):
        await world.service.result("p1", job.job_id)
    await world.quiet()
    assert world.engine().sessions == set()


async def test_a_database_that_is_not_there_fails_the_job_before_it_starts(make_world: MakeWorld) -> None:
    missing = SqlError(ErrorKind.MISSING_OBJECT, "no database shop", "SCHEMA_NOT_FOUND", "42704")
    world = await make_world(scripts={"q": Script(prepare=StatementFailed(missing))})
    job = await world.run("q")
    assert (job.state, job.error, job.started_at) == (JobState.FAILED, missing, None)
    await world.quiet()
    assert (world.engine().executed, world.engine().sessions) == ([], set())


async def test_a_result_that_is_too_large_fails_and_the_statement_is_stopped(make_world: MakeWorld) -> None:
    steps = (IDS, *(batch(n, *range(1_000)) for n in range(1, 9)), asyncio.Event(), Completed())
    world = await make_world(scripts={"q": Script(steps)}, limit_bytes=20_000)
    job = await world.run("q")
    assert (job.state, job.reason) == (JobState.FAILED, Reason.RESULT_TOO_LARGE)
    assert "results.limit_bytes" in job.message
    await world.quiet()
    assert world.engine().interrupts == [job.job_id]
    assert world.engine().sessions == set()


async def test_a_full_disk_fails_the_job_and_says_so(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Spool, "append", full)
    world = await make_world(scripts={"q": Script((IDS, batch(1, 1), Completed()))})
    job = await world.run("q")
    assert (job.state, job.reason) == (JobState.FAILED, Reason.INTERNAL)
    assert job.message == "the rows could not be stored: No space left on device"
    await world.quiet()
    assert world.engine().interrupts == [job.job_id]


async def test_an_engine_that_does_not_start_fails_the_waiting_jobs_too(make_world: MakeWorld) -> None:
    world = await make_world()
    host = world.host()
    host.gate, host.failure = asyncio.Event(), "No usable Java: /nowhere"
    ids = [await world.submit(queue_name="narrow") for _ in range(3)]
    await world.reaches(ids[0], JobState.LAUNCHING)
    elsewhere = await world.submit(project=P2, queue_name="narrow")
    host.gate.set()
    for job_id in ids:
        job = await world.ended(job_id)
        assert (job.state, job.reason) == (JobState.FAILED, Reason.ENGINE_START_FAILED)
        assert job.message == "No usable Java: /nowhere"
    assert (await world.ended(elsewhere, P2)).state is JobState.FINISHED
    assert world.engines.failures() == {"p1": "No usable Java: /nowhere"}


async def test_the_next_job_tries_the_start_again(make_world: MakeWorld) -> None:
    world = await make_world()
    world.host().failure = "no memory"
    assert (await world.run()).state is JobState.FAILED
    world.host().failure = None
    assert (await world.run()).state is JobState.FINISHED


async def test_an_engine_lost_in_mid_stream_fails_the_job(make_world: MakeWorld) -> None:
    lost = EngineLost("The engine at sc://127.0.0.1:1 does not answer")
    world = await make_world(scripts={"q": Script((IDS, batch(1, 1), lost))})
    job = await world.run("q")
    assert (job.state, job.reason, job.message) == (JobState.FAILED, Reason.ENGINE_LOST, str(lost))


async def test_rows_without_a_schema_are_not_believed(make_world: MakeWorld) -> None:
    world = await make_world(scripts={"q": Script((batch(1, 1), Completed()))})
    assert (await world.run("q")).reason is Reason.ENGINE_LOST


async def test_a_timeout_cancels_with_the_reason(make_world: MakeWorld) -> None:
    world = await make_world(scripts={"q": Script((NO_COLUMNS, asyncio.Event()))})
    job = await world.run("q", conf={TIMEOUT_KEY: "0.05"})
    assert (job.state, job.reason) == (JobState.CANCELLED, Reason.TIMED_OUT)
    assert job.message == f"the job ran longer than {TIMEOUT_KEY} = 0.05 s"


async def test_what_somebody_else_interrupted_in_spark_is_cancelled_and_says_so(
    make_world: MakeWorld,
) -> None:
    world = await make_world(scripts={"q": Script((NO_COLUMNS, StatementFailed(CANCELED)))})
    job = await world.run("q")
    assert (job.state, job.reason) == (JobState.CANCELLED, Reason.INTERRUPTED_OUTSIDE)


async def test_tasks_that_do_not_stop_are_told_of(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stopping, "CANCEL_DEADLINE_SECONDS", 0.2)
    world = await make_world(scripts={"q": Script((NO_COLUMNS, asyncio.Event()), running_tasks=3)})
    job_id = await world.submit("q")
    await world.reaches(job_id, JobState.RUNNING)
    await world.service.cancel("p1", job_id)
    job = await world.ended(job_id)
    assert (job.state, job.reason) == (JobState.CANCELLED, Reason.CANCELLED_BY_USER)
    assert job.message.endswith("3 tasks still run")
    await world.quiet()


WORK = Snapshot(
    1,
    (Subjob(0, status="SUCCEEDED", stage_ids=(0,)),),
    {
        0: Stage(
            0,
            0,
            "COMPLETE",
            input_rows=10,
            input_bytes=200,
            output_rows=3,
            output_bytes=40,
            cpu_time_ns=7_000_000,
        )
    },
)


async def test_the_work_of_a_job_is_kept(make_world: MakeWorld) -> None:
    world = await make_world(scripts={"select 1": Script(readings=[WORK])})
    job = await world.run("select 1")
    await world.quiet()
    kept = await world.job(job.job_id)
    figures = (kept.input_rows, kept.input_bytes, kept.output_rows, kept.output_bytes, kept.cpu_ms)
    assert figures == (10, 200, 3, 40, 7)


async def test_an_insert_says_how_many_rows_it_wrote_when_it_ends(make_world: MakeWorld) -> None:
    sql = "insert into t select * from s"
    # Spark's word of the last subjob lags behind the end of the statement.
    lagging = replace(WORK, subjobs=(replace(WORK.subjobs[0], status="RUNNING"),), stages={})
    world = await make_world(scripts={sql: Script(readings=[lagging, lagging, replace(WORK, taken_at=2)])})
    job = await world.run(sql)
    assert (job.state, job.output_rows) == (JobState.FINISHED, 3)


async def test_an_insert_ends_when_the_monitoring_does_not_answer(make_world: MakeWorld) -> None:
    sql = "insert into t select * from s"
    gate = asyncio.Event()
    world = await make_world(scripts={sql: Script(readings=[gate])})
    assert (await world.run(sql)).state is JobState.FINISHED
    gate.set()
