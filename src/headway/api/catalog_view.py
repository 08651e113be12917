"""What the catalog holds, on the wire."""

from dataclasses import asdict
from enum import StrEnum

from pydantic import BaseModel

from headway.engine.catalog import CatalogColumn, CatalogDatabase, CatalogTable, Partitions, TableDescription


class TableKind(StrEnum):
    """What is read from."""

    TABLE = "table"
    VIEW = "view"


class DatabaseOut(BaseModel):
    """A database; ``location`` is a URI."""

    name: str
    description: str | None
    location: str | None


class DatabasesOut(BaseModel):
    """Every database of the project."""

    databases: list[DatabaseOut]


class TableListedOut(BaseModel):
    """A table or view; in a database of more than 30 the descriptions are not looked up."""

    name: str
    kind: TableKind
    is_temporary: bool
    description: str | None


class TablesOut(BaseModel):
    """Every table and view of a database."""

    tables: list[TableListedOut]


class ColumnOut(BaseModel):
    """A column; ``type`` is Spark's simple name, for example ``decimal(15,2)``."""

    name: str
    type: str
    nullable: bool
    comment: str | None
    is_partition: bool


class TableOut(BaseModel):
    """One table or view; null is what Spark does not know.

    ``size_bytes`` is from the table's statistics, else what Spark would plan with (rounded).
    """

    name: str
    database: str
    kind: TableKind
    description: str | None
    provider: str | None
    location: str | None
    columns: list[ColumnOut]
    size_bytes: int | None
    row_count: int | None
    create_statement: str | None


class PartitionsOut(BaseModel):
    """The first partitions, as ``a=1/b=x``, and how many there are in all."""

    partitions: list[str]
    total: int


def database_out(database: CatalogDatabase) -> DatabaseOut:
    """Show a database."""
    return DatabaseOut.model_validate(asdict(database))


def listed_out(table: CatalogTable) -> TableListedOut:
    """Show a table in the list of its database."""
    return TableListedOut(
        name=table.name,
        kind=_kind(table.is_view),
        is_temporary=table.is_temporary,
        description=table.description,
    )


def table_out(table: TableDescription) -> TableOut:
    """Show a table."""
    return TableOut(
        name=table.name,
        database=table.database,
        kind=_kind(table.is_view),
        description=table.description,
        provider=table.provider,
        location=table.location,
        columns=[_column_out(column) for column in table.columns],
        size_bytes=table.size_bytes,
        row_count=table.row_count,
        create_statement=table.create_statement,
    )


def partitions_out(partitions: Partitions) -> PartitionsOut:
    """Show partitions."""
    return PartitionsOut(partitions=list(partitions.names), total=partitions.total)


def _column_out(column: CatalogColumn) -> ColumnOut:
    return ColumnOut(
        name=column.name,
        type=column.type,
        nullable=column.is_nullable,
        comment=column.comment,
        is_partition=column.is_partition,
    )


def _kind(is_view: bool) -> TableKind:
    return TableKind.VIEW if is_view else TableKind.TABLE
