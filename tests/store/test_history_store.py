"""Earlier runs of statements: the newest few of each, apart from every other project's."""

import asyncio
from collections.abc import Sequence

import pytest

from headway.jobs.profile import Profile, StageRun
from headway.jobs.tables import Table
from headway.store import history_store
from headway.store.database import Database
from headway.store.history_store import RUNS_KEPT, HistoryStore, StatementRun
from headway.store.table_store import TableStore

TABLE = Table(rows=1_000.0, size=65_536.0)


@pytest.fixture
def history(database: Database) -> HistoryStore:
    return HistoryStore(database)


@pytest.fixture
def tables(database: Database) -> TableStore:
    return TableStore(database)


def a_run(ended_at: int, stages: int = 1) -> Profile:
    ran = tuple(StageRun(n, 10 * n + 5, 8, 40, input_bytes=n << 20, result_bytes=3) for n in range(stages))
    return Profile(ended_at, 1_500, 4, ran)


async def remember(
    history: HistoryStore,
    times: Sequence[int],
    project: str = "p1",
    print_: str = "f1",
    shape: str | None = "s1",
) -> None:
    for time in times:
        await history.remember(project, print_, shape, f"{project}-{print_}-{time}", a_run(time))


async def exported(history: HistoryStore, project: str = "p1") -> list[StatementRun]:
    return [run async for run in history.export(project)]


async def test_the_newest_runs_of_a_statement_are_kept_whatever_the_order_they_come_in(
    history: HistoryStore,
) -> None:
    await remember(history, [40, 10, 70, 20, 50, 30, 60])
    kept = [a_run(time) for time in (70, 60, 50, 40, 30)]
    assert len(kept) == RUNS_KEPT
    assert await history.recall("p1", "f1") == tuple(kept)
    assert await history.recall("p1", "f1", limit=2) == tuple(kept[:2])


async def test_a_run_comes_back_as_it_was_kept(history: HistoryStore) -> None:
    await history.remember("p1", "f1", None, "j1", a_run(10, stages=3))
    assert await exported(history) == [StatementRun("f1", None, "j1", 10, a_run(10, stages=3))]


async def test_runs_are_found_by_statement_and_by_plan_within_their_project(history: HistoryStore) -> None:
    await remember(history, [10])
    await remember(history, [20], print_="f2")
    await remember(history, [30], print_="f3", shape=None)
    await remember(history, [40], project="p2")
    assert await history.recall("p1", "f1") == (a_run(10),)
    assert await history.recall_shape("p1", "s1", limit=9) == (a_run(20), a_run(10))
    assert await history.recall("p1", "f9") == await history.recall_shape("p1", "s9") == ()


async def test_a_run_that_is_kept_twice_counts_once(history: HistoryStore) -> None:
    await remember(history, [10, 10])
    assert await history.recall("p1", "f1") == (a_run(10),)


async def test_runs_that_end_at_the_same_moment_are_bounded_too(history: HistoryStore) -> None:
    ends = (history.remember("p1", "f1", "s1", f"j{n}", a_run(n)) for n in range(12))
    await asyncio.gather(*ends)
    assert await history.recall("p1", "f1", limit=99) == tuple(a_run(n) for n in (11, 10, 9, 8, 7))


async def test_everything_is_exported_page_by_page(
    history: HistoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_store, "_PAGE", 2)
    for number in range(5):
        await remember(history, [number], print_=f"f{number}")
    await remember(history, [9], project="p2")
    assert [run.fingerprint for run in await exported(history)] == [f"f{number}" for number in range(5)]
    assert await exported(history, "nobody") == []


async def test_a_project_clears_its_own_runs_or_those_of_one_statement(history: HistoryStore) -> None:
    await remember(history, [10, 20])
    await remember(history, [30], print_="f2")
    await remember(history, [40], project="p2")
    assert await history.clear("p1", "f1") == 2
    assert [run.fingerprint for run in await exported(history)] == ["f2"]
    assert await history.clear("p1") == 1
    assert await history.clear("p1") == 0
    assert len(await exported(history, "p2")) == 1


async def test_what_runs_found_out_about_tables_goes_with_them_and_with_age(
    history: HistoryStore, tables: TableStore
) -> None:
    for project in ("p1", "p2"):
        await tables.remember(project, {"Scan parquet old": TABLE}, 10)
        await tables.remember(project, {"Scan parquet new": TABLE}, 20)
    await history.prune(before=20)
    assert await tables.recall("p1") == {"Scan parquet new": TABLE}
    await history.clear("p1", "f1")
    assert await tables.recall("p1") == {"Scan parquet new": TABLE}
    await history.clear("p1")
    assert await tables.recall("p1") == {}
    assert await tables.recall("p2") == {"Scan parquet new": TABLE}


async def test_old_runs_and_those_of_a_project_with_too_many_go(
    history: HistoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_store, "_PAGE", 2)
    monkeypatch.setattr(history_store, "PROJECT_RUNS_KEPT", 3)
    for number in range(1, 8):
        await remember(history, [10 * number], print_=f"f{number}")
    await remember(history, [10, 20, 30], project="p2")
    assert await history.prune(before=20) == 5
    assert [run.ended_at for run in await exported(history)] == [50, 60, 70]
    assert [run.ended_at for run in await exported(history, "p2")] == [20, 30]
    assert await history.prune(before=20) == 0
