"""The store is copied whole while it is written to."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from headway.store.database import Database
from headway.store.sqlite_copy import NotCopied, copy_store


@pytest.fixture
async def store_file(tmp_path: Path) -> Path:
    path = tmp_path / "headway.db"
    database = Database(f"sqlite+aiosqlite:///{path}")
    await database.migrate()
    await database.close()
    return path


def test_a_copy_is_of_one_moment_and_one_file(store_file: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(store_file)) as setup:
        setup.executescript("CREATE TABLE a (n INT); CREATE TABLE b (n INT); PRAGMA journal_mode=WAL;")
    enough, stopped = threading.Event(), threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(store_file, isolation_level=None, timeout=30)) as writer:
            number = 0
            while not stopped.is_set():
                number += 1
                writer.execute("BEGIN IMMEDIATE")
                writer.execute("INSERT INTO a VALUES (?)", (number,))
                writer.execute("INSERT INTO b VALUES (?)", (number,))
                writer.execute("COMMIT")
                if number == 50:
                    enough.set()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        assert enough.wait(30)
        copies = [tmp_path / f"copy{number}.db" for number in range(5)]
        for copy in copies:
            copy_store(store_file, copy)
    finally:
        stopped.set()
        thread.join()
    for copy in copies:
        assert not copy.with_name(copy.name + "-wal").exists()
        with closing(sqlite3.connect(copy)) as seen:
            counts = [seen.execute(f"SELECT count(*), max(n) FROM {table}").fetchone() for table in "ab"]
        assert counts[0] == counts[1]
        assert counts[0][0] >= 50


def test_a_damaged_store_is_not_copied_as_if_it_were_whole(store_file: Path, tmp_path: Path) -> None:
    with store_file.open("r+b") as file:
        file.seek(3 * 4096)
        file.write(b"\xff" * 4096)
    with pytest.raises(NotCopied, match=r"damaged|malformed"):
        copy_store(store_file, tmp_path / "copy.db")


def test_a_store_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(NotCopied, match="unable to open"):
        copy_store(tmp_path / "headway.db", tmp_path / "copy.db")
    assert not (tmp_path / "headway.db").exists()
