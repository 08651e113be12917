import json
from dataclasses import replace
from decimal import Decimal

import httpx2
import pytest

from headway.dli import errors
from headway.jobs.errors import (
    EngineLost,
    ErrorKind,
    Forbidden,
    HeadwayError,
    InvalidRequest,
    NotAllowed,
    ProgressUnavailable,
    RequestTooLarge,
    ResultExpired,
    SqlError,
    TimedOut,
    Unauthenticated,
)
from headway.jobs.job import JobMode, JobType, ResultFigures, Tag
from headway.jobs.lifecycle import JobState
from headway.results.spark_schema import Column
from headway.service.job_service import ResultRows
from tests.dli.scene import JOB, JOB_ID, NOW, Scene
from tests.web.keys import OTHER_KEYS

SCHEMA = '{"type":"struct","fields":[]}'
FINISHED = replace(
    JOB, state=JobState.FINISHED, ended_at=NOW - 1_000, result=ResultFigures(2, 64, SCHEMA), input_bytes=5
)
CALLS = [
    ("GET", "/status"),
    ("GET", "/detail"),
    ("GET", "/preview"),
    ("GET", "/progress"),
    ("DELETE", ""),
]


async def call(scene: Scene, path: str, method: str = "GET", job_id: str = JOB_ID) -> httpx2.Response:
    return await scene.client.request(method, scene.url(f"/jobs/{job_id}{path}"))


async def test_the_status_of_a_running_job(scene: Scene) -> None:
    request = replace(
        JOB.request, conf={"a": "1"}, tags=(Tag("k", "v"),), queue_name="narrow", current_db="Sales"
    )
    scene.service.job = replace(JOB, request=request)
    assert (await call(scene, "/status")).json() == {
        "is_success": True,
        "message": "",
        "job_id": JOB_ID,
        "job_type": "QUERY",
        "job_mode": "async",
        "queue_name": "narrow",
        "owner": "ada",
        "start_time": NOW - 5_000,
        "duration": 5_000,
        "status": "RUNNING",
        "input_size": 0,
        "result_count": 0,
        "statement": "select 1",
        "tags": [{"key": "k", "value": "v"}],
        "user_conf": '{"a": "1"}',
        "database_name": "Sales",
    }


async def test_the_status_of_a_finished_job_has_its_figures_and_no_end_time(scene: Scene) -> None:
    scene.service.job = FINISHED
    status = (await call(scene, "/status")).json()
    assert (status["status"], status["duration"]) == ("FINISHED", 4_000)
    assert (status["result_count"], status["input_size"], status["detail"]) == (2, 5, SCHEMA)
    assert json.loads(status["user_conf"]) == {}
    assert "end_time" not in status


async def test_the_status_of_a_synchronous_ddl(scene: Scene) -> None:
    scene.service.job = replace(JOB, job_type=JobType.DDL, mode=JobMode.SYNC)
    status = (await call(scene, "/status")).json()
    assert (status["job_type"], status["job_mode"]) == ("DDL", "sync")
    assert not {"database_name", "detail", "input_row_count"} & set(status)


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (JobState.QUEUED, "LAUNCHING"),
        (JobState.LAUNCHING, "LAUNCHING"),
        (JobState.CANCELLING, "RUNNING"),
        (JobState.CANCELLED, "CANCELLED"),
    ],
)
async def test_a_state_is_shown_as_one_of_the_contracts(scene: Scene, state: JobState, status: str) -> None:
    scene.service.job = replace(JOB, state=state, message="why")
    body = (await call(scene, "/status")).json()
    assert (body["status"], body["message"]) == (status, "why")


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            SqlError(ErrorKind.SYNTAX, "[PARSE] x", exception="ParseException"),
            "DLI.0004: ParseException: [PARSE] x",
        ),
        (SqlError(ErrorKind.RUNTIME, "boom"), "DLI.0999: boom"),
        (None, "the engine was lost"),
    ],
)
async def test_a_failed_job_says_why(scene: Scene, error: SqlError | None, message: str) -> None:
    scene.service.job = replace(JOB, state=JobState.FAILED, error=error, message="the engine was lost")
    for path in ("/status", "/detail"):
        assert (await call(scene, path)).json()["message"] == message


async def test_detail_echoes_the_submission(scene: Scene) -> None:
    scene.service.job = replace(
        FINISHED,
        job_type=JobType.DDL,
        request=replace(JOB.request, current_db="Sales", tags=(Tag("k", "v"),)),
    )
    assert (await call(scene, "/detail")).json() == {
        "is_success": True,
        "message": "",
        "job_id": JOB_ID,
        "owner": "ada",
        "start_time": NOW - 5_000,
        "duration": 4_000,
        "database_name": "Sales",
        "tags": [{"key": "k", "value": "v"}],
    }


async def test_cancel_is_asked_for(scene: Scene) -> None:
    response = await call(scene, "", "DELETE")
    assert (response.status_code, response.json()) == (200, {"is_success": True, "message": ""})
    assert scene.service.cancelled == [JOB_ID]


