"""preview_sql_job_result: which rows, of which jobs (contract 2.6). What cells look like: test_types.py."""

import shutil

from tests.contract.sdk import Dli, refused
from tests.service_process import Project, ServiceProcess
from tests.statements import sleeping


def test_the_rows_of_a_query(dli: Dli) -> None:
    job_id = dli.done("SELECT id, concat('row ', id) AS name FROM range(3) ORDER BY id")
    seen = dli.preview(job_id)
    assert (seen.is_success, seen.message, seen.job_id, seen.job_type) == (True, "", job_id, "QUERY")
    assert (seen.row_count, seen.input_size) == (3, 0)
    assert seen.schema == [{"id": "bigint"}, {"name": "string"}]
    assert seen.rows == [[0, "row 0"], [1, "row 1"], [2, "row 2"]]


def test_a_result_without_rows_has_its_schema(dli: Dli) -> None:
    seen = dli.preview(dli.done("SELECT id, 'x' AS s FROM range(0)"))
    assert (seen.row_count, seen.rows) == (0, [])
    assert seen.schema == [{"id": "bigint"}, {"s": "string"}]


def test_the_first_thousand_rows_and_the_count_of_all(dli: Dli) -> None:
    seen = dli.preview(dli.done("SELECT id FROM range(2500) ORDER BY id"))
    assert seen.row_count == 2500
    assert seen.rows == [[number] for number in range(1000)]


def test_a_page_size_of_the_documentation(dli: Dli, project: Project) -> None:
    job_id = dli.done("SELECT id FROM range(1500) ORDER BY id")
    with project.http() as http:
        for version in ("v1", "v1.0"):
            url = f"/{version}/{project.project_id}/jobs/{job_id}/preview"
            assert http.get(url, params={"page-size": 2}).json()["rows"] == [[0], [1]]
            for size in ("0", "1001", "all"):
                answer = http.get(url, params={"page-size": size})
                assert (answer.status_code, answer.json()["error_code"]) == (400, "DLI.0001")


def test_a_queue_may_be_named(dli: Dli) -> None:
    job_id = dli.done("SELECT 1")
    assert dli.preview(job_id, "default").rows == [[1]]
    refused(lambda: dli.preview(job_id, "a b"), "DLI.0001", "queue-name: must be letters")


def test_only_a_finished_query_has_a_preview(dli: Dli) -> None:
    ddl, failed = dli.done("SHOW TABLES"), dli.run("SELECT nope").job_id
    refused(lambda: dli.preview(ddl), "DLI.0007", "is a DDL job: only a QUERY has a result")
    refused(lambda: dli.preview(failed), "DLI.0007", "is FAILED: there is no result to read")
    running = dli.working(sleeping(100, 500))
    refused(lambda: dli.preview(running), "DLI.0007", "is RUNNING: there is no result to read")
    dli.cancel(running)
    dli.ended(running)
    refused(lambda: dli.preview(running), "DLI.0007", "is CANCELLED: there is no result to read")


def test_rows_that_are_no_longer_kept_have_expired(dli: Dli, service: ServiceProcess) -> None:
    job_id = dli.done("SELECT 1")
    shutil.rmtree(service.home / "results" / service.project().project_id / job_id)
    refused(lambda: dli.preview(job_id), "DLI.0100", "")
    assert (dli.status(job_id).status, dli.status(job_id).result_count) == ("FINISHED", 1)
