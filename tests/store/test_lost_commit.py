"""A COMMIT without an answer: whatever had become of it, the call is made once more and counts once."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from headway.jobs.job import WorkFigures
from headway.jobs.lifecycle import JobState, Reason
from headway.store.credential_store import CredentialStore
from headway.store.database import Database
from headway.store.job_store import IllegalMove, JobStore, Move, Room
from headway.store.progress_store import KeptProgress, ProgressStore
from headway.store.replica_store import ReplicaStore
from headway.store.session_store import KeptSession, Opening, SessionStore
from headway.store.tables import job_events
from tests.builders import a_job, joined
from tests.store.lossy_line import LossyLine, lossy_line
from tests.store.test_credential_store import keys

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
ROOM = Room(queue=100, project=100)


@pytest.fixture
async def line(database_url: str) -> AsyncIterator[LossyLine]:
    async with lossy_line(database_url) as line:
        yield line


@pytest.fixture(params=["before", "after"])
async def far(line: LossyLine, request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """The database over a line whose next COMMIT is lost."""
    far = Database(line.url)
    await far.ping()
    line.breaks = request.param
    yield far
    assert line.breaks is None  # it was
    await far.close()


async def moves(database: Database, job_id: str) -> list[tuple[str | None, str]]:
    query = select(job_events).where(job_events.c.job_id == job_id).order_by(job_events.c.event_id)
    async with database.read() as connection:
        return [(event.source, event.target) for event in await connection.execute(query)]


async def test_a_job_is_inserted_once(far: Database, database: Database, store: JobStore) -> None:
    job = replace(a_job(tags={"team": "ops"}), client_token="t")
    await JobStore(far).insert(job)
    assert await store.get(job.job_id) == job
    assert await moves(database, job.job_id) == [(None, "QUEUED")]


async def test_a_job_is_moved_once(far: Database, database: Database, store: JobStore, carrier: str) -> None:
    job = a_job()
    await store.insert(job)
    await store.claim("p1", "default", ROOM, carrier, at=2)
    move = Move(JobState.RUNNING, session_id="s", carried_by=carrier)
    running = await JobStore(far).move(job.job_id, move, at=3)
    assert (running.state, running.session_id) == (JobState.RUNNING, "s")
    assert await moves(database, job.job_id) == [
        (None, "QUEUED"),
        ("QUEUED", "LAUNCHING"),
        ("LAUNCHING", "RUNNING"),
    ]


async def test_waiting_jobs_are_failed_once_and_all_told(
    far: Database, database: Database, store: JobStore
) -> None:
    ids = []
    for _ in range(2):
        job = a_job()
        await store.insert(job)
        ids.append(job.job_id)
    failed = await JobStore(far).fail_waiting("p1", Reason.ENGINE_START_FAILED, "no Java", at=2_000)
    assert sorted(job.job_id for job in failed) == sorted(ids)
    for job_id in ids:
        assert await moves(database, job_id) == [(None, "QUEUED"), ("QUEUED", "FAILED")]


async def test_a_claimed_job_is_among_those_carried(far: Database, store: JobStore, carrier: str) -> None:
    for n in range(2):
        await store.insert(a_job(at=n))
    claimed = await JobStore(far).claim("p1", "default", ROOM, carrier, at=5)
    assert claimed is not None
    carried = [job.job_id for job in await store.find_carried(carrier)]
    assert claimed.job_id in carried
    assert await store.count_by_state() in (
        {JobState.LAUNCHING: 1, JobState.QUEUED: 1},
        {JobState.LAUNCHING: 2},
    )
    assert len(carried) == (await store.count_by_state())[JobState.LAUNCHING]


async def test_a_replica_joins_once(far: Database, replicas: ReplicaStore) -> None:
    replica_id = await joined(ReplicaStore(far))
    assert await replicas.beats() == {replica_id: 0}


async def test_a_replica_beats(far: Database, replicas: ReplicaStore, carrier: str) -> None:
    assert await ReplicaStore(far).beat(carrier)
    assert (await replicas.beats())[carrier] >= 1


async def test_a_replica_is_buried(
    far: Database, store: JobStore, replicas: ReplicaStore, carrier: str
) -> None:
    await store.insert(a_job())
    await store.claim("p1", "default", ROOM, carrier, at=5)
    assert await ReplicaStore(far).bury(carrier, 0)
    assert await replicas.beats() == {}
    assert len(await replicas.adopt(await joined(replicas))) == 1


async def test_jobs_taken_over_are_among_those_carried(
    far: Database, store: JobStore, replicas: ReplicaStore, carrier: str, other: str
) -> None:
    await store.insert(a_job())
    await store.claim("p1", "default", ROOM, carrier, at=5)
    await replicas.leave(carrier)
    await ReplicaStore(far).adopt(other)
    assert len(await store.find_carried(other)) == 1


async def test_a_replica_leaves(far: Database, store: JobStore, replicas: ReplicaStore, carrier: str) -> None:
    await store.insert(a_job())
    await store.claim("p1", "default", ROOM, carrier, at=5)
    await ReplicaStore(far).leave(carrier)
    assert await replicas.beats() == {}
    assert await store.find_carried(carrier) == []


async def test_progress_is_kept(far: Database, store: JobStore, progress: ProgressStore) -> None:
    job = a_job()
    await store.insert(job)
    await ProgressStore(far).keep([KeptProgress(job.job_id, 0.5)])
    assert await progress.get(job.job_id) == KeptProgress(job.job_id, 0.5)


async def test_work_is_recorded(far: Database, store: JobStore) -> None:
    job = a_job()
    await store.insert(job)
    await JobStore(far).record_work(job.job_id, WorkFigures(cpu_ms=5))
    assert (await store.get(job.job_id)).cpu_ms == 5


async def test_a_credential_is_kept_once(far: Database, database: Database) -> None:
    await CredentialStore(far).insert(keys("a"), 10)
    assert await CredentialStore(database).all() == [keys("a")]


async def test_the_same_move_of_somebody_else_is_not_taken_for_ours(
    far: Database, store: JobStore, replicas: ReplicaStore
) -> None:
    job = a_job()
    await store.insert(job)
    await store.move(job.job_id, Move(JobState.CANCELLED, Reason.CANCELLED_BY_USER), at=8)
    with pytest.raises(IllegalMove):
        await store._move(job.job_id, Move(JobState.CANCELLED, Reason.CANCELLED_BY_USER), at=9, again=True)
    assert await ReplicaStore(far).beats() == {}
    await joined(ReplicaStore(far))


async def test_a_code_is_used_by_whoever_sent_it(far: Database, database: Database) -> None:
    sessions = SessionStore(database)
    await sessions.add_code("code", "AK", at=0, expires_at=200)
    assert await SessionStore(far).use_code("code", Opening("s1", 100, 150)) == "AK"
    assert await sessions.get("s1", at=100) == KeptSession(("AK",), 150)
    assert await sessions.use_code("code", Opening("s2", 100, 150)) is None
