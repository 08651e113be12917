"""What the SDK makes of refusals for now, and submissions with a name. The engine never answers here."""

import json
import socket
from collections.abc import Iterator

import pytest
from huaweicloudsdkdli.v1 import CreateSqlJobRequest, CreateSqlJobRequestBody

from tests.contract.sdk import Dli, refusal, refused
from tests.service_process import ServiceProcess
from tests.waiting import eventually

LIMITS = {
    "HEADWAY_QUEUES": json.dumps({"small": {"max_concurrent": 1, "max_waiting": 2}}),
    "HEADWAY_LIMITS__REQUESTS_PER_SECOND": "5",
}


@pytest.fixture(scope="module")
def silent() -> Iterator[str]:
    """An engine that takes connections and says nothing: jobs wait for it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"sc://127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def limited(tmp_path_factory: pytest.TempPathFactory, silent: str) -> Iterator[ServiceProcess]:
    home = tmp_path_factory.mktemp("limited")
    service = ServiceProcess(home, {**LIMITS, "HEADWAY_ENGINE__REMOTE_URL": silent})
    service.start(ready=False)
    yield service
    service.stop()


@pytest.fixture
def dli(limited: ServiceProcess) -> Iterator[Dli]:
    with Dli.of(limited.project()) as dli:
        yield dli


def named(dli: Dli, token: str, sql: str) -> str:
    body = CreateSqlJobRequestBody(sql=sql)
    call = dli.client.create_sql_job_invoker(CreateSqlJobRequest(body=body))
    return str(call.add_header("X-Client-Token", token).invoke().job_id)


def test_a_named_submission_is_one_job_and_its_name_outlives_the_service(
    limited: ServiceProcess, dli: Dli
) -> None:
    job_id = named(dli, "t1", "SELECT 1")
    assert named(dli, "t1", "SELECT 1") == job_id
    refused(lambda: named(dli, "t1", "SELECT 2"), "DLI.0001", f"another request (job {job_id})", 409)
    limited.stop()
    limited.start(ready=False)
    with Dli.of(limited.project()) as later:
        assert named(later, "t1", "SELECT 1") == job_id
        assert later.list().job_count == 1


def test_a_full_queue_is_told_to_the_sdk_whole(limited: ServiceProcess, dli: Dli) -> None:
    first = dli.submit("SELECT 1", queue_name="small")
    eventually(lambda: limited.project().job(first)["state"] == "LAUNCHING", every=0.5)
    for _ in range(2):
        dli.submit("SELECT 1", queue_name="small")
    refused(lambda: dli.submit("SELECT 1", queue_name="small"), "DLI.0009", "The queue small is full", 429)


def test_a_project_that_asks_too_often_is_refused_and_let_in_again(limited: ServiceProcess, dli: Dli) -> None:
    project = limited.project()
    with project.http() as http:
        url = f"/v1.0/{project.project_id}/jobs"
        late = next(answer for _ in range(1_000) if (answer := http.get(url)).status_code != 200)
        assert (late.status_code, late.json()["error_code"]) == (429, "APIGW.0308")
        assert late.json()["request_id"] == late.headers["x-request-id"]
        assert late.headers["retry-after"] == "1"
        for path in ("/healthz", "/metrics"):
            assert {http.get(path).status_code for _ in range(30)} == {200}
        assert 'headway_refusals_total{reason="RateExceeded"}' in http.get("/metrics").text
        # The SDK loses the text of a 429 that answers a GET; the status is there.
        assert refusal(lambda: [dli.list() for _ in range(1_000)]).status == 429
        eventually(lambda: http.get(url).status_code == 200)
