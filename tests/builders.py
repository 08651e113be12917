"""Jobs for tests, with only what a test cares about spelled out."""

import uuid
from collections.abc import Mapping

from headway.jobs.job import Job, JobMode, JobRequest, JobType, Tag
from headway.jobs.lifecycle import JobState
from headway.store.replica_store import Replica, ReplicaStore


def a_job(
    *,
    project: str = "p1",
    sql: str = "select 1",
    job_type: JobType = JobType.QUERY,
    queue: str = "default",
    owner: str = "ada",
    at: int = 1_000,
    db: str = "default",
    conf: Mapping[str, str] | None = None,
    tags: Mapping[str, str] | None = None,
) -> Job:
    request = JobRequest(
        sql=sql,
        queue_name=queue,
        current_db=db,
        conf=conf or {},
        tags=tuple(Tag(key, value) for key, value in (tags or {}).items()),
    )
    return Job(str(uuid.uuid4()), project, owner, job_type, JobMode.ASYNC, request, JobState.QUEUED, at)


async def joined(replicas: ReplicaStore) -> str:
    """Give the id of a new replica among the living."""
    replica = Replica(str(uuid.uuid4()), "http://127.0.0.1:8420", "1", 1_000)
    await replicas.join(replica)
    return replica.replica_id
