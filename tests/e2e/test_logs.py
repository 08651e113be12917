"""What the service writes about itself: no secret, every job by name, figures that fit."""

import json
import sqlite3
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx2
import psutil
import pytest

from headway.web.signature import sign
from tests.e2e.spark_side import SparkSide
from tests.service_process import Project, ServiceProcess

FORGED = "f0" * 32
WRONG_TOKEN = "wrong-token-that-is-nobodys"


@pytest.fixture(scope="module")
def calls(service: ServiceProcess) -> list[str]:
    """Use the keys in every way, rightly and wrongly; gives the signatures that were sent."""
    project = service.project()
    project.run("SELECT 1")
    project.run("SELECT nope")
    path = f"/v1.0/{project.project_id}/jobs"
    headers = {"Host": urlsplit(project.endpoint).netloc}
    now = datetime.now(UTC)
    headers |= sign(project.access_key, project.secret_key, "GET", path, "", headers, b"", now)
    authorization = next(value for name, value in headers.items() if name.lower() == "authorization")
    signature = authorization.rpartition("Signature=")[2]
    forged = {**headers, "Authorization": authorization.replace(signature, FORGED)}
    with httpx2.Client(base_url=project.endpoint) as http:
        assert http.get(path, headers=headers).status_code == 200
        assert http.get(path, headers={"Authorization": f"Bearer {project.token}"}).status_code == 200
        assert http.get(path, headers=forged).status_code == 401
        assert http.get(path, headers={"X-Auth-Token": WRONG_TOKEN}).status_code == 401
        assert http.get(f"{path}?token={WRONG_TOKEN}").status_code == 401
    return [signature, FORGED]


@pytest.fixture
def secrets(service: ServiceProcess, calls: list[str], spark: SparkSide) -> list[str]:
    with sqlite3.connect(service.home / "headway.db") as store:
        kept = store.execute("SELECT secret_key, token FROM credentials").fetchall()
    store.close()
    doors = spark.record.doors
    keys = [part for row in kept for part in row]
    assert service.project().secret_key in keys
    return [*keys, doors.connect_token, doors.monitor_secret, WRONG_TOKEN, *calls]


def test_no_secret_is_in_a_log(service: ServiceProcess, secrets: list[str]) -> None:
    logs = [service.home / "service.log", *service.home.glob("projects/*/engine/*.log*")]
    assert len(logs) >= 2
    for log in logs:
        text = log.read_text(errors="replace")
        assert text
        for secret in secrets:
            assert len(secret) > 16
            assert secret not in text, log.name


def test_no_secret_is_for_every_user_of_the_machine_to_see(secrets: list[str], spark: SparkSide) -> None:
    process = psutil.Process(spark.record.pid)
    for secret in secrets:
        assert secret not in " ".join(process.cmdline())
        assert secret not in process.environ().values()


def test_files_of_the_home_are_for_their_owner_only(service: ServiceProcess, calls: list[str]) -> None:
    files = [service.home / "credentials.json", service.home / "headway.db"]
    files += [path for path in (service.home / "results").rglob("*") if path.is_file()]
    files += [path for path in service.home.glob("projects/*/engine/*") if path.is_file()]
    assert [path for path in files if path.stat().st_mode & 0o077] == []


def test_every_line_of_a_job_says_which_job_of_which_project(
    service: ServiceProcess, project: Project, calls: list[str]
) -> None:
    lines = [json.loads(line) for line in service.log().splitlines() if line.startswith("{")]
    jobs = [line for line in lines if line["event"] == "job"]
    assert jobs
    for line in jobs:
        assert len(line["job_id"]) == 36
        assert line["project_id"]
        assert line["state"]
        assert line["timestamp"]
    job = project.run("SELECT 2")
    lines = [json.loads(line) for line in service.log().splitlines() if job["job_id"] in line]
    states = [line["state"] for line in lines if line["event"] == "job"]
    assert states == ["QUEUED", "LAUNCHING", "RUNNING", "FINISHED"]
    assert {line["project_id"] for line in lines if line["event"] == "job"} == {project.project_id}


def test_a_wrong_call_has_one_line_with_its_status(service: ServiceProcess, calls: list[str]) -> None:
    with httpx2.Client(base_url=service.endpoint) as http:
        answer = http.get(f"/v1.0/{service.project().project_id}/jobs", headers={"X-Auth-Token": WRONG_TOKEN})
    request_id = answer.headers["x-request-id"]
    lines = [json.loads(line) for line in service.log().splitlines() if request_id in line]
    assert [(line["event"], line["status"]) for line in lines] == [("request", 401)]


def test_metrics_tell_of_jobs_engines_requests_and_monitoring(
    service: ServiceProcess, project: Project, calls: list[str]
) -> None:
    before = figures(service)
    project.run("SELECT count(*) FROM range(10)")
    after = figures(service)
    assert after['headway_jobs{status="FINISHED"}'] == before['headway_jobs{status="FINISHED"}'] + 1
    assert after['headway_jobs{status="FAILED"}'] >= 1
    assert after['headway_engines{state="READY"}'] >= 1
    assert after["headway_monitor_reads_total"] > before["headway_monitor_reads_total"]
    route = '{method="POST",route="/v1.0/{project_id}/jobs/submit-job",status="2xx"}'
    assert (
        after[f"headway_request_seconds_count{route}"] == before[f"headway_request_seconds_count{route}"] + 1
    )
    assert after[f"headway_request_seconds_sum{route}"] > 0


def figures(service: ServiceProcess) -> dict[str, float]:
    text = httpx2.get(service.endpoint + "/metrics").text
    pairs = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in pairs}


def test_a_working_service_is_healthy_and_ready(service: ServiceProcess, calls: list[str]) -> None:
    assert httpx2.get(service.endpoint + "/healthz").json() == {"status": "ok"}
    ready = httpx2.get(service.endpoint + "/readyz")
    assert (ready.status_code, ready.json()) == (200, {"status": "ready"})
