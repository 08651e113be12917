"""What a project's catalog holds: asked of its engine beside the jobs, for a bounded time, a few at once."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from headway.engine.catalog import Catalog, CatalogDatabase, CatalogTable, Partitions, TableDescription
from headway.jobs.errors import EngineNotReady, ErrorKind, NotFound, StatementFailed
from headway.service.ready_engines import COME_BACK_SECONDS, ReadyEngines

ANSWER_SECONDS = 10.0
AT_ONCE = 4  # questions of a project; more wait, within their time


@dataclass(slots=True)
class ProjectCatalog:
    """The catalogs of every project.

    Each call raises ``NotFound`` for what is not there, ``EngineNotReady`` while the engine starts or when it
    has no time, ``EngineUnavailable``, ``EngineLost``, and ``StatementFailed`` for what Spark refuses.
    """

    engines: ReadyEngines
    seconds: float = ANSWER_SECONDS
    _turns: defaultdict[str, asyncio.Semaphore] = field(
        default_factory=lambda: defaultdict(lambda: asyncio.Semaphore(AT_ONCE))
    )

    async def databases(self, project_id: str) -> Sequence[CatalogDatabase]:
        """List the databases."""
        async with self._asked(project_id, "catalog", "") as catalog:
            return await catalog.databases()

    async def tables(self, project_id: str, database: str) -> Sequence[CatalogTable]:
        """List the tables and views of a database."""
        async with self._asked(project_id, "database", database) as catalog:
            return await catalog.tables(database)

    async def table(self, project_id: str, database: str, name: str) -> TableDescription:
        """Describe a table or view."""
        async with self._asked(project_id, "table", f"{database}.{name}") as catalog:
            return await catalog.table(database, name)

    async def partitions(self, project_id: str, database: str, name: str, limit: int) -> Partitions:
        """List the first partitions of a table."""
        async with self._asked(project_id, "table", f"{database}.{name}") as catalog:
            return await catalog.partitions(database, name, limit)

    @asynccontextmanager
    async def _asked(self, project_id: str, what: str, name: str) -> AsyncIterator[Catalog]:
        try:
            async with asyncio.timeout(self.seconds), self._turns[project_id]:
                yield (await self.engines.get(project_id)).catalog
        except StatementFailed as failed:
            # Some names, such as of a database with a backtick, Spark does not even look up.
            if failed.error.kind in (ErrorKind.MISSING_OBJECT, ErrorKind.SYNTAX):
                raise NotFound(what, name) from None
            raise
        except TimeoutError:
            text = f"The engine did not answer within {self.seconds:g} seconds; it may be busy"
            raise EngineNotReady(text, COME_BACK_SECONDS) from None
