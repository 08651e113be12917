"""The service processes that share a store, and whose each job under way is."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from headway.jobs.job import Job
from headway.store.database import Database
from headway.store.job_rows import job_of
from headway.store.job_store import OCCUPYING
from headway.store.tables import jobs, replicas


@dataclass(frozen=True, slots=True)
class Replica:
    """One service process; ``replica_id`` is new each time it joins."""

    replica_id: str
    endpoint: str
    version: str
    started_at: int  # epoch ms


class ReplicaStore:
    """Who is here, who is dead, and who carries which job. No clock is read: a beat is a count."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def join(self, replica: Replica) -> None:
        """Remember a replica, with a beat of 0."""
        async with self._database.write() as connection:
            await connection.execute(insert(replicas).values(beat=0, **asdict(replica)))

    async def beat(self, replica_id: str) -> bool:
        """Count a replica's beat up; false when it was buried."""
        mine = replicas.c.replica_id == replica_id
        async with self._database.write() as connection:
            done = await connection.execute(update(replicas).where(mine).values(beat=replicas.c.beat + 1))
        return bool(done.rowcount)

    async def beats(self) -> Mapping[str, int]:
        """Give every replica's beat, by id."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(replicas.c.replica_id, replicas.c.beat))
            return {replica_id: beat for replica_id, beat in rows}

    async def bury(self, replica_id: str, beat: int) -> bool:
        """Take a replica for dead and free its jobs, unless its beat has moved on; gives whether it was."""
        async with self._database.write() as connection:
            same = (replicas.c.replica_id == replica_id) & (replicas.c.beat == beat)
            if not (await connection.execute(delete(replicas).where(same))).rowcount:
                return False
            await _free_jobs(connection, replica_id)
        return True

    async def leave(self, replica_id: str) -> None:
        """Forget a replica that ends in good order, and free its jobs for the others."""
        async with self._database.write() as connection:
            await connection.execute(delete(replicas).where(replicas.c.replica_id == replica_id))
            await _free_jobs(connection, replica_id)

    async def adopt(self, replica_id: str) -> list[Job]:
        """Give a replica every job under way that no living replica carries, oldest first.

        Nothing when the replica itself was buried.
        """
        orphaned = jobs.c.replica_id.is_(None) | jobs.c.replica_id.not_in(select(replicas.c.replica_id))
        take = update(jobs).where(jobs.c.state.in_(OCCUPYING), orphaned).values(replica_id=replica_id)
        # Locked: nobody buries the replica while it takes jobs over.
        here = select(replicas.c.replica_id).where(replicas.c.replica_id == replica_id).with_for_update()
        async with self._database.write() as connection:
            if (await connection.execute(here)).one_or_none() is None:
                return []
            rows = (await connection.execute(take.returning(*jobs.c))).all()
        return [job_of(row) for row in sorted(rows, key=lambda row: row.seq)]


async def _free_jobs(connection: AsyncConnection, replica_id: str) -> None:
    carried = (jobs.c.replica_id == replica_id) & jobs.c.state.in_(OCCUPYING)
    await connection.execute(update(jobs).where(carried).values(replica_id=None))
