"""A catalog that holds what a test put there."""

import asyncio
from collections.abc import Sequence

from headway.engine.catalog import CatalogDatabase, CatalogTable, Partitions, TableDescription
from headway.jobs.errors import ErrorKind, HeadwayError, SqlError, StatementFailed

MISSING = SqlError(ErrorKind.MISSING_OBJECT, "It is not there.", "TABLE_OR_VIEW_NOT_FOUND", "42P01")


class ScriptedCatalog:
    """Fulfils ``Catalog`` with what a test puts in; ``gate`` holds answers back, all meet ``failure``."""

    def __init__(self) -> None:
        self.found: dict[str, list[TableDescription]] = {"default": []}
        self.partitioned: dict[tuple[str, str], list[str]] = {}
        self.gate: asyncio.Event | None = None
        self.failure: HeadwayError | None = None
        self.under_way = self.most_under_way = 0

    async def databases(self) -> Sequence[CatalogDatabase]:
        """Give the databases."""
        await self._turn()
        return [CatalogDatabase(name, location=f"file:/{name}") for name in self.found]

    async def tables(self, database: str) -> Sequence[CatalogTable]:
        """Give the tables of a database."""
        await self._turn()
        return [
            CatalogTable(table.name, table.is_view, description=table.description)
            for table in self._tables(database)
        ]

    async def table(self, database: str, name: str) -> TableDescription:
        """Give a table."""
        await self._turn()
        found = next((table for table in self._tables(database) if table.name == name), None)
        if found is None:
            raise StatementFailed(MISSING)
        return found

    async def partitions(self, database: str, name: str, limit: int) -> Partitions:
        """Give a table's partitions."""
        names = self.partitioned.get((database, (await self.table(database, name)).name), [])
        return Partitions(len(names), tuple(names[:limit]))

    def _tables(self, database: str) -> list[TableDescription]:
        if database not in self.found:
            raise StatementFailed(MISSING)
        return self.found[database]

    async def _turn(self) -> None:
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            if self.gate is not None:
                await self.gate.wait()
        finally:
            self.under_way -= 1
        if self.failure is not None:
            raise self.failure
