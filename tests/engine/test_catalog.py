"""The catalog of a real Spark, beside its jobs."""

import asyncio

import pytest

from headway.engine.catalog import CatalogColumn
from headway.engine.spark_engine import SparkEngine
from headway.jobs.errors import ErrorKind, StatementFailed
from tests.engine.jobs import Jobs, collected, tasks_of
from tests.statements import sleeping

PLAIN = """CREATE TABLE IF NOT EXISTS shop.plain (
  id BIGINT COMMENT 'the id', `a.b` DECIMAL(15,2), `größe``x` VARCHAR(10), s STRUCT<x: INT, y: ARRAY<STRING>>
) USING parquet COMMENT 'two\nlines'"""
PARTS = "CREATE TABLE IF NOT EXISTS shop.parts (v INT, `ört` STRING) USING parquet PARTITIONED BY (`ört`)"
MADE = (
    "CREATE DATABASE IF NOT EXISTS shop COMMENT 'the shop''s'",
    PLAIN,
    PARTS,
    "INSERT OVERWRITE shop.parts VALUES (1, 'a'), (2, 'b/c ü'), (3, null)",
    "CREATE OR REPLACE VIEW shop.seen AS SELECT id FROM shop.plain",
)


@pytest.fixture
async def shop(jobs: Jobs) -> None:
    for statement in MADE:
        await jobs.run(statement)


@pytest.mark.usefixtures("shop")
async def test_databases_tables_and_partitions_are_found(engine: SparkEngine) -> None:
    shop = next(each for each in await engine.catalog.databases() if each.name == "shop")
    assert shop.description == "the shop's"
    assert (shop.location or "").endswith("/shop.db")
    tables = {table.name: table for table in await engine.catalog.tables("shop")}
    assert {name: table.is_view for name, table in tables.items()} == {
        "plain": False,
        "parts": False,
        "seen": True,
    }
    assert tables["plain"].description == "two"  # of several lines the list shows the first
    parts = await engine.catalog.partitions("shop", "parts", 2)
    assert (parts.total, parts.names) == (3, ("ört=__HIVE_DEFAULT_PARTITION__", "ört=a"))
    for without in ("plain", "seen"):
        assert (await engine.catalog.partitions("shop", without, 2)).total == 0


@pytest.mark.usefixtures("shop")
async def test_a_table_is_described_whatever_its_columns_are_called(jobs: Jobs, engine: SparkEngine) -> None:
    plain = await engine.catalog.table("shop", "plain")
    assert plain.columns == (
        CatalogColumn("id", "bigint", comment="the id"),
        CatalogColumn("a.b", "decimal(15,2)"),
        CatalogColumn("größe`x", "varchar(10)"),
        CatalogColumn("s", "struct<x:int,y:array<string>>"),
    )
    assert (plain.description, plain.provider, plain.size_bytes) == ("two\nlines", "parquet", 0)
    assert (plain.create_statement or "").startswith("CREATE TABLE spark_catalog.shop.plain (")
    await jobs.run("INSERT INTO shop.plain VALUES (1, 2.5, 'x', null)")
    assert ((await engine.catalog.table("shop", "plain")).size_bytes or 0) > 0
    parts = await engine.catalog.table("shop", "parts")
    assert [column.is_partition for column in parts.columns] == [False, True]
    seen = await engine.catalog.table("shop", "seen")
    assert (seen.is_view, seen.size_bytes) == (True, None)


@pytest.mark.parametrize("name", ["nope", "with.dot", "back`tick", "quote'\"", "schöne; DROP TABLE x"])
async def test_what_is_not_there_is_missing_and_nothing_else(engine: SparkEngine, name: str) -> None:
    with pytest.raises(StatementFailed) as table:
        await engine.catalog.table("default", name)
    with pytest.raises(StatementFailed) as tables:
        await engine.catalog.tables(name)
    assert table.value.error.kind is ErrorKind.MISSING_OBJECT
    # Spark does not look a database with a backtick up.
    assert tables.value.error.kind in (ErrorKind.MISSING_OBJECT, ErrorKind.SYNTAX)


@pytest.mark.usefixtures("shop")
async def test_questions_are_answered_while_a_job_has_every_core(jobs: Jobs, engine: SparkEngine) -> None:
    execution = await jobs.prepare(sleeping(2, 60_000))
    running = asyncio.create_task(collected(engine.execute(execution)))
    while await tasks_of(engine, execution.job_id) < 2:
        await asyncio.sleep(0.05)
    async with asyncio.timeout(30):
        assert (await engine.catalog.table("shop", "parts")).columns
        assert "plain" in {table.name for table in await engine.catalog.tables("shop")}
        assert "Scan parquet" in await engine.explain("SELECT * FROM parts", "shop")
    await engine.interrupt(execution)
    with pytest.raises(StatementFailed):
        await running
