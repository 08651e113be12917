import pytest

from headway.jobs.lifecycle import JobState
from headway.store.database import Database
from headway.store.event_queries import EventQueries
from headway.store.job_store import JobStore, Move
from tests.builders import a_job


@pytest.fixture
def events(database: Database) -> EventQueries:
    return EventQueries(database)


async def test_a_store_without_jobs_has_no_events(events: EventQueries) -> None:
    assert (await events.newest(), await events.marks(0, 10)) == (0, [])


async def test_marks_go_over_all_projects_in_order(store: JobStore, events: EventQueries) -> None:
    for project, at in (("p1", 10), ("p2", 20), ("p1", 30)):
        await store.insert(a_job(project=project, at=at))
    marks = await events.marks(0, 10)
    assert [mark.at for mark in marks] == [10, 20, 30]
    assert marks[-1].event_id == await events.newest()
    assert await events.marks(marks[0].event_id, 1) == marks[1:2]


async def test_each_job_comes_once_by_its_last_move_and_as_it_is(
    store: JobStore, events: EventQueries
) -> None:
    first, second, theirs = a_job(), a_job(), a_job(project="p2")
    for job in (first, second, theirs):
        await store.insert(job)
    start = await events.newest()
    await store.move(first.job_id, Move(JobState.CANCELLED), at=50)
    moved = await events.moved("p1", 0, await events.newest(), 10)
    assert [(each.job.job_id, each.job.state) for each in moved] == [
        (second.job_id, JobState.QUEUED),
        (first.job_id, JobState.CANCELLED),
    ]
    assert moved[-1].event_id == await events.newest()
    assert [each.job.job_id for each in await events.moved("p1", start, start + 1, 10)] == [first.job_id]
    # The first one has moved since: it is not told as what it was.
    assert [each.job.job_id for each in await events.moved("p1", 0, start, 10)] == [second.job_id]


async def test_a_page_goes_on_where_the_last_one_ended(store: JobStore, events: EventQueries) -> None:
    jobs = [a_job() for _ in range(5)]
    for job in jobs:
        await store.insert(job)
    found: list[str] = []
    after, newest = 0, await events.newest()
    while page := await events.moved("p1", after, newest, 2):
        found += [each.job.job_id for each in page]
        after = page[-1].event_id
    assert found == [job.job_id for job in jobs]
