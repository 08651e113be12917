"""What other clients trip over (contract 1.8, 7.2), and requests that no SDK would make."""

import re
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.contract.sdk import SYNC, Dli
from tests.service_process import Project
from tests.statements import sleeping

VERSIONS = ("v1", "v1.0")


@pytest.fixture
def http(project: Project) -> Iterator[httpx2.Client]:
    with project.http() as http:
        yield http


@pytest.mark.parametrize("version", VERSIONS)
def test_every_call_is_there_under_both_versions(
    http: httpx2.Client, project: Project, dli: Dli, version: str
) -> None:
    root = f"/{version}/{project.project_id}/jobs"
    made = http.post(f"{root}/submit-job", json={"sql": "SELECT 1"})
    job_id = made.json()["job_id"]
    dli.ended(job_id)
    long = dli.working(sleeping(100, 500))
    for answer in (
        made,
        http.post(f"{root}/check-sql", json={"sql": "SELECT 1"}),
        http.get(root),
        http.get(f"{root}/{job_id}/status"),
        http.get(f"{root}/{job_id}/detail"),
        http.get(f"{root}/{job_id}/preview"),
        http.get(f"{root}/{job_id}/progress"),
        http.delete(f"{root}/{long}"),
    ):
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/json"
        assert len(answer.headers["x-request-id"]) == 32
        # Go takes nothing but a boolean, Python takes "false" for true.
        assert answer.json()["is_success"] is True
        assert isinstance(answer.json()["message"], str)
    dli.ended(long)


def test_progress_is_a_whole_number_at_the_ends(http: httpx2.Client, project: Project, dli: Dli) -> None:
    """Go clients keep it in an int: 1.0 breaks them."""
    job_id = dli.done("SELECT 1")
    for version in VERSIONS:
        text = http.get(f"/{version}/{project.project_id}/jobs/{job_id}/progress").text
        assert re.search(r'"progress":1[,}]', text)


def test_synchronous_rows_fit_gos_types(http: httpx2.Client, project: Project, dli: Dli) -> None:
    """Go clients read ``rows`` as [][]string and ``schema`` as []map[string]string."""
    dli.done("CREATE TABLE IF NOT EXISTS go_types (a INT, b STRING)")
    for sql in ("SHOW TABLES", "DESCRIBE EXTENDED go_types", "EXECUTE IMMEDIATE 'SELECT 1, true, 1.5, null'"):
        body = {"sql": sql, "conf": [SYNC]}
        answer = http.post(f"/v1.0/{project.project_id}/jobs/submit-job", json=body).json()
        assert answer["rows"]
        assert all(cell is None or isinstance(cell, str) for row in answer["rows"] for cell in row)
        assert all(len(column) == 1 for column in answer["schema"])
        assert all(isinstance(text, str) for column in answer["schema"] for text in column.values())


def test_a_go_pager_ends_on_an_empty_page(http: httpx2.Client, project: Project, dli: Dli) -> None:
    """Terraform asks with start=0&end=0 for page after page until one has no jobs."""
    for number in range(3):
        dli.done(f"SELECT {number}", tags={"pager": "go"})
    query: dict[str, Any] = {
        "start": 0,
        "end": 0,
        "page-size": 2,
        "queue_name": "",
        "job-type": "",
        "job-status": "",
    }
    found: list[str] = []
    for page in range(1, 100):
        params = query | {"tags": "pager=go"} | ({"current-page": page} if page > 1 else {})
        jobs = http.get(f"/v1.0/{project.project_id}/jobs", params=params).json()["jobs"]
        if not jobs:
            break
        found += [job["job_id"] for job in jobs]
    assert (page, len(found), len(set(found))) == (3, 3, 3)


def test_the_course_of_a_terraform_resource(http: httpx2.Client, project: Project, dli: Dli) -> None:
    root = f"/v1.0/{project.project_id}/jobs"
    dli.done("CREATE DATABASE IF NOT EXISTS terraform")
    sql = "CREATE TABLE IF NOT EXISTS made (a INT)"
    tags = [{"key": "foo", "value": "bar"}]
    body = {"sql": sql, "currentdb": "terraform", "queue_name": "default", "conf": [SYNC], "tags": tags}
    made = http.post(f"{root}/submit-job", json=body).json()
    job_id = made["job_id"]
    status = http.get(f"{root}/{job_id}/status").json()
    assert {"statement": sql, "queue_name": "default", "job_type": "DDL", "status": "FINISHED"}.items() <= (
        status.items()
    )
    assert status["tags"] == tags
    detail = http.get(f"{root}/{job_id}/detail").json()
    assert (detail["database_name"], detail["owner"], detail["tags"]) == ("terraform", "admin", tags)
    assert detail["start_time"] == status["start_time"]
    # Destroying an ended job: the 400 counts as done.
    assert http.delete(f"{root}/{job_id}").status_code == 400


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"", "body: is not JSON"),
        (b"{", "body: is not JSON"),
        (b'{"sql": "\xff"}', "body: is not JSON"),
        (b'{"sql": NaN}', "body: is not JSON"),
        (b"[" * 100_000, "body: is not JSON"),
        (b"[]", "body: must be a JSON object"),
        (b'"SELECT 1"', "body: must be a JSON object"),
        (b"{}", "sql: Field required"),
        (b'{"sql": null}', "sql: "),
        (b'{"sql": 1}', "sql: "),
        (b'{"sql": "SELECT 1", "conf": [1]}', "conf[0]: "),
        (b'{"sql": "SELECT 1", "conf": {"a": "b"}}', "conf: "),
        (b'{"sql": "SELECT 1", "tags": [{"value": "x"}]}', "tags[0].key: Field required"),
        (b'{"sql": "SELECT 1", "tags": [{"key": "a"}, {"key": "a"}]}', "tags[1].key: is there twice"),
        (b'{"sql": "SELECT 1", "queue_name": 7}', "queue_name: "),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_body_that_is_not_what_it_should_be(
    http: httpx2.Client, project: Project, body: bytes, text: str
) -> None:
    headers = {"Content-Type": "application/json"}
    answer = http.post(f"/v1.0/{project.project_id}/jobs/submit-job", content=body, headers=headers)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "DLI.0001"), answer.text
    assert text in answer.json()["error_msg"]
    assert set(answer.json()) == {"error_code", "error_msg"}


def test_a_body_that_is_not_json_by_its_type(http: httpx2.Client, project: Project) -> None:
    url = f"/v1.0/{project.project_id}/jobs/submit-job"
    for headers in ({"Content-Type": "text/plain"}, {}):
        answer = http.post(url, content=b'{"sql": "SELECT 1"}', headers=headers)
        assert (answer.status_code, answer.json()["error_code"]) == (415, "APIGW.0201")


def test_paths_and_methods_that_are_not_there(http: httpx2.Client, project: Project, dli: Dli) -> None:
    root = f"/v1.0/{project.project_id}"
    for method, path, status in (
        ("GET", "/sqls", 404),
        ("GET", "/jobs/", 404),
        ("GET", "/jobs/submit-job", 405),
        ("PUT", "/jobs", 405),
        ("POST", "/jobs/x/status", 405),
    ):
        answer = http.request(method, root + path, json={} if method != "GET" else None)
        said = answer.json()
        assert (answer.status_code, said["error_code"]) == (status, "APIGW.0101"), path
        assert said["request_id"] == answer.headers["x-request-id"]
