"""What is asked of the jobs, one by one and counted. Lists with filters are in ``job_search``."""

from collections.abc import Mapping

from sqlalchemy import and_, func, select

from headway.jobs.errors import NotFound
from headway.jobs.job import Job
from headway.jobs.lifecycle import LIVE, JobState
from headway.store.database import Database
from headway.store.job_rows import job_of
from headway.store.steady import steady
from headway.store.tables import jobs

OCCUPYING = LIVE - {JobState.QUEUED}


class JobQueries:
    """Reads of every job of every project; raises ``StoreUnavailable`` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @steady
    async def get(self, job_id: str) -> Job:
        """Give a job; raises ``NotFound``."""
        async with self._database.read() as connection:
            row = (await connection.execute(select(jobs).where(jobs.c.job_id == job_id))).one_or_none()
        if row is None:
            raise NotFound("job", job_id)
        return job_of(row)

    @steady
    async def find_by_token(self, project_id: str, client_token: str | None) -> Job | None:
        """Give the job that a client token names."""
        if client_token is None:
            return None
        query = select(jobs).where(jobs.c.project_id == project_id, jobs.c.client_token == client_token)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        return None if row is None else job_of(row)

    @steady
    async def find_carried(self, replica_id: str) -> list[Job]:
        """Give the jobs under way that a replica carries, oldest first."""
        query = select(jobs).where(jobs.c.replica_id == replica_id, jobs.c.state.in_(OCCUPYING))
        async with self._database.read() as connection:
            return [job_of(row) for row in await connection.execute(query.order_by(jobs.c.seq))]

    @steady
    async def count_waiting(self, project_id: str, queue_name: str) -> int:
        """Count the jobs that wait in a queue."""
        mine = and_(jobs.c.project_id == project_id, jobs.c.queue_name == queue_name)
        query = select(func.count()).where(mine, jobs.c.state == JobState.QUEUED)
        async with self._database.read() as connection:
            return int((await connection.execute(query)).scalar_one())

    @steady
    async def queues_waiting(self) -> list[tuple[str, str]]:
        """Give (project, queue) of every queue in which a job waits."""
        query = select(jobs.c.project_id, jobs.c.queue_name).where(jobs.c.state == JobState.QUEUED).distinct()
        async with self._database.read() as connection:
            return [(row[0], row[1]) for row in await connection.execute(query)]

    @steady
    async def waiting_before(self, job: Job) -> int:
        """Count the jobs ahead of a waiting job in its queue."""
        ahead = and_(
            jobs.c.project_id == job.project_id,
            jobs.c.queue_name == job.request.queue_name,
            jobs.c.state == JobState.QUEUED,
            jobs.c.seq < select(jobs.c.seq).where(jobs.c.job_id == job.job_id).scalar_subquery(),
        )
        async with self._database.read() as connection:
            return int((await connection.execute(select(func.count()).where(ahead))).scalar_one())

    @steady
    async def count_by_state(self) -> Mapping[JobState, int]:
        """Count all jobs by state."""
        query = select(jobs.c.state, func.count()).group_by(jobs.c.state)
        async with self._database.read() as connection:
            return {JobState(state): count for state, count in await connection.execute(query)}
