import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from headway.jobs.errors import ErrorKind, NotFound, SqlError
from headway.jobs.job import ResultFigures, WorkFigures
from headway.jobs.lifecycle import BEFORE_SPARK, PREDECESSORS, TERMINAL, JobState, Reason
from headway.store.database import Database
from headway.store.job_rows import row_of
from headway.store.job_store import DuplicateToken, IllegalMove, JobStore, Move, NotCarried, Room
from headway.store.tables import job_events, jobs
from tests.builders import a_job

ROOM = Room(queue=100, project=100)


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


@pytest.mark.parametrize("source", JobState)
async def test_a_move_is_made_exactly_when_the_lifecycle_allows_it(
    store: JobStore, database: Database, source: JobState
) -> None:
    for target in JobState:
        job_id = await in_state(store, database, source)
        if source in PREDECESSORS[target]:
            moved = await store.move(job_id, Move(target), at=9)
            assert moved.state is target
            assert (moved.ended_at == 9) is (target in TERMINAL)
            assert await store.get(job_id) == moved
            continue
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


async def test_a_value_that_no_database_text_may_hold_does_not_stop_a_move(
    store: JobStore, database: Database
) -> None:
    job_id = await in_state(store, database, JobState.RUNNING)
    error = SqlError(ErrorKind.DATA, "cannot cast 'a\0b'")
    job = await store.move(job_id, Move(JobState.FAILED, message=error.message, error=error), at=7)
    assert (job.message, job.error) == ("cannot cast 'a\ufffdb'", error)


async def test_a_move_of_the_replica_that_carries_the_job_is_made(
    store: JobStore, carrier: str, other: str
) -> None:
    job = a_job()
    await store.insert(job)
    await store.claim("p1", "default", ROOM, carrier, at=1)
    for replica in (other, "buried long ago"):
        with pytest.raises(NotCarried):
            await store.move(job.job_id, Move(JobState.RUNNING, carried_by=replica), at=2)
    running = await store.move(job.job_id, Move(JobState.RUNNING, carried_by=carrier), at=2)
    assert running.state is JobState.RUNNING
    # A user's cancel does not ask who carries the job.
    assert (await store.move(job.job_id, Move(JobState.CANCELLING), at=3)).state is JobState.CANCELLING
    with pytest.raises(IllegalMove) as refused:
        await store.move(job.job_id, Move(JobState.LAUNCHING, carried_by=carrier), at=4)
    assert not isinstance(refused.value, NotCarried)


async def test_jobs_are_claimed_in_order_and_only_while_the_queue_has_room(
    store: JobStore, carrier: str
) -> None:
    waiting = [a_job(at=n) for n in range(4)]
    for job in waiting:
        await store.insert(job)
    two = Room(queue=2, project=100)
    claimed = [await store.claim("p1", "default", two, carrier, at=9) for _ in range(3)]
    assert [job.job_id if job else None for job in claimed] == [*(j.job_id for j in waiting[:2]), None]
    await store.move(waiting[0].job_id, Move(JobState.FAILED), at=9)
    freed = await store.claim("p1", "default", two, carrier, at=9)
    assert freed is not None
    assert freed.job_id == waiting[2].job_id
    assert [job.job_id for job in await store.find_carried(carrier)] == [j.job_id for j in waiting[1:3]]


async def test_queues_and_projects_have_rooms_of_their_own(store: JobStore, carrier: str) -> None:
    for project, queue in [("p1", "default"), ("p1", "fast"), ("p2", "default")]:
        await store.insert(a_job(project=project, queue=queue))
        assert await store.claim(project, queue, Room(queue=1, project=2), carrier, at=9) is not None


async def test_the_room_of_a_project_is_over_all_its_queues(store: JobStore, carrier: str) -> None:
    for queue in ("default", "fast"):
        await store.insert(a_job(queue=queue))
    room = Room(queue=10, project=1)
    assert await store.claim("p1", "default", room, carrier, at=9) is not None
    assert await store.claim("p1", "fast", room, carrier, at=9) is None
    assert await store.claim("p1", "fast", Room(queue=10, project=2), carrier, at=9) is not None


