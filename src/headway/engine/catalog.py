"""What an engine's catalog holds, as it is asked for: databases, their tables, one table, its partitions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class CatalogDatabase:
    """A database. Empty texts count as none."""

    name: str
    description: str | None = None
    location: str | None = None  # a URI


@dataclass(frozen=True, slots=True)
class CatalogTable:
    """A table or view in the list of its database; descriptions are not looked up where there are many."""

    name: str
    is_view: bool = False
    is_temporary: bool = False
    description: str | None = None


@dataclass(frozen=True, slots=True)
class CatalogColumn:
    """A column; ``type`` is Spark's simple name, for example ``decimal(15,2)``."""

    name: str
    type: str
    is_nullable: bool = True
    comment: str | None = None
    is_partition: bool = False


@dataclass(frozen=True, slots=True)
class TableDescription:
    """One table or view. What Spark does not know is ``None``; sizes are those of files, in bytes."""

    name: str
    database: str
    is_view: bool = False
    description: str | None = None
    provider: str | None = None
    location: str | None = None
    columns: tuple[CatalogColumn, ...] = ()
    size_bytes: int | None = None
    row_count: int | None = None
    create_statement: str | None = None


@dataclass(frozen=True, slots=True)
class Partitions:
    """The first partitions of a table, as ``a=1/b=x``, and how many there are in all."""

    total: int
    names: tuple[str, ...] = ()


class Catalog(Protocol):
    """Answers from the catalog, beside the jobs: takes no task slot and none of their sessions.

    What does not exist raises ``StatementFailed`` with ``MISSING_OBJECT``. Calls wait for a slow engine.
    """

    async def databases(self) -> Sequence[CatalogDatabase]:
        """List the databases."""
        ...

    async def tables(self, database: str) -> Sequence[CatalogTable]:
        """List the tables and views of a database."""
        ...

    async def table(self, database: str, name: str) -> TableDescription:
        """Describe a table or view."""
        ...

    async def partitions(self, database: str, name: str, limit: int) -> Partitions:
        """List a table's partitions; one that has none gives none."""
        ...
