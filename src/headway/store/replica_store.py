"""The service processes that share a store, and whose each job under way is."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from headway.jobs.job import Job
from headway.store.database import Database
from headway.store.job_queries import OCCUPYING
from headway.store.job_rows import job_of
from headway.store.presence import holds
from headway.store.steady import steadily, steady
from headway.store.tables import jobs, replicas


@dataclass(frozen=True, slots=True)
class Replica:
    """One service process; ``replica_id`` is new each time it joins."""

    replica_id: str
    endpoint: str
    version: str
    started_at: int  # epoch ms


class ReplicaStore:
    """Who is here, who is dead, and who carries which job. No clock is read: a beat is a count.

    Each call raises ``StoreUnavailable`` when the database is away or full.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @steady
    async def join(self, replica: Replica) -> None:
        """Remember a replica, with a beat of 0."""
        async with self._database.write() as connection:
            new = self._database.insert(replicas).values(beat=0, **asdict(replica))
            await connection.execute(new.on_conflict_do_nothing(index_elements=[replicas.c.replica_id]))

    @steady
    async def beat(self, replica_id: str) -> bool:
        """Count a replica's beat up; false when it was buried."""
        mine = replicas.c.replica_id == replica_id
        async with self._database.write() as connection:
            done = await connection.execute(update(replicas).where(mine).values(beat=replicas.c.beat + 1))
        return bool(done.rowcount)

    @steady
    async def beats(self) -> Mapping[str, int]:
        """Give every replica's beat, by id."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(replicas.c.replica_id, replicas.c.beat))
            return {replica_id: beat for replica_id, beat in rows}

    async def bury(self, replica_id: str, beat: int) -> bool:
        """Take a replica for dead and free its jobs, unless its beat has moved on; gives whether it was."""
        return await steadily(lambda again: self._bury(replica_id, beat, again))

    @steady
    async def leave(self, replica_id: str) -> None:
        """Forget a replica that ends in good order, and free its jobs for the others."""
        async with self._database.write() as connection:
            await connection.execute(delete(replicas).where(replicas.c.replica_id == replica_id))
            await _free_jobs(connection, replica_id)

    @steady
    async def adopt(self, replica_id: str) -> list[Job]:
        """Give a replica every job under way that no living replica carries, oldest first.

        Nothing when the replica itself was buried.
        """
        orphaned = jobs.c.replica_id.is_(None) | jobs.c.replica_id.not_in(select(replicas.c.replica_id))
        take = update(jobs).where(jobs.c.state.in_(OCCUPYING), orphaned).values(replica_id=replica_id)
        async with self._database.write() as connection:
            # One at a time: who waited for another's rows would judge them by a list of replicas that is old.
            await self._database.lock_name(connection, "adopt")
            if not await holds(connection, replica_id):
                return []
            rows = (await connection.execute(take.returning(*jobs.c))).all()
        return [job_of(row) for row in sorted(rows, key=lambda row: row.seq)]

    async def _bury(self, replica_id: str, beat: int, again: bool) -> bool:
        there = replicas.c.replica_id == replica_id
        async with self._database.write() as connection:
            if (await connection.execute(delete(replicas).where(there, replicas.c.beat == beat))).rowcount:
                await _free_jobs(connection, replica_id)
                return True
            # Gone at a second try: this call did it.
            left = (await connection.execute(select(replicas.c.beat).where(there))).one_or_none()
            return again and left is None


async def _free_jobs(connection: AsyncConnection, replica_id: str) -> None:
    carried = (jobs.c.replica_id == replica_id) & jobs.c.state.in_(OCCUPYING)
    await connection.execute(update(jobs).where(carried).values(replica_id=None))
