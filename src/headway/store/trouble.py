"""Tells trouble of the database itself from errors of ours, and says it without an address or a value."""

import errno
import sqlite3
from dataclasses import dataclass

import psycopg
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionFree


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is the matter, for people; ``passes`` when it is worth another try at once."""

    text: str
    passes: bool = True


AWAY = Trouble("The database does not answer")
BUSY = Trouble("The database has too much to do")
LOCKED = Trouble("The database is locked by another process")
FULL = Trouble("The database has no space left: nothing can be written until there is some", passes=False)
UNREADABLE = Trouble("The files of the database cannot be read or written", passes=False)

_SQLITE = {
    sqlite3.SQLITE_BUSY: LOCKED,
    sqlite3.SQLITE_LOCKED: LOCKED,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_IOERR: UNREADABLE,
    sqlite3.SQLITE_CANTOPEN: UNREADABLE,
    sqlite3.SQLITE_READONLY: UNREADABLE,
}
# By SQLSTATE, or its first two letters (PostgreSQL's appendix A). 25006: a standby that takes no writes;
# 25P03: we stood still in a transaction; 57014: a statement ran out of its time.
_POSTGRESQL = {
    "53100": FULL,
    "08": AWAY,
    "25006": AWAY,
    "25P03": AWAY,
    "57P": AWAY,
    "40": BUSY,
    "53": BUSY,
    "55P03": BUSY,
    "57014": BUSY,
    "58": UNREADABLE,
}


def trouble_of(error: SQLAlchemyError | OSError) -> Trouble | None:
    """Tell what is the matter with the database; ``None`` when the error is not its fault."""
    if isinstance(error, OSError):
        return FULL if error.errno == errno.ENOSPC else AWAY
    if isinstance(error, NoConnectionFree):
        return BUSY
    if not isinstance(error, DBAPIError):
        return None
    cause = error.orig
    if isinstance(cause, sqlite3.OperationalError):
        return _SQLITE.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF)  # the upper bytes say more closely
    if isinstance(cause, psycopg.Error) and cause.sqlstate is not None:
        return next(
            (_POSTGRESQL[cause.sqlstate[:n]] for n in (5, 3, 2) if cause.sqlstate[:n] in _POSTGRESQL), None
        )
    lost = error.connection_invalidated or isinstance(
        cause, psycopg.OperationalError | psycopg.InterfaceError
    )
    return AWAY if lost else None


def reason_of(error: SQLAlchemyError | OSError) -> str:
    """Give the driver's own words for the log: the first line, which holds no values."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    lines = str(cause).splitlines()
    return f"{type(cause).__name__}: {lines[0]}" if lines else type(cause).__name__
