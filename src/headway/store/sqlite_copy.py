"""A copy of a SQLite store that may be in use: SQLite's own online backup, checked. Blocking."""

import sqlite3
from contextlib import closing
from pathlib import Path


class NotCopied(Exception):
    """The store could not be copied, or is damaged; the text says which."""


def copy_store(source: Path, target: Path) -> None:
    """Copy the store as it is at one moment; who writes to it meanwhile is not held up.

    The copy is one file (no WAL beside it). Raises ``NotCopied``.
    """
    try:
        with (
            closing(sqlite3.connect(f"{source.as_uri()}?mode=rw", uri=True)) as here,
            closing(sqlite3.connect(target)) as there,
        ):
            here.backup(there)
            there.execute("PRAGMA journal_mode=DELETE")
            found = [str(row[0]) for row in there.execute("PRAGMA integrity_check")]
            broken = there.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.Error as error:
        raise NotCopied(f"the store {source} could not be copied: {error}") from error
    if found != ["ok"] or broken is not None:
        raise NotCopied(f"the store {source} is damaged: {found[0] if found != ['ok'] else broken}")
