import json
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from headway.jobs.errors import EngineUnavailable, ErrorKind, NotFound, SqlError
from headway.jobs.job import JobMode, JobRequest, JobType, Tag
from headway.jobs.lifecycle import JobState, Reason
from headway.results.spark_schema import Column
from headway.service.job_service import ResultRows
from tests.dli.scene import JOB, JOB_ID, Scene
from tests.web.keys import signed

SYNC_DDL = replace(JOB, job_type=JobType.DDL, mode=JobMode.SYNC, state=JobState.FINISHED)


async def submit(scene: Scene, **body: Any) -> httpx2.Response:
    return await scene.client.post(scene.url("/jobs/submit-job"), json={"sql": "select 1", **body})


async def refused(scene: Scene, field: str, reason: str, **body: Any) -> None:
    response = await submit(scene, **body)
    assert response.status_code == 400, response.text
    error = response.json()
    assert set(error) == {"error_code", "error_msg"}
    assert error["error_code"] == "DLI.0001"
    assert error["error_msg"].startswith(f"{field}: "), error
    assert reason in error["error_msg"]
    assert not scene.service.submitted


@pytest.mark.parametrize("version", ["v1", "v1.0"])
async def test_a_statement_alone_is_a_job_on_the_default_queue(scene: Scene, version: str) -> None:
    response = await scene.client.post(f"/{version}/project1/jobs/submit-job", json={"sql": "select 1"})
    assert response.status_code == 200
    assert response.json() == {
        "is_success": True,
        "message": "",
        "job_id": JOB_ID,
        "job_type": "QUERY",
        "job_mode": "async",
    }
    assert scene.service.submitted == [("project1", "ada", JobRequest("select 1"))]


async def test_every_field_reaches_the_job(scene: Scene) -> None:
    await submit(
        scene,
        currentdb="Sales",
        current_catalog="lake",
        queue_name="Narrow",
        conf=["spark.sql.shuffle.partitions = 200", "dli.sql.job.timeout=60", "a.b = c = d", "e="],
        tags=[{"key": "workspace", "value": "空间 1"}, {"key": "a.b:c+d-e@f_g", "value": ""}],
        engine_type="Spark",
        unknown_field={"is": "ignored"},
    )
    ((_, _, request),) = scene.service.submitted
    assert request == JobRequest(
        sql="select 1",
        queue_name="narrow",
        current_db="Sales",
        current_catalog="lake",
        conf={"spark.sql.shuffle.partitions": "200", "dli.sql.job.timeout": "60", "a.b": "c = d", "e": ""},
        tags=(Tag("workspace", "空间 1"), Tag("a.b:c+d-e@f_g", "")),
        engine_type="spark",
    )


@pytest.mark.parametrize(
    "body",
    [
        {"currentdb": None, "queue_name": None, "conf": None, "tags": None, "engine_type": None},
        {"currentdb": "", "current_catalog": "", "conf": [], "tags": [], "engine_type": ""},
        {"current_catalog": "dli"},
    ],
)
async def test_null_and_empty_fields_count_as_absent(scene: Scene, body: dict[str, Any]) -> None:
    assert (await submit(scene, **body)).status_code == 200
    assert scene.service.submitted == [("project1", "ada", JobRequest("select 1"))]


async def test_the_last_of_equal_settings_counts(scene: Scene) -> None:
    await submit(scene, conf=["a=1", "b=2", " a = 3 "])
    assert scene.service.submitted[0][2].conf == {"a": "3", "b": "2"}


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("no equals sign", "must be key=value"),
        ("", "must be key=value"),
        ("=value", "the key must be"),
        ("two words=1", "the key must be"),
        ("a\nb=1", "the key must be"),
        ("dli.sql.job.timeout=0", "must be a positive number of seconds"),
        ("dli.sql.job.timeout=-1", "must be a positive number of seconds"),
        ("dli.sql.job.timeout=soon", "must be a positive number of seconds"),
        ("dli.sql.job.timeout=nan", "must be a positive number of seconds"),
        ("dli.sql.job.timeout=inf", "must be a positive number of seconds"),
        ("dli.sql.job.timeout=1e300", "must be a positive number of seconds"),
        ("dli.sql.job.timeout=", "must be a positive number of seconds"),
        ("dli.sql.sqlasync.enabled=maybe", "must be true or false"),
        (1, "valid string"),
        (None, "valid string"),
    ],
)
async def test_a_setting_without_sense_is_named(scene: Scene, entry: Any, reason: str) -> None:
    await refused(scene, "conf[2]", reason, conf=["a=1", "b=2", entry])


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("sql", "", "must not be empty"),
        ("sql", " \n\t", "must not be empty"),
        ("sql", None, "valid string"),
        ("sql", 1, "valid string"),
        ("sql", ["select 1"], "valid string"),
        ("sql", "x" * 500_001, "has 500001 characters; at most 500000 are allowed"),
        ("sql", "空" * 400_000, "more than 1048576 bytes"),
        ("currentdb", "_hidden", "must be letters"),
        ("currentdb", "123", "must be letters"),
        ("currentdb", "a-b", "must be letters"),
        ("currentdb", "a\n", "must be letters"),
        ("currentdb", "é", "must be letters"),
        ("currentdb", "a" * 129, "at most 128 characters"),
        ("currentdb", 5, "valid string"),
        ("current_catalog", "a.b", "must be letters"),
        ("queue_name", "", "must not be empty"),
        ("queue_name", "a b", "must be letters"),
        ("queue_name", "a" * 129, "at most 128 characters"),
        ("conf", "a=1", "valid list"),
        ("conf", {"a": "1"}, "valid list"),
        ("tags", {"a": "1"}, "valid list"),
        ("engine_type", "flink", "must be spark or hetuEngine"),
        ("engine_type", 1, "valid string"),
    ],
)
async def test_a_field_that_does_not_fit_is_named(scene: Scene, field: str, value: Any, reason: str) -> None:
    await refused(scene, field, reason, **{field: value})


