"""Statements on real Spark: rows, sessions, reattach, interrupt, broken wires."""

import asyncio
import json
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace

import pytest

from headway.engine.address import EngineAddress
from headway.engine.base import BatchSeen, Completed, Engine, Execution, SchemaSeen
from headway.engine.spark_engine import SparkEngine, session_conf, use_statement
from headway.jobs.errors import EngineLost, ErrorKind, SqlError, StatementFailed
from tests.engine.conftest import Spark
from tests.engine.jobs import Jobs, collected, rows, snapshot_of, tasks_of
from tests.engine.wire import Wire
from tests.statements import sleeping

# 12 batches: Arrow batches do not cross partitions.
MANY_BATCHES = "SELECT id, repeat('x', 50) AS filler FROM range(0, 60000, 1, 12)"


@asynccontextmanager
async def another(address: EngineAddress, lost_after: float = 15.0) -> AsyncIterator[SparkEngine]:
    engine = SparkEngine(address, lost_after=lost_after, spare_sessions=0)
    try:
        yield engine
    finally:
        await engine.close()


@asynccontextmanager
async def through_wire(spark: Spark, lost_after: float = 15.0) -> AsyncIterator[tuple[Wire, SparkEngine]]:
    async with (
        Wire.to(spark.address.connect_port) as wire,
        another(replace(spark.address, connect_port=wire.port), lost_after) as engine,
    ):
        yield wire, engine


async def until_it_runs(engine: Engine, execution: Execution, reading: asyncio.Task[object]) -> None:
    while await tasks_of(engine, execution.job_id) == 0:
        assert not reading.done(), await reading


async def failure(jobs: Jobs, sql: str) -> SqlError:
    with pytest.raises(StatementFailed) as caught:
        await jobs.run(sql)
    return caught.value.error


async def test_rows_of_several_batches_arrive_complete_and_in_order(jobs: Jobs, engine: SparkEngine) -> None:
    events = await collected(engine.execute(await jobs.prepare(MANY_BATCHES)))

    assert isinstance(events[0], SchemaSeen)
    assert isinstance(events[-1], Completed)
    assert all(isinstance(event, BatchSeen) for event in events[1:-1])
    assert len(events) >= 12
    assert [row["id"] for row in rows(events)] == list(range(60_000))


async def test_an_empty_result_has_its_schema(jobs: Jobs, engine: SparkEngine) -> None:
    events = await collected(engine.execute(await jobs.prepare("SELECT 1 AS a, 2 AS a WHERE false")))

    assert isinstance(events[0], SchemaSeen)
    assert [column["name"] for column in json.loads(events[0].schema_json)["fields"]] == ["a", "a"]
    assert rows(events) == []


async def test_a_commands_rows_come_like_a_querys(jobs: Jobs) -> None:
    assert {"namespace": "default"} in await jobs.run("SHOW DATABASES")


async def test_what_changes_data_happens_once(jobs: Jobs) -> None:
    await jobs.run("CREATE TABLE once (a INT)")
    await jobs.run("INSERT INTO once VALUES (1)")
    await jobs.run("CREATE TABLE once_more AS SELECT * FROM once")

    assert await jobs.run("SELECT count(*) AS n FROM once") == [{"n": 1}]
    assert await jobs.run("SELECT count(*) AS n FROM once_more") == [{"n": 1}]


async def test_an_operation_asked_for_twice_runs_once(jobs: Jobs, engine: SparkEngine) -> None:
    await jobs.run("CREATE TABLE twice (a INT)")
    insert = await jobs.prepare("INSERT INTO twice VALUES (1)")
    first = engine.execute(insert)
    await anext(first)
    await first.aclose()

    await collected(engine.execute(insert))

    assert await jobs.run("SELECT count(*) AS n FROM twice") == [{"n": 1}]


async def test_sessions_do_not_leak_into_each_other(jobs: Jobs, engine: SparkEngine) -> None:
    await jobs.run("CREATE DATABASE IF NOT EXISTS `other_db`")
    mine = await jobs.prepare(
        "CREATE TEMPORARY VIEW leak AS SELECT 1 AS a", db="other_db", conf={"spark.x.y": "7"}
    )
    await collected(engine.execute(mine))

    same = await jobs.prepare(
        "SELECT current_database() AS d, a FROM leak", db="other_db", session_id=mine.session_id
    )
    assert rows(await collected(engine.execute(same))) == [{"d": "other_db", "a": 1}]
    assert (await failure(jobs, "SELECT * FROM leak")).kind is ErrorKind.MISSING_OBJECT
    assert await jobs.run("SELECT current_database() AS d") == [{"d": "default"}]
    assert await jobs.run("SET spark.x.y") == [{"key": "spark.x.y", "value": "<undefined>"}]


