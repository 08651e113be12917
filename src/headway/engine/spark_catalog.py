"""The catalog of a Spark Connect server, by SHOW and DESCRIBE as commands: Spark runs no job for them."""

import asyncio
import re
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from headway.engine.catalog import CatalogDatabase, CatalogTable, Partitions, TableDescription
from headway.engine.connect import ConnectClient
from headway.engine.identifiers import quoted
from headway.engine.table_text import Row, read_size, read_table
from headway.jobs.errors import StatementFailed

DESCRIBED_MOST = 30  # in a list: each description is a lookup in the metastore, up to 60 ms on a busy machine
AT_ONCE = 4  # of one call
_CONF = {
    # A command's rows come in one batch, or not at all.
    "spark.sql.execution.arrow.maxRecordsPerBatch": "-1",
    # Types of many fields are written out.
    "spark.sql.debug.maxToStringFields": "100000",
}
_NOT_PARTITIONED = ("INVALID_PARTITION_OPERATION", "NOT_A_PARTITIONED_TABLE", "EXPECT_TABLE_NOT_VIEW")
_COMMENT = re.compile(r"^Comment: (.*)$", re.MULTILINE)


class SparkCatalog:
    """Fulfils ``Catalog``; each call has a session of its own, so that nothing is told from a cache.

    ``end`` ends a session in the background.
    """

    def __init__(self, client: ConnectClient, end: Callable[[str], None]) -> None:
        self._client = client
        self._end = end

    async def databases(self) -> Sequence[CatalogDatabase]:
        """List the databases, with description and place of the first ``DESCRIBED_MOST``."""
        async with self._session() as session_id:
            names = [str(row[0]) for row in await self._client.show(session_id, "SHOW DATABASES")]
            turns = asyncio.Semaphore(AT_ONCE)

            async def describe(name: str) -> CatalogDatabase:
                async with turns:
                    return await self._database(session_id, name)

            described = await asyncio.gather(*(describe(name) for name in names[:DESCRIBED_MOST]))
        return [*described, *(CatalogDatabase(name) for name in names[DESCRIBED_MOST:])]

    async def tables(self, database: str) -> Sequence[CatalogTable]:
        """List the tables and views; descriptions come where there are no more than ``DESCRIBED_MOST``."""
        where = quoted(database)
        async with self._session() as session_id:
            tables = await self._client.show(session_id, f"SHOW TABLES IN {where}")
            views = {row[1] for row in await self._shown(session_id, f"SHOW VIEWS IN {where}")}
            told: dict[str | None, str] = {}
            if len(tables) <= DESCRIBED_MOST:
                extended = await self._shown(session_id, f"SHOW TABLE EXTENDED IN {where} LIKE '*'")
                told = {row[1]: found[1] for row in extended if (found := _COMMENT.search(row[3] or ""))}
        return [
            CatalogTable(str(row[1]), row[1] in views, row[2] == "true", told.get(row[1])) for row in tables
        ]

    async def table(self, database: str, name: str) -> TableDescription:
        """Describe a table or view. The size is from statistics, else what Spark would plan with."""
        table = quoted(database, name)
        query = f"TABLE {table}"
        async with self._session() as session_id:
            rows = await self._client.show(session_id, f"DESCRIBE TABLE EXTENDED {table}")
            nullable, created, explained = await asyncio.gather(
                self._nullable(session_id, query),
                self._shown(session_id, f"SHOW CREATE TABLE {table}"),
                self._cost(session_id, query),
            )
        found = read_table(database, name, rows, nullable)
        size = found.size_bytes
        if size is None and not found.is_view and explained is not None:
            size = read_size(explained)
        return replace(
            found, size_bytes=size, create_statement=(created[0][0] or "").strip() if created else None
        )

    async def partitions(self, database: str, name: str, limit: int) -> Partitions:
        """List a table's partitions; one that has none gives none."""
        async with self._session() as session_id:
            try:
                rows = await self._client.show(session_id, f"SHOW PARTITIONS {quoted(database, name)}")
            except StatementFailed as failed:
                if (failed.error.error_class or "").startswith(_NOT_PARTITIONED):
                    return Partitions(0)
                raise
        return Partitions(len(rows), tuple(str(row[0]) for row in rows[:limit]))

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[str]:
        # Not one of the spare sessions: those are for jobs.
        session_id = str(uuid.uuid4())
        try:
            await self._client.configure(session_id, _CONF)
            yield session_id
        finally:
            self._end(session_id)

    async def _database(self, session_id: str, name: str) -> CatalogDatabase:
        rows = await self._shown(session_id, f"DESCRIBE DATABASE {quoted(name)}")
        said = {row[0]: row[1] for row in rows}
        return CatalogDatabase(name, said.get("Comment") or None, said.get("Location") or None)

    async def _shown(self, session_id: str, sql: str) -> Sequence[Row]:
        """Give a command's rows; none when this catalog or object has no such thing."""
        try:
            return await self._client.show(session_id, sql)
        except StatementFailed:
            return ()

    async def _nullable(self, session_id: str, sql: str) -> list[bool] | None:
        try:
            return await self._client.nullable(session_id, sql)
        except StatementFailed:
            return None  # a view of what is no longer there

    async def _cost(self, session_id: str, sql: str) -> str | None:
        try:
            return await self._client.explain(session_id, sql, cost=True)
        except StatementFailed:
            return None
