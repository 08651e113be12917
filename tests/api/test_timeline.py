from dataclasses import replace

from headway.jobs.estimate import Estimate, Phase, Sample
from headway.jobs.job import Job
from headway.jobs.lifecycle import JobState
from headway.jobs.progress import contract_progress
from headway.jobs.subjob import Snapshot, Stage, Subjob
from headway.service.watch import JobProgress
from tests.api.scene import a_scene
from tests.builders import a_job

RUNNING = replace(a_job(at=1_000), state=JobState.RUNNING, started_at=1_500, attempt=2)
STAGE = Stage(
    8,
    1,
    "COMPLETE",
    name="collect",
    num_tasks=4,
    num_complete_tasks=4,
    num_failed_tasks=1,
    submission_time=1_600,
    completion_time=1_900,
    run_time_ms=900,
    input_bytes=5,
    shuffle_read_bytes=6,
    shuffle_write_bytes=7,
    spilled_bytes=3,
)
WORK = Snapshot(
    2_000,
    (
        Subjob(4, description="select 1", status="SUCCEEDED", submission_time=1_550, stage_ids=(9, 8, 7)),
        Subjob(5, status="RUNNING"),
    ),
    {8: STAGE, 9: Stage(9, 0, "ACTIVE", num_tasks=2), 99: Stage(99, 0, "ACTIVE")},
)
CURVE = (Sample(1_600, 0.1, 0.0, 0.9), Sample(1_900, 0.5, 0.4, 0.75, 2.5))


def seen(job: Job, snapshot: Snapshot, curve: tuple[Sample, ...] = ()) -> JobProgress:
    progress = contract_progress(job.state, snapshot, 0.0)
    return JobProgress(job, progress, snapshot, Estimate(0.5, 0.4, 0.6), Phase.RUNNING, curve=curve)


async def test_a_timeline_has_the_curve_and_the_spans_of_the_work() -> None:
    async with a_scene() as scene:
        scene.service.progresses = [seen(RUNNING, WORK, CURVE)]
        told = (await scene.http.get(f"/jobs/{RUNNING.job_id}/timeline")).json()
    subjobs = told.pop("subjobs")
    assert told == {
        "job_id": RUNNING.job_id,
        "state": "RUNNING",
        "submitted_at": 1_000,
        "started_at": 1_500,
        "ended_at": None,
        "attempt": 2,
        "samples": [
            {"at": 1_600, "fraction": 0.1, "low": 0.0, "high": 0.9, "remaining_seconds": None},
            {"at": 1_900, "fraction": 0.5, "low": 0.4, "high": 0.75, "remaining_seconds": 2.5},
        ],
    }
    assert [(one["id"], one["started_at"], one["ended_at"]) for one in subjobs] == [
        (4, 1_550, None),
        (5, None, None),
    ]
    # Stage 7 was skipped: Spark tells nothing of it.
    assert [stage["stage_id"] for stage in subjobs[0]["stages"]] == [8, 9]
    assert subjobs[0]["stages"][0] == {
        "stage_id": 8,
        "attempt_id": 1,
        "status": "COMPLETE",
        "name": "collect",
        "num_tasks": 4,
        "num_complete_tasks": 4,
        "num_failed_tasks": 1,
        "started_at": 1_600,
        "ended_at": 1_900,
        "input_bytes": 5,
        "shuffle_read_bytes": 6,
        "shuffle_write_bytes": 7,
        "spilled_bytes": 3,
        "run_time_ms": 900,
    }


async def test_a_job_that_waits_has_an_empty_timeline() -> None:
    waiting = a_job(at=1_000)
    async with a_scene() as scene:
        scene.service.progresses = [seen(waiting, Snapshot(2_000))]
        told = (await scene.http.get(f"/jobs/{waiting.job_id}/timeline")).json()
    assert (told["state"], told["samples"], told["subjobs"]) == ("QUEUED", [], [])