@pytest.mark.parametrize(
    ("tag", "field", "reason"),
    [
        ({"value": "v"}, "tags[1].key", "required"),
        ({"key": "", "value": "v"}, "tags[1].key", "1 to 128 characters"),
        ({"key": "k" * 129, "value": "v"}, "tags[1].key", "1 to 128 characters"),
        ({"key": " k", "value": "v"}, "tags[1].key", "blank"),
        ({"key": "k ", "value": "v"}, "tags[1].key", "blank"),
        ({"key": "_sys_k", "value": "v"}, "tags[1].key", "_sys_"),
        ({"key": "k=v", "value": "v"}, "tags[1].key", "may hold letters"),
        ({"key": "k", "value": "v" * 256}, "tags[1].value", "at most 255 characters"),
        ({"key": "k", "value": "a/b"}, "tags[1].value", "may hold letters"),
        ({"key": "k", "value": 1}, "tags[1].value", "valid string"),
        ({"key": "first", "value": "v"}, "tags[1].key", "is there twice"),
        ("k=v", "tags[1]", "valid dictionary"),
    ],
)
async def test_a_tag_without_sense_is_named(scene: Scene, tag: Any, field: str, reason: str) -> None:
    await refused(scene, field, reason, tags=[{"key": "first", "value": "1"}, tag])


async def test_the_longest_of_everything_is_taken(scene: Scene) -> None:
    sql = "select '" + "x" * 499_991 + "'"
    assert len(sql) == 500_000
    tags = [{"key": "k" * 128, "value": "v" * 255}]
    assert (
        await submit(scene, sql=sql, currentdb="a" * 128, queue_name="b" * 128, tags=tags)
    ).status_code == 200


@pytest.mark.parametrize("engine", ["hetuEngine", "openLooKeng"])
async def test_another_engine_is_not_supported(scene: Scene, engine: str) -> None:
    response = await submit(scene, engine_type=engine)
    assert (response.status_code, response.json()["error_code"]) == (400, "DLI.0007")
    assert engine in response.json()["error_msg"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "body: is not JSON"),
        (b"{", "body: is not JSON"),
        (b'{"sql": "select 1", "x": NaN}', "body: is not JSON"),
        (b"[]", "body: must be a JSON object"),
        (b"{}", "sql: "),
    ],
)
async def test_a_body_that_is_no_submission_is_refused(scene: Scene, content: bytes, reason: str) -> None:
    response = await scene.client.post(
        scene.url("/jobs/submit-job"), content=content, headers={"Content-Type": "application/json"}
    )
    assert (response.status_code, response.json()["error_code"]) == (400, "DLI.0001")
    assert response.json()["error_msg"].startswith(reason)


@pytest.mark.parametrize(
    "content_type", ["application/json", "application/json; charset=UTF-8", "Application/JSON"]
)
async def test_json_is_taken_under_its_names(scene: Scene, content_type: str) -> None:
    content = json.dumps({"sql": "select '\ud83d\ude00 é'"}).encode()
    response = await scene.client.post(
        scene.url("/jobs/submit-job"), content=content, headers={"Content-Type": content_type}
    )
    assert response.status_code == 200
    assert scene.service.submitted[0][2].sql == "select '\U0001f600 é'"


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""]
)
async def test_another_content_type_is_refused(scene: Scene, content_type: str) -> None:
    response = await scene.client.post(
        scene.url("/jobs/submit-job"), content=b'{"sql": "x"}', headers={"Content-Type": content_type}
    )
    assert (response.status_code, response.json()["error_code"]) == (415, "APIGW.0201")


async def test_a_signed_submission_is_taken(scene: Scene) -> None:
    body = b'{"sql": "select 1"}'
    path = scene.url("/jobs/submit-job")
    headers = signed("POST", path, body=body, headers={"Content-Type": "application/json"})
    scene.client.headers.pop("X-Auth-Token")
    assert (await scene.client.post(path, content=body, headers=headers)).status_code == 200