async def test_a_replica_that_nobody_knows_claims_nothing(store: JobStore, carrier: str) -> None:
    await store.insert(a_job())
    assert await store.claim("p1", "default", ROOM, "buried", at=9) is None
    assert await store.claim("p1", "default", ROOM, carrier, at=9) is not None


async def test_many_claimers_take_each_job_once_and_no_more_than_there_is_room(
    store: JobStore, carrier: str, other: str
) -> None:
    for n in range(20):
        await store.insert(a_job(at=n))
    room = Room(queue=100, project=15)
    claims = (store.claim("p1", "default", room, (carrier, other)[n % 2], at=9) for n in range(40))
    ids = [job.job_id for job in await asyncio.gather(*claims) if job is not None]
    assert len(ids) == len(set(ids)) == 15


# SQLite has one writer: there is no such moment.
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_job_that_is_cancelled_at_this_moment_is_passed_over(
    store: JobStore, database: Database, carrier: str
) -> None:
    first, second = a_job(at=1), a_job(at=2)
    for job in (first, second):
        await store.insert(job)
    async with database.write() as connection:
        await connection.execute(select(jobs).where(jobs.c.job_id == first.job_id).with_for_update())
        claimed = await store.claim("p1", "default", ROOM, carrier, at=9)
    assert claimed is not None
    assert claimed.job_id == second.job_id


async def test_a_client_token_names_one_job_of_a_project(store: JobStore) -> None:
    first = replace(a_job(), client_token="t", request_digest="d")
    await store.insert(first)
    with pytest.raises(DuplicateToken) as refused:
        await store.insert(replace(a_job(), client_token="t", request_digest="e"))
    assert refused.value.job == first
    await store.insert(replace(a_job(project="p2"), client_token="t"))
    for _ in range(2):
        await store.insert(a_job())  # without a token
    assert await store.find_by_token("p1", "t") == first
    assert await store.find_by_token("p1", None) is None
    assert await store.count_waiting("p1", "default") == 3


async def test_of_many_jobs_of_one_token_one_is_made(store: JobStore) -> None:
    made = [replace(a_job(), client_token="t") for _ in range(10)]
    outcomes = await asyncio.gather(*map(store.insert, made), return_exceptions=True)
    kept = [job.job_id for job, outcome in zip(made, outcomes, strict=True) if outcome is None]
    assert len(kept) == 1
    refused = [outcome for outcome in outcomes if isinstance(outcome, DuplicateToken)]
    assert [error.job.job_id for error in refused] == kept * 9


async def test_the_very_same_job_is_inserted_once(store: JobStore, carrier: str) -> None:
    job = a_job(tags={"team": "ops"})
    await store.insert(job)
    await store.claim("p1", "default", ROOM, carrier, at=1)
    await store.insert(job)  # as after a COMMIT without an answer
    assert await store.count_by_state() == {JobState.LAUNCHING: 1}
    with pytest.raises(IntegrityError):
        await store.insert(replace(job, owner="eve"))


async def test_failing_the_waiting_leaves_other_projects_and_later_jobs_alone(store: JobStore) -> None:
    early, late, foreign = a_job(at=1), a_job(at=50), a_job(project="p2", at=1)
    for job in (early, late, foreign):
        await store.insert(job)
    failed = await store.fail_waiting("p1", Reason.ENGINE_START_FAILED, "no Java", at=10)
    assert [job.job_id for job in failed] == [early.job_id]
    assert failed[0].message == "no Java"
    assert (await store.get(late.job_id)).state is JobState.QUEUED
    assert (await store.get(foreign.job_id)).state is JobState.QUEUED


async def test_waiting_jobs_are_counted_by_queue(store: JobStore, carrier: str) -> None:
    for project, queue in [("p1", "default"), ("p1", "default"), ("p1", "fast"), ("p2", "default")]:
        await store.insert(a_job(project=project, queue=queue))
    await store.claim("p1", "fast", ROOM, carrier, at=9)
    assert await store.count_waiting("p1", "default") == 2
    assert await store.count_waiting("p1", "fast") == 0
    assert sorted(await store.queues_waiting()) == [("p1", "default"), ("p2", "default")]


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
