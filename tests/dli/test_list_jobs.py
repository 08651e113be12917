from dataclasses import replace
from typing import Any

import httpx2
import pytest

from headway.jobs.errors import ErrorKind, SqlError
from headway.jobs.job import JobFilter, JobOrder, JobRequest, JobType, ResultFigures, Tag
from headway.jobs.lifecycle import JobState
from tests.dli.scene import JOB, JOB_ID, NOW, Scene

NO_FILTER = JobFilter()
SCHEMA = '{"type":"struct","fields":[{"name":"a","type":"integer","nullable":true,"metadata":{}}]}'


async def find(scene: Scene, query: str = "") -> httpx2.Response:
    return await scene.client.get(scene.url(f"/jobs?{query}"))


async def filter_of(scene: Scene, query: str) -> JobFilter:
    response = await find(scene, query)
    assert response.status_code == 200, response.text
    return scene.service.found[-1][0]


async def test_without_parameters_the_newest_fifty_are_listed(scene: Scene) -> None:
    response = await scene.client.get(scene.url("/jobs"))
    assert scene.service.found == [(NO_FILTER, JobOrder.START_TIME_DESC, 0, 50)]
    body = response.json()
    assert (body["is_success"], body["message"], body["job_count"]) == (True, "", 1)


async def test_a_running_job_is_listed_with_all_its_fields(scene: Scene) -> None:
    (job,) = (await find(scene)).json()["jobs"]
    assert job == {
        "job_id": JOB_ID,
        "job_type": "QUERY",
        "queue_name": "default",
        "owner": "ada",
        "start_time": NOW - 5_000,
        "duration": 5_000,
        "status": "RUNNING",
        "input_size": 0,
        "result_count": 0,
        "detail": "",
        "statement": "select 1",
        "message": "",
        "engine_type": "spark",
        "cpu_cost": "0",
        "output_byte": "0",
        "tags": [],
        "database_name": "default",
    }


async def test_an_ended_query_tells_its_end_and_its_figures(scene: Scene) -> None:
    scene.service.job = replace(
        JOB,
        state=JobState.FINISHED,
        request=replace(JOB.request, tags=(Tag("k", "v"),), current_db="Sales"),
        ended_at=NOW - 1_000,
        result=ResultFigures(7, 99, SCHEMA),
        input_bytes=123,
        cpu_ms=456,
    )
    (job,) = (await find(scene)).json()["jobs"]
    assert (
        job.items()
        >= {
            "status": "FINISHED",
            "end_time": NOW - 1_000,
            "duration": 4_000,
            "result_count": 7,
            "input_size": 123,
            "cpu_cost": "456",
            "output_byte": "99",
            "detail": SCHEMA,
            "database_name": "Sales",
        }.items()
    )
    assert job["tags"] == [{"key": "k", "value": "v"}]


async def test_an_insert_tells_its_rows(scene: Scene) -> None:
    scene.service.job = replace(JOB, job_type=JobType.INSERT, input_rows=10, output_rows=9, output_bytes=8)
    (job,) = (await find(scene)).json()["jobs"]
    assert (job["input_row_count"], job["result_count"], job["output_byte"]) == (10, 9, "8")
    assert "database_name" not in job


async def test_a_failed_job_says_why_in_sparks_words(scene: Scene) -> None:
    error = SqlError(ErrorKind.SEMANTIC, "[UNRESOLVED_COLUMN] no x", exception="AnalysisException")
    scene.service.job = replace(JOB, state=JobState.FAILED, error=error, message="short", ended_at=NOW)
    (job,) = (await find(scene)).json()["jobs"]
    assert job["message"] == "DLI.0005: AnalysisException: [UNRESOLVED_COLUMN] no x"


async def test_a_page_past_the_end_is_empty(scene: Scene) -> None:
    response = await find(scene, "current-page=2&page-size=100")
    assert response.status_code == 200
    assert response.json() == {"is_success": True, "message": "", "job_count": 1, "jobs": []}
    assert scene.service.found[0][2:] == (100, 100)