async def test_an_unknown_queue_is_said_as_the_contract_says_it(scene: Scene) -> None:
    scene.service.fails = NotFound("queue", "nope")
    response = await submit(scene, queue_name="nope")
    assert response.status_code == 400
    assert response.json() == {"error_code": "DLI.0002", "error_msg": "There is no queue named nope"}


async def test_a_synchronous_job_answers_with_its_rows_as_texts(scene: Scene) -> None:
    scene.service.becomes = SYNC_DDL
    columns = tuple(Column(name, "string", "string") for name in ("col_name", "data_type", "comment"))
    scene.service.result = ResultRows(columns, [["c1", "int", None]])
    response = await submit(scene, sql="describe t", conf=["dli.sql.sqlasync.enabled=false"])
    assert response.json() == {
        "is_success": True,
        "message": "",
        "job_id": JOB_ID,
        "job_type": "DDL",
        "job_mode": "sync",
        "schema": [{"col_name": "string"}, {"data_type": "string"}, {"comment": "string"}],
        "rows": [["c1", "int", None]],
    }
    assert scene.service.read == [(1000, True)]


async def test_a_synchronous_job_without_rows_says_so(scene: Scene) -> None:
    scene.service.becomes = SYNC_DDL
    response = (await submit(scene, sql="create table t (a int)")).json()
    assert (response["schema"], response["rows"]) == ([], [])


async def test_a_synchronous_job_that_goes_on_is_asynchronous_to_its_caller(scene: Scene) -> None:
    scene.service.becomes = replace(SYNC_DDL, state=JobState.RUNNING)
    response = (await submit(scene, sql="create table t as select 1")).json()
    assert response["is_success"] is True
    assert response["job_mode"] == "async"
    assert "goes on" in response["message"]
    assert "rows" not in response


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (ErrorKind.SYNTAX, "DLI.0004"),
        (ErrorKind.SEMANTIC, "DLI.0005"),
        (ErrorKind.MISSING_OBJECT, "DLI.0002"),
        (ErrorKind.DUPLICATE_OBJECT, "DLI.0006"),
        (ErrorKind.UNSUPPORTED, "DLI.0007"),
        (ErrorKind.PERMISSION, "DLI.0003"),
        (ErrorKind.DATA, "DLI.0018"),
        (ErrorKind.LIMIT, "DLI.0009"),
        (ErrorKind.TIMEOUT, "DLI.0019"),
        (ErrorKind.RUNTIME, "DLI.0999"),
        (ErrorKind.CANCELLED, "DLI.0999"),
    ],
)
async def test_a_synchronous_job_that_failed_is_an_error(scene: Scene, kind: ErrorKind, code: str) -> None:
    error = SqlError(kind, "[SOME_CLASS] words", exception="AnalysisException")
    scene.service.becomes = replace(SYNC_DDL, state=JobState.FAILED, error=error)
    response = await submit(scene, sql="drop table nope")
    assert response.status_code == 400
    assert response.json() == {"error_code": code, "error_msg": "AnalysisException: [SOME_CLASS] words"}


@pytest.mark.parametrize(
    ("state", "reason", "code"),
    [
        (JobState.CANCELLED, Reason.TIMED_OUT, "DLI.0019"),
        (JobState.CANCELLED, Reason.CANCELLED_BY_USER, "DLI.0999"),
        (JobState.FAILED, Reason.ENGINE_START_FAILED, "DLI.0012"),
        (JobState.FAILED, Reason.ENGINE_LOST, "DLI.0999"),
        (JobState.FAILED, Reason.RESULT_TOO_LARGE, "DLI.0009"),
        (JobState.FAILED, None, "DLI.0999"),
    ],
)
async def test_a_synchronous_job_that_ended_otherwise_is_an_error(
    scene: Scene, state: JobState, reason: Reason | None, code: str
) -> None:
    scene.service.becomes = replace(SYNC_DDL, state=state, reason=reason, message="what happened")
    response = await submit(scene, sql="drop table t")
    assert response.status_code == 400
    assert response.json() == {"error_code": code, "error_msg": "what happened"}


async def test_an_engine_that_is_not_there_is_said(scene: Scene) -> None:
    scene.service.fails = EngineUnavailable("no Java was found")
    response = await submit(scene)
    assert response.json() == {"error_code": "DLI.0012", "error_msg": "no Java was found"}


async def test_a_statement_is_checked(scene: Scene) -> None:
    url = scene.url("/jobs/check-sql")
    for database, used in (("sales", "sales"), ("", "default"), (None, "default")):
        response = await scene.client.post(url, json={"sql": "select 1", "currentdb": database})
        assert response.json() == {"is_success": True, "message": "the sql is ok", "job_type": "QUERY"}
        assert scene.service.checked.pop() == ("select 1", used)
    assert (await scene.client.post(url, json={"sql": " "})).json()["error_code"] == "DLI.0001"