async def test_a_catalog_may_be_named(jobs: Jobs, engine: SparkEngine) -> None:
    execution = await jobs.prepare("SELECT current_catalog() AS c", catalog="spark_catalog")

    assert rows(await collected(engine.execute(execution))) == [{"c": "spark_catalog"}]


@pytest.mark.parametrize(
    ("key", "value", "error_class"),
    [
        ("spark.sql.shuffle.partitions", "many", "INVALID_CONF_VALUE.TYPE_MISMATCH"),
        ("spark.sql.warehouse.dir", "/elsewhere", "CANNOT_MODIFY_STATIC_CONFIG"),
        ("spark.driver.memory", "1g", "CANNOT_MODIFY_CONFIG"),
    ],
)
async def test_conf_that_spark_refuses_fails_the_statement(
    jobs: Jobs, key: str, value: str, error_class: str
) -> None:
    with pytest.raises(StatementFailed) as caught:
        await jobs.run("SELECT 1", conf={key: value})

    error = caught.value.error
    assert (error.kind, error.error_class, error.line) == (ErrorKind.SEMANTIC, error_class, None)
    assert key in error.message


async def test_a_missing_current_database_fails_the_statement(jobs: Jobs) -> None:
    with pytest.raises(StatementFailed) as caught:
        await jobs.run("SELECT 1", db="nowhere")

    error = caught.value.error
    assert (error.kind, error.error_class, error.line) == (ErrorKind.MISSING_OBJECT, "SCHEMA_NOT_FOUND", None)


async def test_headways_own_conf_is_not_sent_and_the_users_cannot_hide_a_job() -> None:
    execution = Execution("j", "s", "SELECT 1", "d", "default")
    execution = replace(
        execution,
        conf={"dli.sql.job.timeout": "5", "spark.jobGroup.id": "mine", "spark.sql.ansi.enabled": "true"},
    )

    conf = session_conf(execution)

    assert "dli.sql.job.timeout" not in conf
    assert conf["spark.jobGroup.id"] == execution.job_id
    assert conf["spark.sql.ansi.enabled"] == "true"


def test_a_new_session_needs_no_use() -> None:
    assert use_statement("default", None) is None
    assert use_statement("a`b", None) == "USE `a``b`"
    assert use_statement("default", "c") == "USE `c`.`default`"


async def test_a_fresh_engine_goes_on_where_another_was_dropped(jobs: Jobs, spark: Spark) -> None:
    execution = await jobs.prepare(MANY_BATCHES)
    first = []
    async with another(spark.address) as dropped, aclosing(dropped.execute(execution)) as events:
        async for event in events:
            first.append(event)
            if len(first) == 6:
                break
    last = first[-1]
    assert isinstance(last, BatchSeen)

    async with another(spark.address) as fresh:
        rest = await collected(fresh.reattach(execution, last.response_id))

    assert [row["id"] for row in rows(first + rest)] == list(range(60_000))
    assert isinstance(rest[-1], Completed)


async def test_the_batch_before_the_last_can_still_be_resumed_from(jobs: Jobs, spark: Spark) -> None:
    execution = await jobs.prepare(MANY_BATCHES)
    seen = []
    async with aclosing(spark.engine.execute(execution)) as events:
        async for event in events:
            seen.append(event)
            if len(seen) == 8:
                break
    stored = seen[:-1]
    assert isinstance(stored[-1], BatchSeen)

    rest = await collected(spark.engine.reattach(execution, stored[-1].response_id))

    assert [row["id"] for row in rows(stored + rest)] == list(range(60_000))


async def test_a_statement_goes_on_without_its_client(jobs: Jobs, spark: Spark) -> None:
    execution = await jobs.prepare(sleeping(tasks=4, ms=300))
    async with another(spark.address) as dropped:
        events = dropped.execute(execution)
        assert isinstance(await anext(events), SchemaSeen)
        await events.aclose()

    async with another(spark.address) as fresh:
        again = await collected(fresh.reattach(execution, None))

    assert isinstance(again[0], SchemaSeen)
    assert rows(again) == [{"n": 4}]


async def test_a_failure_is_told_again_after_a_reattach(jobs: Jobs, spark: Spark) -> None:
    execution = await jobs.prepare("SELECT 1/0")
    for events in (spark.engine.execute(execution), spark.engine.reattach(execution, None)):
        with pytest.raises(StatementFailed) as caught:
            await collected(events)
        assert caught.value.error.error_class == "DIVIDE_BY_ZERO"


async def test_a_statement_that_spark_never_got_is_started_by_who_takes_it_over(
    jobs: Jobs, spark: Spark
) -> None:
    await jobs.run("CREATE TABLE never_sent (a INT)")
    execution = await jobs.prepare("INSERT INTO never_sent VALUES (1)")

    async with another(spark.address) as heir:
        events = await collected(heir.reattach(execution, None))

    assert isinstance(events[-1], Completed)
    assert await jobs.run("SELECT count(*) AS n FROM never_sent") == [{"n": 1}]


