"""The database: connections, transactions and migrations."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

MIGRATIONS = Path(__file__).parent / "migrations"


class Database:
    """One database, by SQLAlchemy URL, for example ``sqlite+aiosqlite:////path/headway.db``."""

    def __init__(self, url: str) -> None:
        self._engine = create_async_engine(url)
        self._is_sqlite = self._engine.dialect.name == "sqlite"
        # SQLite has one writer: waiting here is fair and quick, its own wait is a polling sleep.
        self._writer = asyncio.Lock()
        if self._is_sqlite:
            event.listen(self._engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(self._engine.sync_engine, "begin", _begin_sqlite)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction for reading."""
        async with self._engine.connect() as connection:
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction for writing; commits at the end, rolls back on an error."""
        if not self._is_sqlite:
            async with self._engine.begin() as connection:
                yield connection
            return
        async with self._writer, self._engine.connect() as connection:
            await connection.execution_options(headway_writes=True)
            async with connection.begin():
                yield connection

    @property
    def is_shared(self) -> bool:
        """Whether several service processes may use the database at the same time."""
        return not self._is_sqlite

    async def lock_name(self, connection: AsyncConnection, name: str) -> None:
        """Let one transaction at a time go on from here, over all replicas; SQLite has one writer anyway."""
        if not self._is_sqlite:
            await connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(name))))

    async def migrate(self) -> None:
        """Bring the schema to the newest version."""
        async with self.write() as connection:
            await connection.run_sync(_upgrade)

    async def ping(self) -> None:
        """Raise when the database does not answer."""
        async with self.read() as connection:
            await connection.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()


def _prepare_sqlite(raw: Any, _record: object) -> None:
    # The driver must not open transactions by itself: _begin_sqlite says which kind.
    raw.isolation_level = None
    cursor = raw.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=30000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("headway_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _upgrade(connection: Connection) -> None:
    # Alembic is needed once, at start.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
