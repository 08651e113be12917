from typing import Any

import pytest
from sqlalchemy import event

from headway.jobs.job import Job, JobFilter, JobOrder, JobType, Tag
from headway.jobs.lifecycle import JobState
from headway.store.database import Database
from headway.store.job_search import JobSearch
from headway.store.job_store import JobStore, Move, Room
from tests.builders import a_job

NEWEST = JobOrder.START_TIME_DESC


@pytest.fixture
async def three(store: JobStore) -> list[Job]:
    jobs = [
        a_job(at=10, sql="SELECT 100%_x FROM Orders", tags={"team": "sales north"}, db="shop"),
        a_job(at=20, sql="insert into t values (1)", job_type=JobType.INSERT, owner="bob", queue="fast"),
        a_job(at=30, sql="select 4/2 as 'Größe'", tags={"team": "ops"}),
    ]
    for job in jobs:
        await store.insert(job)
    await store.insert(a_job(project="p2", at=40))
    await store.move(jobs[0].job_id, Move(JobState.FAILED), at=1_000)
    return jobs


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (JobFilter(), [2, 1, 0]),
        (JobFilter(states=frozenset({JobState.FAILED})), [0]),
        (JobFilter(states=frozenset()), []),
        (JobFilter(types=frozenset({JobType.INSERT, JobType.DDL})), [1]),
        (JobFilter(queue_name="fast"), [1]),
        (JobFilter(owner="bob"), [1]),
        (JobFilter(sql_pattern="ORDERS"), [0]),
        (JobFilter(sql_pattern="100%_X"), [0]),
        (JobFilter(sql_pattern="%"), [0]),
        (JobFilter(sql_pattern="_"), [0]),
        (JobFilter(sql_pattern="/"), [2]),
        (JobFilter(sql_pattern="'Größe'"), [2]),
        (JobFilter(sql_pattern="nothing like it"), []),
        (JobFilter(database="SHOP"), [0]),
        (JobFilter(tags=(Tag("team", "north"),)), [0]),
        (JobFilter(tags=(Tag("team", "ops"), Tag("team", "sales"))), []),
        (JobFilter(started_after=10), [2, 1]),
        (JobFilter(started_before=20), [0]),
        (JobFilter(engine_type="hetuEngine"), []),
    ],
)
async def test_filters(search: JobSearch, three: list[Job], wanted: JobFilter, found: list[int]) -> None:
    total, jobs = await search.find("p1", wanted, NEWEST, 0, 10, now=2_000)
    assert [job.job_id for job in jobs] == [three[n].job_id for n in found]
    assert total == len(found)


async def test_a_job_is_found_by_its_id_in_its_own_project_only(search: JobSearch, three: list[Job]) -> None:
    wanted = JobFilter(job_id=three[1].job_id)
    assert (await search.find("p1", wanted, NEWEST, 0, 10, now=0))[0] == 1
    assert (await search.find("p2", wanted, NEWEST, 0, 10, now=0))[0] == 0


@pytest.mark.parametrize(
    ("order", "found"),
    [
        (JobOrder.START_TIME_DESC, [2, 1, 0]),
        (JobOrder.START_TIME_ASC, [0, 1, 2]),
        (JobOrder.DURATION_DESC, [1, 2, 0]),  # the failed one ended at 1000, the others still run at 2000
        (JobOrder.DURATION_ASC, [0, 2, 1]),
    ],
)
async def test_orders(search: JobSearch, three: list[Job], order: JobOrder, found: list[int]) -> None:
    _, jobs = await search.find("p1", JobFilter(), order, 0, 10, now=2_000)
    assert [job.job_id for job in jobs] == [three[n].job_id for n in found]


@pytest.mark.parametrize("wanted", [JobFilter(), JobFilter(sql_pattern="E")])
async def test_pages_end_empty(search: JobSearch, three: list[Job], wanted: JobFilter) -> None:
    pages = [await search.find("p1", wanted, NEWEST, offset, 2, now=0) for offset in (0, 2, 4)]
    assert [(total, len(jobs)) for total, jobs in pages] == [(3, 2), (3, 1), (3, 0)]


async def test_filters_hold_together(search: JobSearch, three: list[Job]) -> None:
    waiting_or_failed = frozenset({JobState.FAILED, JobState.QUEUED})
    both = JobFilter(states=waiting_or_failed, owner="ada", queue_name="default")
    total, jobs = await search.find("p1", both, NEWEST, 1, 1, now=0)
    assert (total, [job.job_id for job in jobs]) == (2, [three[0].job_id])


async def test_loads_count_what_has_not_ended_by_queue(
    search: JobSearch, store: JobStore, three: list[Job], carrier: str
) -> None:
    await store.insert(a_job(at=50, queue="fast"))
    claimed = await store.claim("p1", "fast", Room(9, 9), carrier, at=60)
    assert claimed is not None
    assert await search.loads("p1") == {"default": (0, 1), "fast": (1, 1)}
    assert await search.loads("p2") == {"default": (0, 1)}
    assert await search.loads("p3") == {}


@pytest.mark.parametrize(
    "wanted",
    [
        JobFilter(),
        JobFilter(states=frozenset({JobState.FAILED, JobState.FINISHED}), queue_name="fast", owner="bob"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_list_is_found_in_its_index_alone(database: Database, wanted: JobFilter) -> None:
    """Rows that a page passes over are not read: SQLite tells its plan, whatever is in the tables."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, sql: str, parameters: Any, *_: object) -> None:
        asked.append((sql, parameters))

    engine = database._engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    await JobSearch(database).find("p1", wanted, NEWEST, 99_000, 50, now=0)
    event.remove(engine, "before_cursor_execute", note)
    plans = []
    async with database.read() as connection:
        for sql, parameters in asked:
            if sql.startswith("SELECT"):
                found = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", parameters)
                plans.append(" | ".join(row[3] for row in found))
    page, count = plans
    assert "USING COVERING INDEX" in count
    assert "USING COVERING INDEX ix_jobs_list" in page
    assert page.count("TEMP B-TREE") == 1  # for the rows of the page
