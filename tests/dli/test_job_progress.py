import json
from dataclasses import fields, replace
from zoneinfo import ZoneInfo

import pytest

from headway.dli.answers import SubjobAnswer
from headway.dli.progress_view import ProgressView
from headway.jobs.estimate import Estimate, Phase
from headway.jobs.lifecycle import JobState
from headway.jobs.progress import Progress, contract_progress
from headway.jobs.subjob import Snapshot, Subjob
from headway.service.watch import JobProgress
from tests.dli.scene import JOB, JOB_ID, Scene

AT = 1_595_841_843_000  # 2020-07-27 17:24:03 in China
# The contract's own example (section 1), as Spark's numbers.
EXAMPLE = Subjob(
    id=0,
    name="runJob at FileFormatWriter.scala:266",
    submission_time=AT,
    stage_ids=(0,),
    job_group=JOB_ID,
    status="RUNNING",
    num_tasks=1,
    num_active_tasks=1,
    num_completed_tasks=0,
    num_skipped_tasks=0,
    num_failed_tasks=0,
    num_killed_tasks=0,
    num_completed_indices=0,
    num_active_stages=1,
    num_completed_stages=0,
    num_skipped_stages=0,
    num_failed_stages=0,
)
EXAMPLE_TEXT = {
    "id": 0,
    "name": "runJob at FileFormatWriter.scala:266",
    "submission_time": "Mon Jul 27 17:24:03 CST 2020",
    "stage_ids": [0],
    "job_group": JOB_ID,
    "status": "RUNNING",
    "num_tasks": 1,
    "num_active_tasks": 1,
    "num_completed_tasks": 0,
    "num_skipped_tasks": 0,
    "num_failed_tasks": 0,
    "num_killed_tasks": 0,
    "num_completed_indices": 0,
    "num_active_stages": 1,
    "num_completed_stages": 0,
    "num_skipped_stages": 0,
    "num_failed_stages": 0,
}


def view() -> ProgressView:
    return ProgressView(ZoneInfo("Asia/Shanghai"))


def seen(*subjobs: Subjob, state: JobState = JobState.RUNNING) -> JobProgress:
    snapshot = Snapshot(AT, subjobs)
    progress = contract_progress(state, snapshot, 0.0)
    return JobProgress(replace(JOB, state=state), progress, snapshot, Estimate(0.0, 0.0, 1.0), Phase.RUNNING)


def rendered(progress: JobProgress) -> dict[str, object]:
    body: dict[str, object] = json.loads(view().render(progress))
    return body


def test_the_contracts_example_comes_out_as_it_is() -> None:
    assert rendered(seen(EXAMPLE)) == {
        "is_success": True,
        "message": "",
        "job_id": JOB_ID,
        "status": "RUNNING",
        "sub_job_id": 0,
        "progress": 0,
        "sub_jobs": [EXAMPLE_TEXT],
    }


@pytest.mark.parametrize(
    ("state", "status", "number"),
    [
        (JobState.QUEUED, "LAUNCHING", "0"),
        (JobState.LAUNCHING, "LAUNCHING", "0"),
        (JobState.RUNNING, "RUNNING", "0"),
        (JobState.FINISHED, "FINISHED", "1"),
        (JobState.FAILED, "FAILED", "1"),
        (JobState.CANCELLED, "CANCELLED", "1"),
    ],
)
def test_without_subjobs_the_answer_is_short(state: JobState, status: str, number: str) -> None:
    assert view().render(seen(state=state)).decode() == (
        f'{{"is_success":true,"message":"","job_id":"{JOB_ID}","status":"{status}","progress":{number}}}'
    )


@pytest.mark.parametrize(
    ("fraction", "text"), [(0, "0"), (0.0, "0"), (1, "1"), (1.0, "1"), (0.25, "0.25"), (0.99, "0.99")]
)
def test_the_ends_are_integers(fraction: float, text: str) -> None:
    progress = replace(seen(EXAMPLE), progress=Progress(fraction, 0, (EXAMPLE,)))
    assert f'"progress":{text},' in view().render(progress).decode()


def test_every_field_of_a_subjob_is_said_and_none_that_spark_does_not_give() -> None:
    full = replace(
        EXAMPLE,
        description='select "é"',
        completion_time=AT + 1_000,
        status="FAILED",
        num_killed_tasks=2,
        killed_tasks_summary={"another attempt succeeded": 2},
    )
    (shown,) = rendered(seen(full))["sub_jobs"]  # type: ignore[misc]
    assert list(shown) == [field.name for field in fields(Subjob)] == list(SubjobAnswer.model_fields)
    assert shown["completion_time"] == "Mon Jul 27 17:24:04 CST 2020"
    assert shown["killed_tasks_summary"] == {"another attempt succeeded": 2}
    assert shown["description"] == 'select "é"'
    assert rendered(seen(Subjob(7)))["sub_jobs"] == [{"id": 7}]


def test_ended_subjobs_stay_in_order_and_the_running_one_speaks() -> None:
    ended = replace(EXAMPLE, status="SUCCEEDED", num_completed_tasks=1, completion_time=AT)
    running = replace(EXAMPLE, id=3, num_tasks=8, num_completed_tasks=2)
    body = rendered(seen(ended, running))
    assert (body["sub_job_id"], body["progress"]) == (3, 0.25)
    assert [subjob["id"] for subjob in body["sub_jobs"]] == [0, 3]  # type: ignore[attr-defined]


def test_rendering_again_tells_what_is_new() -> None:
    same = view()
    ended = replace(EXAMPLE, status="SUCCEEDED", num_completed_tasks=1)
    first = seen(ended, replace(EXAMPLE, id=1, num_tasks=4))
    second = seen(ended, replace(EXAMPLE, id=1, num_tasks=4, num_completed_tasks=1))
    for progress in (first, first, second, first, second, seen(state=JobState.FINISHED), second):
        assert same.render(progress) == view().render(progress)


def test_many_jobs_do_not_mix() -> None:
    same = view()
    jobs = [replace(seen(replace(EXAMPLE, id=n)), job=replace(JOB, job_id=f"job-{n}")) for n in range(300)]
    for progress in [*jobs, *jobs]:
        body = json.loads(same.render(progress))
        assert (body["job_id"], body["sub_jobs"][0]["id"]) == (
            progress.job.job_id,
            progress.progress.sub_job_id,
        )


@pytest.mark.parametrize("version", ["v1", "v1.0"])
async def test_progress_is_answered_under_both_versions(scene: Scene, version: str) -> None:
    scene.service.snapshot = Snapshot(AT, (EXAMPLE,))
    response = await scene.client.get(f"/{version}/project1/jobs/{JOB_ID}/progress")
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    utc = {**EXAMPLE_TEXT, "submission_time": "Mon Jul 27 09:24:03 UTC 2020"}
    assert response.json()["sub_jobs"] == [utc]
