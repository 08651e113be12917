import asyncio

import pytest
from sqlalchemy import update

from headway.jobs.lifecycle import JobState
from headway.store.database import Database
from headway.store.job_store import JobStore, Move, NotCarried, Room
from headway.store.replica_store import ReplicaStore
from headway.store.tables import jobs
from tests.builders import a_job, joined

ROOM = Room(queue=100, project=100)


async def claimed(store: JobStore, replica_id: str, count: int = 1) -> list[str]:
    for n in range(count):
        await store.insert(a_job(at=n))
    taken = [await store.claim("p1", "default", ROOM, replica_id, at=5) for _ in range(count)]
    return [job.job_id for job in taken if job is not None]


async def test_a_beat_counts_up_by_itself(replicas: ReplicaStore, carrier: str, other: str) -> None:
    assert await replicas.beats() == {carrier: 0, other: 0}
    assert [await replicas.beat(carrier) for _ in range(2)] == [True, True]
    assert await replicas.beats() == {carrier: 2, other: 0}


async def test_who_is_buried_learns_it_at_the_next_beat(
    replicas: ReplicaStore, carrier: str, other: str
) -> None:
    assert await replicas.bury(carrier, 0)
    assert not await replicas.beat(carrier)
    assert await replicas.beats() == {other: 0}


async def test_a_beat_that_moved_on_saves_from_burial(replicas: ReplicaStore, carrier: str) -> None:
    await replicas.beat(carrier)
    assert not await replicas.bury(carrier, 0)
    assert await replicas.beats() == {carrier: 1}
    assert not await replicas.bury("never seen", 0)


@pytest.mark.parametrize("goes", ["buried", "left"])
async def test_the_jobs_of_who_is_gone_are_taken_over_oldest_first(
    store: JobStore, replicas: ReplicaStore, carrier: str, other: str, goes: str
) -> None:
    ids = await claimed(store, carrier, 3)
    await store.move(ids[0], Move(JobState.RUNNING, carried_by=carrier), at=6)
    await store.move(ids[2], Move(JobState.FAILED, carried_by=carrier), at=6)  # ended: nobody's any more
    await (replicas.bury(carrier, 0) if goes == "buried" else replicas.leave(carrier))
    taken = await replicas.adopt(other)
    assert [(job.job_id, job.state) for job in taken] == [
        (ids[0], JobState.RUNNING),
        (ids[1], JobState.LAUNCHING),
    ]
    assert await store.find_carried(carrier) == []
    assert await store.find_carried(other) == taken
    with pytest.raises(NotCarried):
        await store.move(ids[0], Move(JobState.FINISHED, carried_by=carrier), at=7)
    finished = await store.move(ids[0], Move(JobState.FINISHED, carried_by=other), at=7)
    assert finished.state is JobState.FINISHED


async def test_what_a_living_replica_carries_is_not_taken_over(
    store: JobStore, replicas: ReplicaStore, carrier: str, other: str
) -> None:
    ids = await claimed(store, carrier)
    await store.insert(a_job(at=9))  # waits: whoever has room may claim it
    assert await replicas.adopt(other) == []
    assert [job.job_id for job in await store.find_carried(carrier)] == ids


async def test_a_job_of_a_replica_that_nobody_knows_is_taken_over(
    store: JobStore, database: Database, replicas: ReplicaStore, carrier: str, other: str
) -> None:
    ids = await claimed(store, carrier)
    async with database.write() as connection:
        await connection.execute(update(jobs).values(replica_id="forgotten"))
    assert [job.job_id for job in await replicas.adopt(other)] == ids


async def test_who_was_buried_takes_nothing_over(
    store: JobStore, replicas: ReplicaStore, carrier: str, other: str
) -> None:
    await claimed(store, carrier)
    await replicas.bury(other, 0)
    await replicas.bury(carrier, 0)
    assert await replicas.adopt(other) == []
    assert len(await replicas.adopt(await joined(replicas))) == 1


async def test_of_many_that_take_over_one_gets_each_job(
    store: JobStore, replicas: ReplicaStore, carrier: str
) -> None:
    ids = await claimed(store, carrier, 8)
    heirs = [await joined(replicas) for _ in range(4)]
    buried = await asyncio.gather(*(replicas.bury(carrier, 0) for _ in heirs))
    assert sum(buried) == 1
    taken = await asyncio.gather(*map(replicas.adopt, heirs))
    assert sorted(job.job_id for jobs in taken for job in jobs) == sorted(ids)


async def test_leaving_twice_is_leaving_once(replicas: ReplicaStore, carrier: str) -> None:
    for _ in range(2):
        await replicas.leave(carrier)
    assert await replicas.beats() == {}
