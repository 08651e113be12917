"""``connect`` and ``Connection``: one project of one service, and what its statements run in."""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from headway.client.credentials import credentials_for
from headway.client.follow import Onlooker
from headway.client.http import HeadwayClient
from headway.client.seen import JobSeen
from headway.dbapi import errors
from headway.dbapi.cursor import Cursor
from headway.jobs.script import Surroundings, after


def connect(
    endpoint: str | None = None,
    project_id: str | None = None,
    token: str | None = None,
    home: str | os.PathLike[str] | None = None,
    queue: str = "default",
    database: str = "default",
    *,
    conf: Mapping[str, str] | None = None,
    tags: Mapping[str, str] | None = None,
) -> "Connection":
    """Connect to a project of a service that runs.

    What is not given is read from ``HEADWAY_ENDPOINT``, ``HEADWAY_PROJECT_ID``, ``HEADWAY_TOKEN`` and
    ``HEADWAY_HOME``, then from the credentials in the home (``~/.headway``). ``conf`` are Spark settings for
    each statement, ``tags`` labels of its job. Raises ``InterfaceError`` and ``OperationalError``.
    """
    place = Path(home or os.environ.get("HEADWAY_HOME") or "~/.headway").expanduser()
    with errors.translated():
        known = credentials_for(
            place,
            endpoint or os.environ.get("HEADWAY_ENDPOINT"),
            project_id or os.environ.get("HEADWAY_PROJECT_ID"),
            token or os.environ.get("HEADWAY_TOKEN"),
        )
        client = HeadwayClient(known.endpoint, known.project_id, known.token)
        try:
            client.engine()  # the cheapest call that says who may call
        except BaseException:
            client.close()
            raise
    return Connection(client, queue=queue, database=database, conf=conf, tags=tags)


class Connection:
    """What ``connect`` gives. Statements take effect at once: there are no transactions.

    ``USE`` and ``SET`` hold for the statements after them; whatever else belongs to a Spark session, such as
    a temporary view, ends with its statement.
    """

    Error = errors.Error
    Warning = errors.Warning
    InterfaceError = errors.InterfaceError
    DatabaseError = errors.DatabaseError
    DataError = errors.DataError
    OperationalError = errors.OperationalError
    IntegrityError = errors.IntegrityError
    InternalError = errors.InternalError
    ProgrammingError = errors.ProgrammingError
    NotSupportedError = errors.NotSupportedError

    def __init__(
        self,
        client: HeadwayClient,
        *,
        queue: str = "default",
        database: str = "default",
        conf: Mapping[str, str] | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        self.queue = queue
        self._client = client
        self._around = Surroundings(database, dict(conf or {}))
        self._tags = dict(tags or {})
        self._is_closed = False

    def __enter__(self) -> Self:
        """Give the connection itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    @property
    def client(self) -> HeadwayClient:
        """The verbs of the service."""
        if self._is_closed:
            raise errors.InterfaceError("the connection is closed")
        return self._client

    @property
    def database(self) -> str:
        """The database in which names without one are looked up."""
        return self._around.current_db or "default"

    @database.setter
    def database(self, name: str) -> None:
        self._around = replace(self._around, current_db=name)

    @property
    def conf(self) -> Mapping[str, str]:
        """The Spark settings of each statement: those given and those of SET."""
        return self._around.conf

    def cursor(self, onlooker: Onlooker | None = None) -> Cursor:
        """Give a cursor; ``onlooker`` is shown the progress of what it runs."""
        if self._is_closed:
            raise errors.InterfaceError("the connection is closed")
        return Cursor(self, onlooker)

    def commit(self) -> None:
        """Do nothing: every statement has taken effect."""
        if self._is_closed:
            raise errors.InterfaceError("the connection is closed")

    def rollback(self) -> None:
        """Raise ``NotSupportedError``: there are no transactions."""
        raise errors.NotSupportedError("there are no transactions: every statement takes effect at once")

    def close(self) -> None:
        """Close it and its cursors; jobs that run go on."""
        self._is_closed = True
        self._client.close()

    def submit(self, sql: str) -> JobSeen:
        """Start a statement and do not wait for it; ``Cursor.attach`` does. Raises ``ClientError``."""
        around = self._around
        return self.client.submit(
            sql, queue_name=self.queue, current_db=around.current_db, conf=around.conf, tags=self._tags
        )

    def ran(self, sql: str) -> None:
        """Take note of a statement that has succeeded: it may be a USE or a SET."""
        self._around = after(sql, self._around)