async def test_an_ended_job_cannot_be_cancelled(scene: Scene) -> None:
    scene.service.fails = NotAllowed("job x has ended")
    response = await call(scene, "", "DELETE")
    assert (response.status_code, response.json()) == (
        400,
        {"error_code": "DLI.0007", "error_msg": "job x has ended"},
    )


async def test_a_preview_has_native_cells(scene: Scene) -> None:
    scene.service.job = FINISHED
    columns = tuple(
        Column(name, kind, kind) for name, kind in (("a", "int"), ("a", "string"), ("d", "decimal"))
    )
    cells = [[1, "é", Decimal("1.10")], [None, {"x": None}, Decimal("12345678901234567890.5")]]
    scene.service.result = ResultRows(columns, cells)
    response = await call(scene, "/preview")
    assert response.headers["content-type"] == "application/json"
    assert response.text == (
        f'{{"is_success":true,"message":"","job_id":"{JOB_ID}","job_type":"QUERY","row_count":2,"input_size":5,'
        '"schema":[{"a":"int"},{"a":"string"},{"d":"decimal"}],'
        '"rows":[[1,"é",1.10],[null,{"x":null},12345678901234567890.5]]}'
    )
    assert scene.service.read == [(1000, False)]


async def test_a_preview_gives_as_many_rows_as_asked_for(scene: Scene) -> None:
    scene.service.job = FINISHED
    scene.service.result = ResultRows((Column("a", "int", "integer"),), [[n] for n in range(5)])
    body = (await call(scene, "/preview?page-size=3&queue-name=any_queue")).json()
    assert (body["rows"], body["row_count"]) == ([[0], [1], [2]], 2)


@pytest.mark.parametrize("query", ["page-size=0", "page-size=1001", "page-size=x", "queue-name=a-b"])
async def test_a_preview_out_of_bounds_is_refused(scene: Scene, query: str) -> None:
    scene.service.job = FINISHED
    response = await call(scene, f"/preview?{query}")
    assert (response.status_code, response.json()["error_code"]) == (400, "DLI.0001")
    assert response.json()["error_msg"].startswith(query.partition("=")[0])


@pytest.mark.parametrize("kind", [kind for kind in JobType if kind is not JobType.QUERY])
async def test_only_a_query_has_a_preview(scene: Scene, kind: JobType) -> None:
    scene.service.job = replace(FINISHED, job_type=kind)
    response = await call(scene, "/preview")
    assert (response.status_code, response.json()["error_code"]) == (400, "DLI.0007")


@pytest.mark.parametrize(("method", "path"), CALLS)
async def test_an_unknown_job_does_not_exist(scene: Scene, method: str, path: str) -> None:
    response = await call(scene, path, method, "not-a-job")
    assert response.status_code == 400
    assert response.json() == {"error_code": "DLI.0002", "error_msg": "There is no job named not-a-job"}


@pytest.mark.parametrize(("method", "path"), CALLS)
async def test_a_job_of_another_project_does_not_exist(scene: Scene, method: str, path: str) -> None:
    response = await scene.client.request(
        method, f"/v1/project2/jobs/{JOB_ID}{path}", headers={"X-Auth-Token": OTHER_KEYS.token}
    )
    assert (response.status_code, response.json()["error_code"]) == (400, "DLI.0002")


@pytest.mark.parametrize(("method", "path"), CALLS)
async def test_every_call_needs_a_caller(scene: Scene, method: str, path: str) -> None:
    scene.client.headers["X-Auth-Token"] = "guess"
    assert (await call(scene, path, method)).status_code == 401


@pytest.mark.parametrize(
    ("error", "status", "code", "text"),
    [
        (InvalidRequest("conf[1]", "is odd"), 400, "DLI.0001", "conf[1]: is odd"),
        (RequestTooLarge("too large"), 413, "APIGW.0201", "too large"),
        (ResultExpired("gone"), 400, "DLI.0100", "gone"),
        (Forbidden("no"), 403, "APIGW.0302", "no"),
        (Unauthenticated("who"), 401, "APIGW.0301", "who"),
        (EngineLost("lost"), 400, "DLI.0999", "lost"),
        (TimedOut("late"), 400, "DLI.0019", "late"),
        (HeadwayError("other"), 400, "DLI.0999", "other"),
        (
            ProgressUnavailable("monitoring timed out"),
            400,
            "DLI.0999",
            "The queue backend version is too old or the queue is busy.",
        ),
    ],
)
@pytest.mark.parametrize("path", ["/status", "/progress"])
async def test_what_goes_wrong_has_one_code(
    scene: Scene, path: str, error: HeadwayError, status: int, code: str, text: str
) -> None:
    scene.service.fails = error
    response = await call(scene, path)
    assert response.status_code == status
    assert response.json() == {"error_code": code, "error_msg": text}


def every_error(of: type[HeadwayError] = HeadwayError) -> set[type[HeadwayError]]:
    return {of}.union(*(every_error(kind) for kind in of.__subclasses__()))


def test_every_error_and_kind_has_its_row() -> None:
    ours = {kind for kind in every_error() if kind.__module__ == "headway.jobs.errors"}
    assert {kind.__name__ for kind in ours - set(errors._BY_CLASS)} == {"HeadwayError", "StatementFailed"}
    assert set(errors._BY_KIND) == set(ErrorKind)
