import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from headway.jobs.estimate import Basis, Estimate, Remaining, Sample
from headway.jobs.plan import Plan, PlanNode
from headway.jobs.subjob import Capacity, RunningTask, Snapshot, Stage, Subjob
from headway.store.database import Database
from headway.store.job_store import JobStore
from headway.store.progress_store import KeptProgress, ProgressStore
from headway.store.tables import job_progress, jobs
from tests.builders import a_job


@pytest.fixture
async def job_id(store: JobStore) -> str:
    job = a_job()
    await store.insert(job)
    return job.job_id


def reading(done: int) -> Snapshot:
    subjob = Subjob(
        id=0, status="RUNNING", stage_ids=(0, 1), num_completed_tasks=done, killed_tasks_summary={"x": 1}
    )
    tasks = (RunningTask(7, 1, 990, input_rows=done),)
    stages = {0: Stage(0, 0, "COMPLETE"), 1: Stage(1, 2, "ACTIVE", num_complete_tasks=done, running=tasks)}
    plan = Plan(3, (0,), trees=((PlanNode(0, "Project"), PlanNode(1, "Exchange", size=2.5)),))
    return Snapshot(1_000 + done, (subjob,), stages, (plan,), Capacity(1, 4, 2))


SURE = Estimate(0.5, 0.4, 0.75, Remaining(1.5, 2.0, 4.0), Basis.HISTORY)
CURVE = (Sample(10, 0.1, 0.0, 0.9), Sample(20, 0.5, 0.4, 0.75, 2.0))


async def test_a_job_of_which_nothing_was_said_has_no_progress(progress: ProgressStore, job_id: str) -> None:
    await progress.keep([])
    assert await progress.get(job_id) is None
    assert await progress.get("nope") is None


async def test_the_last_word_comes_back_as_it_was_said(progress: ProgressStore, job_id: str) -> None:
    for done in (1, 5):
        said = KeptProgress(job_id, done / 8, reading(done), SURE, CURVE[:done])
        await progress.keep([said])
        assert await progress.get(job_id) == said


async def test_a_fraction_never_falls(progress: ProgressStore, job_id: str) -> None:
    for fraction in (0.5, 0.25, 0.75, 0.0):
        await progress.keep([KeptProgress(job_id, fraction)])
    assert await progress.get(job_id) == KeptProgress(job_id, 0.75)


async def test_what_is_not_said_anew_stays(progress: ProgressStore, job_id: str) -> None:
    await progress.keep([KeptProgress(job_id, 0.5, reading(4), SURE, CURVE)])
    await progress.keep([KeptProgress(job_id, 0.6)])
    assert await progress.get(job_id) == KeptProgress(job_id, 0.6, reading(4), SURE, CURVE)
    unsure = Estimate(0.6, 0.0, 1.0)
    await progress.keep([KeptProgress(job_id, 0.6, estimate=unsure)])
    assert await progress.get(job_id) == KeptProgress(job_id, 0.6, reading(4), unsure, CURVE)


async def test_many_jobs_are_kept_at_once_or_none(
    progress: ProgressStore, store: JobStore, job_id: str
) -> None:
    other = a_job()
    await store.insert(other)
    await progress.keep([KeptProgress(job_id, 0.1), KeptProgress(other.job_id, 0.2, reading(1))])
    with pytest.raises(IntegrityError):
        await progress.keep([KeptProgress(job_id, 0.9), KeptProgress("no job", 0.9)])
    assert await progress.get(job_id) == KeptProgress(job_id, 0.1)
    assert await progress.get(other.job_id) == KeptProgress(other.job_id, 0.2, reading(1))


async def test_progress_goes_with_its_job(progress: ProgressStore, database: Database, job_id: str) -> None:
    await progress.keep([KeptProgress(job_id, 0.5)])
    async with database.write() as connection:
        await connection.execute(delete(jobs))
    async with database.read() as connection:
        count = (await connection.execute(select(func.count()).select_from(job_progress))).scalar_one()
    assert count == 0
