"""What is on disk of all results, and its removal."""

import asyncio
import os
from pathlib import Path

import pytest

from headway.jobs.errors import ResultExpired
from headway.results.result_store import ResultStore
from headway.results.spool import DATA, SCHEMA
from tests.results.conftest import NUMBERS, numbers


def keep(store: ResultStore, job_id: str) -> None:
    with store.create("p", job_id, NUMBERS) as spool:
        spool.append("r1", numbers(0, 3), 3)


def test_everything_on_disk_is_found_also_what_a_kill_left(store: ResultStore, tmp_path: Path) -> None:
    assert store.find_all() == []
    keep(store, "whole")
    keep(store, "left")
    (tmp_path / "p" / "left" / SCHEMA).unlink()
    (tmp_path / "p" / ".hidden").mkdir()
    (tmp_path / "a file").touch()
    found = {kept.job_id: kept for kept in store.find_all()}
    assert set(found) == {"whole", "left"}
    files = (tmp_path / "p" / "whole").iterdir()
    assert found["whole"].byte_count == sum(file.stat().st_size for file in files)
    assert found["left"] == store.find("p", "left")
    assert store.find("p", "never-was") is None


def test_the_last_write_is_when_a_result_changed(store: ResultStore, tmp_path: Path) -> None:
    keep(store, "j")
    for number, path in enumerate([tmp_path / "p" / "j", *(tmp_path / "p" / "j").iterdir()]):
        os.utime(path, ns=(0, number * 1_000_000))
    kept = store.find("p", "j")
    assert kept is not None
    assert kept.changed_at == 3


def test_what_is_left_of_a_result_can_be_removed(store: ResultStore, tmp_path: Path) -> None:
    keep(store, "j")
    (tmp_path / "p" / "j" / SCHEMA).unlink()
    store.delete("p", "j")
    store.delete("p", "j")
    assert store.find_all() == []


async def test_two_may_remove_the_same_results_at_once(store: ResultStore) -> None:
    names = [f"j{number}" for number in range(100)]
    for name in names:
        keep(store, name)

    def remove_all() -> None:
        for name in names:
            store.delete("p", name)

    await asyncio.gather(*(asyncio.to_thread(remove_all) for _ in range(4)))
    assert store.find_all() == []


@pytest.mark.parametrize("gone", [SCHEMA, DATA, "rows.index"])
def test_rows_that_are_removed_under_a_reader_have_expired(
    store: ResultStore, tmp_path: Path, gone: str
) -> None:
    keep(store, "j")
    if gone == SCHEMA:
        (tmp_path / "p" / "j" / gone).unlink()
        with pytest.raises(ResultExpired):
            store.open("p", "j")
        return
    reader = store.open("p", "j")
    (tmp_path / "p" / "j" / gone).unlink()
    with pytest.raises(ResultExpired):
        reader.rows(0, 10)
