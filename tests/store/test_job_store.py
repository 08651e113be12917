import asyncio

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from headway.jobs.errors import ErrorKind, NotFound, SqlError
from headway.jobs.job import ResultFigures, WorkFigures
from headway.jobs.lifecycle import BEFORE_SPARK, PREDECESSORS, TERMINAL, JobState, Reason
from headway.store.database import Database
from headway.store.job_rows import row_of
from headway.store.job_store import IllegalMove, JobStore, Move
from headway.store.tables import job_events, jobs
from tests.builders import a_job


async def in_state(store: JobStore, database: Database, state: JobState) -> str:
    """Put a job into a state without asking the lifecycle, as the start of a scenario."""
    job = a_job()
    await store.insert(job)
    ended = 5 if state in TERMINAL else None
    async with database.write() as connection:
        row = update(jobs).where(jobs.c.job_id == job.job_id).values(state=state, ended_at=ended)
        await connection.execute(row)
    return job.job_id


async def test_a_job_comes_back_as_it_was_put_in(store: JobStore) -> None:
    job = a_job(sql="select 'ü'", tags={"team": "π"}, conf={"spark.x": "1"}, db="sales")
    await store.insert(job)
    assert await store.get(job.job_id) == job


@pytest.mark.parametrize("target", JobState)
@pytest.mark.parametrize("source", JobState)
async def test_a_move_is_made_exactly_when_the_lifecycle_allows_it(
    store: JobStore, database: Database, source: JobState, target: JobState
) -> None:
    job_id = await in_state(store, database, source)
    if source in PREDECESSORS[target]:
        moved = await store.move(job_id, Move(target), at=9)
        assert moved.state is target
        assert (moved.ended_at == 9) is (target in TERMINAL)
        return
    with pytest.raises(IllegalMove) as refused:
        await store.move(job_id, Move(target), at=9)
    assert refused.value.job.state is source
    assert (await store.get(job_id)).state is source


async def test_a_move_writes_its_reason_and_one_event(store: JobStore, database: Database) -> None:
    job_id = await in_state(store, database, JobState.RUNNING)
    error = SqlError(ErrorKind.DATA, "bad cast", "CAST_INVALID_INPUT", "22018", line=1, column=8)
    move = Move(
        JobState.FAILED, Reason.STATEMENT_FAILED, "bad cast", error, result=ResultFigures(3, 40, "{}")
    )
    job = await store.move(job_id, move, at=7)
    assert (job.reason, job.message, job.error) == (Reason.STATEMENT_FAILED, "bad cast", error)
    assert job.result == ResultFigures(3, 40, "{}")
    async with database.read() as connection:
        query = select(job_events).where(job_events.c.job_id == job_id).order_by(job_events.c.event_id)
        events = (await connection.execute(query)).all()
    assert [(e.source, e.target, e.reason, e.at) for e in events] == [
        (None, "QUEUED", None, 1_000),
        ("RUNNING", "FAILED", "statement failed", 7),
    ]


async def test_a_move_may_be_narrower_than_the_lifecycle(store: JobStore, database: Database) -> None:
    job_id = await in_state(store, database, JobState.RUNNING)
    with pytest.raises(IllegalMove):
        await store.move(job_id, Move(JobState.CANCELLED, only_from=BEFORE_SPARK), at=9)


async def test_of_two_racing_ends_one_wins(store: JobStore, database: Database) -> None:
    job_id = await in_state(store, database, JobState.RUNNING)
    ends = [Move(JobState.FINISHED), Move(JobState.CANCELLED), Move(JobState.FAILED)] * 5
    outcomes = await asyncio.gather(*(store.move(job_id, m, 9) for m in ends), return_exceptions=True)
    assert sum(not isinstance(outcome, BaseException) for outcome in outcomes) == 1


async def test_an_unknown_job_is_not_found(store: JobStore) -> None:
    with pytest.raises(NotFound):
        await store.get("nope")
    with pytest.raises(NotFound):
        await store.move("nope", Move(JobState.LAUNCHING), at=1)


async def test_jobs_are_claimed_in_order_and_only_while_the_queue_has_room(store: JobStore) -> None:
    waiting = [a_job(at=n) for n in range(4)]
    for job in waiting:
        await store.insert(job)
    claimed = [await store.claim("p1", "default", 2, at=9) for _ in range(3)]
    assert [job.job_id if job else None for job in claimed] == [*(j.job_id for j in waiting[:2]), None]
    await store.move(waiting[0].job_id, Move(JobState.FAILED), at=9)
    freed = await store.claim("p1", "default", 2, at=9)
    assert freed is not None
    assert freed.job_id == waiting[2].job_id


async def test_queues_and_projects_have_rooms_of_their_own(store: JobStore) -> None:
    for project, queue in [("p1", "default"), ("p1", "fast"), ("p2", "default")]:
        await store.insert(a_job(project=project, queue=queue))
        assert await store.claim(project, queue, 1, at=9) is not None


async def test_many_claimers_never_take_a_job_twice(store: JobStore) -> None:
    for n in range(20):
        await store.insert(a_job(at=n))
    claims = await asyncio.gather(*(store.claim("p1", "default", 100, at=9) for _ in range(40)))
    ids = [job.job_id for job in claims if job is not None]
    assert len(ids) == len(set(ids)) == 20


async def test_failing_the_waiting_leaves_other_projects_and_later_jobs_alone(store: JobStore) -> None:
    early, late, foreign = a_job(at=1), a_job(at=50), a_job(project="p2", at=1)
    for job in (early, late, foreign):
        await store.insert(job)
    failed = await store.fail_waiting("p1", Reason.ENGINE_START_FAILED, "no Java", at=10)
    assert [job.job_id for job in failed] == [early.job_id]
    assert failed[0].message == "no Java"
    assert (await store.get(late.job_id)).state is JobState.QUEUED
    assert (await store.get(foreign.job_id)).state is JobState.QUEUED


async def test_the_place_in_the_queue_counts_only_who_waits_before(store: JobStore) -> None:
    line = [a_job(at=n) for n in range(3)]
    for job in line:
        await store.insert(job)
    assert [await store.waiting_before(job) for job in line] == [0, 1, 2]


async def test_work_figures_are_kept(store: JobStore) -> None:
    job = a_job()
    await store.insert(job)
    await store.record_work(job.job_id, WorkFigures(1, 2, 3, 4, 5))
    kept = await store.get(job.job_id)
    assert (kept.input_rows, kept.input_bytes, kept.output_rows, kept.output_bytes, kept.cpu_ms) == (
        1,
        2,
        3,
        4,
        5,
    )


@pytest.mark.parametrize(
    "nonsense", [{"state": "SLEEPING"}, {"state": "FINISHED", "ended_at": None}, {"ended_at": 5}]
)
async def test_the_schema_refuses_nonsense(database: Database, nonsense: dict[str, object]) -> None:
    with pytest.raises(IntegrityError):
        async with database.write() as connection:
            await connection.execute(insert(jobs).values({**row_of(a_job()), **nonsense}))