async def test_a_statement_started_by_two_at_the_same_moment_never_runs_twice(
    jobs: Jobs, spark: Spark
) -> None:
    await jobs.run("CREATE TABLE by_two (a INT)")
    async with another(spark.address) as one, another(spark.address) as two:
        for n in range(5):
            execution = await jobs.prepare(f"INSERT INTO by_two VALUES ({n})")
            both = [collected(engine.reattach(execution, None)) for engine in (one, two)]
            ends = await asyncio.gather(*both, return_exceptions=True)
            # Spark answers one reader at a time; when both come at once it may run the statement for neither.
            assert all(isinstance(end, list | EngineLost) or _is_cancelled(end) for end in ends), ends
            ran = await jobs.run(f"SELECT count(*) AS n FROM by_two WHERE a = {n}")
            assert ran[0]["n"] in ({1} if any(isinstance(end, list) for end in ends) else {0, 1})


def _is_cancelled(end: object) -> bool:
    return isinstance(end, StatementFailed) and end.error.kind is ErrorKind.CANCELLED


async def test_a_statement_that_has_run_is_not_run_again_even_if_spark_forgot_its_answers(
    jobs: Jobs, engine: SparkEngine
) -> None:
    await jobs.run("CREATE TABLE ran (a INT)")
    execution = await jobs.prepare("INSERT INTO ran VALUES (1)")
    await collected(engine.execute(execution))

    for events in (engine.reattach(execution, None), engine.execute(execution)):
        with pytest.raises(EngineLost, match="Spark has given the statement up"):
            await collected(events)

    assert await jobs.run("SELECT count(*) AS n FROM ran") == [{"n": 1}]


async def test_an_operation_id_that_is_taken_leads_to_what_took_it(jobs: Jobs, engine: SparkEngine) -> None:
    execution = await jobs.prepare("SELECT 1 AS first")
    events = engine.execute(execution)
    await anext(events)
    await events.aclose()

    # Spark refuses the same id for another plan, and takes up the one it has for the same plan.
    same_id = await collected(engine.execute(replace(execution, sql="SELECT 2 AS second")))

    assert rows(same_id) == [{"first": 1}]


async def test_a_statement_whose_end_was_not_read_is_never_unknown(jobs: Jobs, spark: Spark) -> None:
    cancelled = await jobs.prepare(sleeping(tasks=200, ms=500))
    async with another(spark.address) as dropped:
        reading = asyncio.create_task(collected(dropped.execute(cancelled)))
        await until_it_runs(spark.engine, cancelled, reading)
        reading.cancel()
    await spark.engine.interrupt(cancelled)

    with pytest.raises(StatementFailed) as caught:
        await collected(spark.engine.reattach(cancelled, None))

    assert caught.value.error.kind is ErrorKind.CANCELLED


async def test_what_spark_does_not_know_is_lost(jobs: Jobs, engine: SparkEngine) -> None:
    execution = await jobs.prepare("SELECT 1")
    elsewhere = replace(execution, session_id=str(uuid.uuid4()))

    with pytest.raises(EngineLost, match="Spark does not know the statement "):
        await collected(engine.reattach(execution, str(uuid.uuid4())))
    with pytest.raises(EngineLost, match="Spark does not know the statement's session"):
        await collected(engine.reattach(elsewhere, None))


async def test_a_session_closed_under_its_statement_harms_no_other(jobs: Jobs, engine: SparkEngine) -> None:
    poisoned, other = [await jobs.prepare(sleeping(tasks=20, ms=200)) for _ in range(2)]
    readings = [asyncio.create_task(collected(engine.execute(each))) for each in (poisoned, other)]
    for execution, reading in zip((poisoned, other), readings, strict=True):
        await until_it_runs(engine, execution, reading)

    await engine.close_session(poisoned.session_id)

    # Spark cancels the statement and then forgets its session: which of the two is heard first is chance.
    told = "the statement's session was closed in Spark|Operation has been canceled"
    with pytest.raises((EngineLost, StatementFailed), match=told):
        await readings[0]
    assert rows(await readings[1]) == [{"n": 20}]


async def test_a_closed_session_runs_nothing(jobs: Jobs, engine: SparkEngine) -> None:
    await jobs.run("CREATE TABLE closed (a INT)")
    execution = await jobs.prepare("INSERT INTO closed VALUES (1)")
    await engine.close_session(execution.session_id)

    with pytest.raises(EngineLost):
        await collected(engine.execute(execution))

    assert await jobs.run("SELECT * FROM closed") == []


