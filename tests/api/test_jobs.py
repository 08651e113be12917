from dataclasses import replace

import pytest

from headway.jobs.errors import ErrorKind, SqlError
from headway.jobs.job import JobFilter, JobOrder, JobRequest, ResultFigures, Tag
from headway.jobs.lifecycle import JobState, Reason
from tests.api.scene import NOW, PROJECT, a_scene
from tests.builders import a_job


async def test_submit_takes_the_callers_name_and_gives_the_job() -> None:
    async with a_scene() as scene:
        body = {"sql": "select 1", "current_db": "d", "conf": {"a": "1"}, "tags": {"k": "v"}}
        answer = await scene.http.post("/jobs", json=body)
    assert answer.status_code == 201
    job = answer.json()
    assert (job["state"], job["status"], job["owner"]) == ("QUEUED", "LAUNCHING", "ada")
    assert scene.service.asked == [
        JobRequest("select 1", current_db="d", conf={"a": "1"}, tags=(Tag("k", "v"),))
    ]


@pytest.mark.parametrize("body", [{}, {"sql": ""}, {"sql": 1}, {"sql": "select 1", "que": "x"}])
async def test_a_wrong_body_never_reaches_the_service(body: dict[str, object]) -> None:
    async with a_scene() as scene:
        answer = await scene.http.post("/jobs", json=body)
    assert answer.status_code == 400
    assert answer.json()["error_code"] == "InvalidRequest"
    assert scene.service.asked == []


async def test_a_failed_job_is_shown_with_sparks_words() -> None:
    error = SqlError(ErrorKind.SEMANTIC, "no column", "UNRESOLVED_COLUMN", "42703", None, 1, 8, "nope")
    job = replace(
        a_job(at=1_000),
        state=JobState.FAILED,
        reason=Reason.STATEMENT_FAILED,
        message="no column",
        error=error,
        ended_at=3_500,
    )
    async with a_scene() as scene:
        scene.service.jobs[job.job_id] = job
        shown = (await scene.http.get(f"/jobs/{job.job_id}")).json()
    assert shown["error"] == {
        "kind": "semantic",
        "error_class": "UNRESOLVED_COLUMN",
        "sql_state": "42703",
        "message": "no column",
        "line": 1,
        "column": 8,
        "fragment": "nope",
    }
    assert (shown["reason"], shown["duration_ms"], shown["result"]) == ("statement failed", 2_500, None)


async def test_a_finished_job_tells_of_its_rows() -> None:
    figures = ResultFigures(3, 99, '{"type":"struct","fields":[]}')
    job = replace(a_job(), state=JobState.FINISHED, result=figures, ended_at=NOW)
    async with a_scene() as scene:
        scene.service.jobs[job.job_id] = job
        shown = (await scene.http.get(f"/jobs/{job.job_id}", params={"wait": 5})).json()
    assert shown["result"] == {
        "row_count": 3,
        "byte_count": 99,
        "schema": {"type": "struct", "fields": []},
    }
    assert scene.service.asked == [("wait", 5.0)]


async def test_nobody_waits_longer_than_a_minute() -> None:
    async with a_scene() as scene:
        answer = await scene.http.get("/jobs/x", params={"wait": 61})
    assert answer.status_code == 400


async def test_a_list_is_filtered_and_paged_by_the_service() -> None:
    async with a_scene() as scene:
        scene.service.jobs["a"] = a_job()
        query: dict[str, str | int | list[str]] = {
            "status": ["RUNNING", "FAILED", "SCALING"],
            "queue": "narrow",
            "owner": "ada",
            "search": "lineitem",
            "limit": 5,
            "offset": 10,
        }
        answer = (await scene.http.get("/jobs", params=query)).json()
    assert (answer["total"], len(answer["jobs"])) == (7, 1)
    states = frozenset({JobState.RUNNING, JobState.CANCELLING, JobState.FAILED})
    wanted = JobFilter(states=states, queue_name="narrow", owner="ada", sql_pattern="lineitem")
    assert scene.service.asked == [(PROJECT, wanted, JobOrder.START_TIME_DESC, 10, 5)]


async def test_a_list_without_filters_shows_all() -> None:
    async with a_scene() as scene:
        await scene.http.get("/jobs", params={"queue": "", "search": ""})
        wrong = await scene.http.get("/jobs", params={"status": "RUNING"})
    assert scene.service.asked == [(PROJECT, JobFilter(), JobOrder.START_TIME_DESC, 0, 50)]
    assert (wrong.status_code, wrong.json()["error_code"]) == (400, "InvalidRequest")


async def test_a_status_that_no_job_is_ever_in_gives_an_empty_list() -> None:
    async with a_scene() as scene:
        scene.service.jobs["a"] = a_job()
        answer = (await scene.http.get("/jobs", params={"status": "SCALING"})).json()
    assert answer == {"total": 0, "jobs": []}


async def test_cancel_gives_the_job_as_it_is_then() -> None:
    job = replace(a_job(), state=JobState.CANCELLING)
    async with a_scene() as scene:
        scene.service.jobs[job.job_id] = job
        answer = (await scene.http.delete(f"/jobs/{job.job_id}")).json()
    assert (answer["state"], answer["status"]) == ("CANCELLING", "RUNNING")


async def test_a_job_of_another_project_does_not_exist() -> None:
    job = a_job(project="p2")
    async with a_scene() as scene:
        scene.service.jobs[job.job_id] = job
        answer = await scene.http.get(f"/jobs/{job.job_id}")
    assert answer.status_code == 404
    assert answer.json() == {
        "error_code": "NotFound",
        "error_msg": f"There is no job named {job.job_id}",
    }


async def test_the_engine_is_shown_and_stopped() -> None:
    async with a_scene() as scene:
        assert (await scene.http.get("/engine")).json()["state"] == "READY"
        assert (await scene.http.post("/engine/stop")).json()["state"] == "STOPPED"


async def test_the_api_description_names_every_answer() -> None:
    async with a_scene() as scene:
        paths = scene.app.openapi()["paths"]
    base = "/api/v1/{project_id}"
    assert set(paths) == {
        base + path
        for path in (
            "/jobs",
            "/jobs/{job_id}",
            "/jobs/{job_id}/progress",
            "/jobs/{job_id}/timeline",
            "/jobs/{job_id}/plan",
            "/jobs/{job_id}/events",
            "/jobs/{job_id}/result",
            "/events",
            "/history",
            "/engine",
            "/engine/log",
            "/engine/usage",
            "/engine/stop",
            "/engine/restart",
            "/engine/scale",
            "/engine/spark/{path}",
            "/queues",
            "/catalog/databases",
            "/catalog/databases/{database}/tables",
            "/catalog/databases/{database}/tables/{table}",
            "/catalog/databases/{database}/tables/{table}/partitions",
            "/check",
            "/explain",
            "/split",
            "/templates",
            "/templates/{name}",
            "/sign-in-codes",
        )
    }
    answers = paths[f"{base}/jobs/{{job_id}}/progress"]["get"]["responses"]
    assert answers["200"]["content"]["application/json"]["schema"]["$ref"].endswith("/ProgressOut")
    assert answers["404"]["content"]["application/json"]["schema"]["$ref"].endswith("/ErrorBody")
