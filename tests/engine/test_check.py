"""Statements checked on real Spark without running them."""

import pytest

from headway.engine.spark_engine import SparkEngine
from headway.jobs.errors import ErrorKind, StatementFailed
from tests.engine.jobs import Jobs


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE checked (a INT)",
        "INSERT INTO checkable VALUES (2)",
        "DROP TABLE checkable",
        "USE nowhere_yet",
        "CACHE TABLE checkable",
        "SELECT * FROM checkable",
    ],
)
async def test_check_does_not_execute(jobs: Jobs, engine: SparkEngine, sql: str) -> None:
    await jobs.run("CREATE TABLE IF NOT EXISTS checkable AS SELECT 1 AS a")

    await engine.check(sql, "default")

    assert await jobs.run("SELECT a FROM checkable") == [{"a": 1}]
    assert await jobs.run("SHOW TABLES LIKE 'checked'") == []


@pytest.mark.parametrize(
    "sql",
    [
        "BEGIN INSERT INTO checkable VALUES (3); END",
        "label: BEGIN INSERT INTO checkable VALUES (3); END",
        "EXECUTE IMMEDIATE 'INSERT INTO checkable VALUES (4)'",
        "/* a /* nested */ b */ -- c\n execute\timmediate 'INSERT INTO checkable VALUES (4)'",
    ],
)
async def test_what_spark_runs_while_it_analyses_is_not_checked(
    jobs: Jobs, engine: SparkEngine, sql: str
) -> None:
    await jobs.run("CREATE TABLE IF NOT EXISTS checkable AS SELECT 1 AS a")

    with pytest.raises(StatementFailed) as caught:
        await engine.check(sql, "default")

    assert caught.value.error.kind is ErrorKind.UNSUPPORTED
    assert await jobs.run("SELECT a FROM checkable") == [{"a": 1}]


async def test_check_tells_what_is_wrong(engine: SparkEngine) -> None:
    with pytest.raises(StatementFailed) as caught:
        await engine.check("SELECT\n  nope", "default")
    with pytest.raises(StatementFailed) as no_database:
        await engine.check("SELECT 1", "nowhere")

    assert (caught.value.error.kind, caught.value.error.line, caught.value.error.column) == (
        ErrorKind.SEMANTIC,
        2,
        3,
    )
    assert no_database.value.error.kind is ErrorKind.MISSING_OBJECT


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE explained (a INT)",
        "CREATE TABLE explained AS SELECT 1",
        "INSERT INTO explainable VALUES (2)",
        "DROP TABLE explainable",
        "CACHE TABLE explainable",
        "SELECT count(*) FROM explainable",
    ],
)
async def test_explain_gives_a_plan_and_does_not_execute(jobs: Jobs, engine: SparkEngine, sql: str) -> None:
    await jobs.run("CREATE TABLE IF NOT EXISTS explainable AS SELECT 1 AS a")

    assert (await engine.explain(sql, "default")).startswith("== Physical Plan ==")

    assert await jobs.run("SELECT a FROM explainable") == [{"a": 1}]
    assert await jobs.run("SHOW TABLES LIKE 'explained'") == []


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("SELECT\n  nope", ErrorKind.SEMANTIC),
        ("SELEC 1", ErrorKind.SYNTAX),
        ("BEGIN INSERT INTO explainable VALUES (3); END", ErrorKind.UNSUPPORTED),
        ("EXECUTE IMMEDIATE 'SELECT 1'", ErrorKind.UNSUPPORTED),
    ],
)
async def test_explain_refuses_what_check_refuses(engine: SparkEngine, sql: str, kind: ErrorKind) -> None:
    refusals = []
    for ask in (engine.check, engine.explain):
        with pytest.raises(StatementFailed) as caught:
            await ask(sql, "default")
        refusals.append(caught.value.error)
    assert refusals[0] == refusals[1]
    assert refusals[0].kind is kind