@pytest.mark.parametrize("order", list(JobOrder))
async def test_every_order_is_known(scene: Scene, order: JobOrder) -> None:
    await find(scene, f"order={order}")
    assert scene.service.found[0][1] is order


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("job-status=RUNNING", JobFilter(states=frozenset({JobState.RUNNING, JobState.CANCELLING}))),
        ("job-status=launching", JobFilter(states=frozenset({JobState.QUEUED, JobState.LAUNCHING}))),
        ("job-status=Finished", JobFilter(states=frozenset({JobState.FINISHED}))),
        ("job-status=ALL", NO_FILTER),
        ("job-type=QUERY", JobFilter(types=frozenset({JobType.QUERY}))),
        ("job-type=ddl", JobFilter(types=frozenset({JobType.DDL}))),
        ("job-type=ALL", NO_FILTER),
        ("job_types=DDL&job_types=QUERY", JobFilter(types=frozenset({JobType.DDL, JobType.QUERY}))),
        (
            "job_types=DDL,QUERY&job_types=dcl",
            JobFilter(types=frozenset({JobType.DDL, JobType.QUERY, JobType.DCL})),
        ),
        ("job_types=DDL,ALL", NO_FILTER),
        ("job-type=DDL&job_types=DDL,QUERY", JobFilter(types=frozenset({JobType.DDL}))),
        ("job-type=ALL&job_types=QUERY", JobFilter(types=frozenset({JobType.QUERY}))),
        (f"job-id={JOB_ID}", JobFilter(job_id=JOB_ID)),
        ("queue_name=Narrow", JobFilter(queue_name="narrow")),
        ("sql_pattern=SELECT%20%2A%20from+t", JobFilter(sql_pattern="SELECT * from t")),
        ("owner=ada", JobFilter(owner="ada")),
        ("db_name=Sales", JobFilter(database="Sales")),
        ("engine-type=spark", NO_FILTER),
        ("engine_type=Spark", NO_FILTER),
        ("start=5&end=9", JobFilter(started_after=5, started_before=9)),
        ("start=0&end=0", NO_FILTER),
        ("tags=k1%3Dv1%2Ck2%3Dv2", JobFilter(tags=(Tag("k1", "v1"), Tag("k2", "v2")))),
        ("tags=k1=", JobFilter(tags=(Tag("k1", ""),))),
        ("tags=空间=a b", JobFilter(tags=(Tag("空间", "a b"),))),
        ("job-status=&job-type=&job_types=&order=&page-size=&start=&tags=&queue_name=&db_name=", NO_FILTER),
        ("unknown=1", NO_FILTER),
    ],
)
async def test_a_filter_means_what_it_says(scene: Scene, query: str, wanted: JobFilter) -> None:
    assert await filter_of(scene, query) == wanted


@pytest.mark.parametrize(
    "query",
    [
        "job-status=SCALING",
        "job-status=computed",
        "job-type=DATA_MIGRATION",
        "job_types=RESTART_QUEUE,SCALE_QUEUE",
        "job-type=DDL&job_types=QUERY",
        "engine-type=hetuEngine",
        "engine_type=openLooKeng",
        "engine-type=spark&engine_type=hetuEngine",
        "table_name=t",
    ],
)
async def test_what_no_job_can_be_finds_nothing(scene: Scene, query: str) -> None:
    response = await find(scene, query)
    assert response.json() == {"is_success": True, "message": "", "job_count": 0, "jobs": []}
    assert not scene.service.found


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("page-size=0", "page-size"),
        ("page-size=101", "page-size"),
        ("page-size=ten", "page-size"),
        ("page-size=1.5", "page-size"),
        ("current-page=0", "current-page"),
        ("current-page=99999999999999999999", "current-page"),
        ("start=-1", "start"),
        ("start=yesterday", "start"),
        ("end=9223372036854775808", "end"),
        ("job-type=SELECT", "job-type"),
        ("job-type=ABCDEFGHIJKLMNOPQ", "job-type"),
        ("job_types=QUERY,SELECT", "job_types"),
        ("job-status=SUCCEEDED", "job-status"),
        ("job-id=" + "a" * 65, "job-id"),
        ("queue_name=a-b", "queue_name"),
        ("db_name=_a", "db_name"),
        ("sql_pattern=" + "a" * 1025, "sql_pattern"),
        ("order=status_asc", "order"),
        ("engine-type=flink", "engine-type"),
        ("engine_type=flink", "engine_type"),
        ("tags=k1", "tags"),
        ("tags=_sys_a=1", "tags"),
        ("tags==v", "tags"),
    ],
)
async def test_a_parameter_out_of_bounds_is_named(scene: Scene, query: str, field: str) -> None:
    response = await find(scene, query)
    assert response.status_code == 400, response.text
    error: dict[str, Any] = response.json()
    assert error["error_code"] == "DLI.0001"
    assert error["error_msg"].startswith(f"{field}: ")
    assert not scene.service.found


async def test_a_statement_of_any_text_is_listed_as_it_was_submitted(scene: Scene) -> None:
    sql = "select 'é\u2028\"\\ 😀'"
    scene.service.job = replace(JOB, request=JobRequest(sql))
    (job,) = (await find(scene)).json()["jobs"]
    assert job["statement"] == sql
