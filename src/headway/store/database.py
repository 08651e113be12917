"""The database: connections and transactions."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

from sqlalchemy import URL, Connection, Table, event, func, make_url, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from headway.jobs.errors import StoreUnavailable
from headway.store.migrate import upgrade
from headway.store.steady import steady
from headway.store.trouble import BUSY

# A transaction on PostgreSQL takes milliseconds. The server ends a slow statement and one whose client
# stands still; the last bound is ours, for a server that does not answer at all.
STATEMENT_SECONDS = 8
IDLE_IN_TRANSACTION_SECONDS = 10
TRANSACTION_SECONDS = 10.0
MIGRATION_SECONDS = 600.0
CONNECT_SECONDS = 3
CONNECTIONS = 16  # of one process; PostgreSQL takes 100 unless told otherwise
WAIT_FOR_CONNECTION_SECONDS = 5
RECYCLE_SECONDS = 1800
# SQLite waits inside a thread: briefly, what is left to wait is waited outside.
SQLITE_BUSY_MS = 250
WRITER_SECONDS = 10.0


class Database:
    """One database, by SQLAlchemy URL: ``sqlite:////path/headway.db`` or ``postgresql://…``."""

    def __init__(self, url: str) -> None:
        """Connect to nothing yet; raises ``ValueError`` for another kind of database."""
        parsed = make_url(url)
        kind = parsed.get_backend_name()
        if kind not in ("sqlite", "postgresql", "postgres"):
            raise ValueError(f"{kind} is not a database that jobs can be kept in: use postgresql")
        self._is_sqlite = kind == "sqlite"
        self._engine = _sqlite_engine(parsed) if self._is_sqlite else _postgresql_engine(parsed)
        # SQLite has one writer: waiting here is fair and quick, its own wait is a polling sleep.
        self._writer = asyncio.Lock()
        self._in_use = 0
        self._all_back = asyncio.Event()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction for reading."""
        async with (
            self._connect() as connection,
            self._bounded(connection, TRANSACTION_SECONDS),
            connection.begin(),
        ):
            yield connection

    @asynccontextmanager
    async def write(self, seconds: float = TRANSACTION_SECONDS) -> AsyncIterator[AsyncConnection]:
        """Open a transaction for writing; commits at the end, rolls back on an error.

        On PostgreSQL it takes at most ``seconds``.
        """
        async with self._turn(), self._connect() as connection:
            await connection.execution_options(headway_writes=True)
            async with self._bounded(connection, seconds), connection.begin():
                yield connection

    @property
    def is_shared(self) -> bool:
        """Whether several service processes may use the database at the same time."""
        return not self._is_sqlite

    def insert(self, table: Table) -> postgresql.Insert | sqlite.Insert:
        """Begin an INSERT that may say what is to happen when the row is there already."""
        return sqlite.insert(table) if self._is_sqlite else postgresql.insert(table)

    async def lock_name(self, connection: AsyncConnection, name: str) -> None:
        """Let one transaction at a time go on from here, over all replicas; SQLite has one writer anyway."""
        if not self._is_sqlite:
            await connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(name))))

    @steady
    async def migrate(self) -> None:
        """Bring the schema to the newest version; one that is newer than this code is left as it is."""
        async with self.write(MIGRATION_SECONDS) as connection:
            if not self._is_sqlite:
                await connection.execute(text("SET LOCAL statement_timeout = 0"))
            # Replicas that start at the same moment take turns; the second finds nothing to do.
            await self.lock_name(connection, "migrate")
            await connection.run_sync(upgrade)

    @steady
    async def ping(self) -> None:
        """Raise ``StoreUnavailable`` when the database does not answer."""
        async with self.read() as connection:
            await connection.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Close every connection, when those that are in use are back; nothing may be asked afterwards."""
        with suppress(TimeoutError):
            async with asyncio.timeout(TRANSACTION_SECONDS):
                while self._in_use:
                    self._all_back.clear()
                    await self._all_back.wait()
        await self._engine.dispose()

    @asynccontextmanager
    async def _connect(self) -> AsyncIterator[AsyncConnection]:
        # A connection that comes back to a pool that was closed meanwhile would stay open.
        self._in_use += 1
        try:
            async with self._engine.connect() as connection:
                yield connection
        finally:
            self._in_use -= 1
            self._all_back.set()

    @asynccontextmanager
    async def _bounded(self, connection: AsyncConnection, seconds: float) -> AsyncIterator[None]:
        if self._is_sqlite:
            yield
            return
        raw = (await connection.get_raw_connection()).driver_connection
        # Not by cancelling: the driver would first ask the server, which does not answer, for ten seconds.
        bound = asyncio.get_running_loop().call_later(seconds, _hang_up, raw)
        try:
            yield
        finally:
            bound.cancel()

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        if not self._is_sqlite:
            yield
            return
        try:
            async with asyncio.timeout(WRITER_SECONDS):
                await self._writer.acquire()
        except TimeoutError:
            raise StoreUnavailable(BUSY.text) from None
        try:
            yield
        finally:
            self._writer.release()


def _hang_up(raw: Any) -> None:
    """Cut the line of a connection: whoever waits for the server gets an error."""
    if not raw.closed:
        with socket.socket(fileno=os.dup(raw.fileno())) as line, suppress(OSError):  # it may be gone already
            line.shutdown(socket.SHUT_RDWR)


def _postgresql_engine(url: URL) -> AsyncEngine:
    timeouts = {
        "statement_timeout": STATEMENT_SECONDS,
        "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION_SECONDS,
    }
    wanted: Mapping[str, Any] = {
        "application_name": "headway",
        "connect_timeout": CONNECT_SECONDS,
        "options": " ".join(f"-c {name}={seconds}s" for name, seconds in timeouts.items()),
        # A server whose machine is gone: noticed by the kernel.
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 10_000,
    }
    return create_async_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args={name: value for name, value in wanted.items() if name not in url.query},
        isolation_level="READ COMMITTED",
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_timeout=WAIT_FOR_CONNECTION_SECONDS,
        pool_recycle=RECYCLE_SECONDS,
        hide_parameters=True,  # an error's text must not hold keys
    )


def _sqlite_engine(url: URL) -> AsyncEngine:
    engine = create_async_engine(url.set(drivername="sqlite+aiosqlite"), hide_parameters=True)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(raw: Any, _record: object) -> None:
    # The driver must not open transactions by itself: _begin_sqlite says which kind.
    raw.isolation_level = None
    cursor = raw.cursor()
    # First of all, how long to wait for a lock: the next ones may meet one.
    for pragma in (
        f"busy_timeout={SQLITE_BUSY_MS}",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("headway_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
