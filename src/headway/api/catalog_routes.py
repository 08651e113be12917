"""Databases, tables, columns, partitions. The first call starts an engine that does not run."""

from typing import Annotated

from fastapi import APIRouter, Query

from headway.api.answers import ERRORS
from headway.api.catalog_view import (
    DatabasesOut,
    PartitionsOut,
    TableOut,
    TablesOut,
    database_out,
    listed_out,
    partitions_out,
    table_out,
)
from headway.api.errors import ApiRoute
from headway.service.project_catalog import ProjectCatalog


def catalog_routes(catalog: ProjectCatalog) -> APIRouter:
    """Give the routes of the catalog; while the engine starts they answer 503 with ``Retry-After``."""
    routes = APIRouter(prefix="/catalog/databases", tags=["catalog"], responses=ERRORS, route_class=ApiRoute)

    @routes.get("")
    async def list_databases(project_id: str) -> DatabasesOut:
        """List the databases."""
        return DatabasesOut(databases=[database_out(each) for each in await catalog.databases(project_id)])

    @routes.get("/{database}/tables")
    async def list_tables(project_id: str, database: str) -> TablesOut:
        """List the tables and views of a database."""
        return TablesOut(tables=[listed_out(each) for each in await catalog.tables(project_id, database)])

    @routes.get("/{database}/tables/{table}")
    async def show_table(project_id: str, database: str, table: str) -> TableOut:
        """Describe a table or view: columns, place, size, the statement that would create it."""
        return table_out(await catalog.table(project_id, database, table))

    @routes.get("/{database}/tables/{table}/partitions")
    async def list_partitions(
        project_id: str, database: str, table: str, limit: Annotated[int, Query(ge=1, le=10_000)] = 100
    ) -> PartitionsOut:
        """List the first partitions of a table; none for a table without."""
        return partitions_out(await catalog.partitions(project_id, database, table, limit))

    return routes