async def test_interrupt_ends_a_long_statement_and_leaves_nothing_running(
    jobs: Jobs, engine: SparkEngine
) -> None:
    execution = await jobs.prepare(sleeping(tasks=200, ms=500))
    reading = asyncio.create_task(collected(engine.execute(execution)))
    await until_it_runs(engine, execution, reading)

    began = time.monotonic()
    await engine.interrupt(execution)
    with pytest.raises(StatementFailed) as caught:
        await reading

    assert time.monotonic() - began < 5
    assert caught.value.error.kind is ErrorKind.CANCELLED
    async with asyncio.timeout(10):
        while await tasks_of(engine, execution.job_id) > 0:
            await asyncio.sleep(0.05)
    snapshot = await snapshot_of(engine, execution.job_id)
    assert [subjob.status for subjob in snapshot.subjobs] == ["FAILED"]


async def test_interrupting_what_is_not_there_is_no_error(jobs: Jobs, engine: SparkEngine) -> None:
    await engine.interrupt(await jobs.prepare("SELECT 1"))


async def test_a_cut_wire_does_not_run_an_insert_twice(jobs: Jobs, spark: Spark) -> None:
    await jobs.run("CREATE TABLE cut_off (s STRING)")
    insert = (
        "INSERT INTO cut_off SELECT java_method('java.lang.Thread', 'sleep', 900L) FROM range(0, 2, 1, 2)"
    )
    async with through_wire(spark) as (wire, engine):
        through = Jobs(engine)
        execution = await through.prepare(insert)
        await tasks_of(spark.engine, execution.job_id)  # finds out where Spark's job ids are
        wire.deaf = True  # the request arrives, its answers do not
        reading = asyncio.create_task(collected(engine.execute(execution)))
        await until_it_runs(spark.engine, execution, reading)
        wire.cut()
        wire.deaf = False
        events = await reading
        await through.close()

    assert isinstance(events[-1], Completed)
    assert await jobs.run("SELECT count(*) AS n FROM cut_off") == [{"n": 2}]


async def test_a_request_that_never_arrived_is_sent_again(jobs: Jobs, spark: Spark) -> None:
    await jobs.run("CREATE TABLE late (a INT)")
    async with through_wire(spark) as (wire, engine):
        through = Jobs(engine)
        execution = await through.prepare("INSERT INTO late VALUES (1)")
        wire.refuse = True
        wire.cut()
        reading = asyncio.create_task(collected(engine.execute(execution)))
        await asyncio.sleep(0.3)  # a few tries that all fail
        assert not reading.done()
        wire.refuse = False
        await reading
        await through.close()

    assert await jobs.run("SELECT count(*) AS n FROM late") == [{"n": 1}]


async def test_rows_are_whole_through_a_wire_that_breaks_again_and_again(jobs: Jobs, spark: Spark) -> None:
    async with through_wire(spark) as (wire, engine):
        through = Jobs(engine)
        events = []
        async for event in engine.execute(await through.prepare(MANY_BATCHES)):
            events.append(event)
            if len(events) % 5 == 0:
                wire.cut()
        await through.close()

    assert [row["id"] for row in rows(events)] == list(range(60_000))


async def test_an_engine_that_is_gone_is_lost_in_bounded_time(jobs: Jobs, spark: Spark) -> None:
    async with through_wire(spark, lost_after=1.0) as (wire, engine):
        execution = await Jobs(engine).prepare(sleeping(tasks=20, ms=300))
        jobs.sessions.append(execution.session_id)
        reading = asyncio.create_task(collected(engine.execute(execution)))
        await until_it_runs(spark.engine, execution, reading)
        wire.refuse = True
        wire.cut()
        began = time.monotonic()
        with pytest.raises(EngineLost, match="does not answer"):
            await reading

    assert time.monotonic() - began < 5


async def test_a_refused_token_says_so(spark: Spark) -> None:
    async with another(replace(spark.address, connect_token="wrong")) as engine:
        with pytest.raises(EngineLost, match="refuses the token"):
            await Jobs(engine).run("SELECT 1")


async def test_many_statements_at_once(jobs: Jobs) -> None:
    answers = await asyncio.gather(*(jobs.run(f"SELECT {n} AS n") for n in range(30)))

    assert [answer[0]["n"] for answer in answers] == list(range(30))


async def test_spare_sessions_are_made_while_idle_and_given_once(spark: Spark) -> None:
    engine = SparkEngine(spark.address, spare_sessions=2)
    jobs = Jobs(engine)
    await jobs.run("SELECT 1")
    await jobs.close()
    await engine._pool.filled()
    spares = {spare.session_id for spare in engine._pool._spares}
    assert len(spares) == 2

    taken = [await engine.open_session() for _ in range(3)]

    assert spares < set(taken)
    assert len(set(taken)) == 3
    assert engine._pool._spares == []
    for session_id in taken:
        await engine.close_session(session_id)
    await engine.close()
