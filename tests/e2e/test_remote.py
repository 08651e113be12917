"""A service on somebody else's engine: here the one of the session's service, reached by its address."""

import base64
import time
from collections.abc import Callable, Iterator
from typing import Any

import jwt
import psutil
import pytest

from headway.engine.doors import new_doors
from tests.e2e.progress_rules import RuleBook
from tests.e2e.spark_side import SparkSide
from tests.service_process import ENDED, ServiceProcess
from tests.statements import sleeping
from tests.waiting import eventually

Serve = Callable[..., ServiceProcess]


@pytest.fixture(scope="module")
def owner(service: ServiceProcess) -> SparkSide:
    """The engine as its owner sees it."""
    project = service.project()
    project.rows("SELECT 1")
    return SparkSide(service.home, project.project_id)


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    started: list[ServiceProcess] = []

    def start(**settings: str | None) -> ServiceProcess:
        given = {name: value for name, value in settings.items() if value is not None}
        env = {f"HEADWAY_ENGINE__REMOTE_{name.upper()}": value for name, value in given.items()}
        started.append(ServiceProcess(tmp_path_factory.mktemp("remote"), env))
        started[-1].start(ready=False)
        return started[-1]

    yield start
    for service in started:
        if service.process is not None and service.process.poll() is None:
            service.stop()


@pytest.fixture(scope="module")
def guest(serve: Serve, owner: SparkSide) -> ServiceProcess:
    address = owner.address
    assert address.monitor_secret is not None
    claims = {"iss": "owner", "exp": int(time.time()) + 3_600}
    return serve(
        url=address.connect_url,
        token=address.connect_token,
        monitor_url=address.monitor_url,
        monitor_token=jwt.encode(claims, base64.urlsafe_b64decode(address.monitor_secret), "HS256"),
    )


def engine_of(service: ServiceProcess) -> dict[str, Any]:
    project = service.project()
    with project.http() as http:
        return dict(http.get(f"/api/v1/{project.project_id}/engine").json())


def test_jobs_run_with_progress_and_nothing_is_launched(guest: ServiceProcess, owner: SparkSide) -> None:
    project = guest.project()
    job_id = project.submit(sleeping(24, 200))
    book = RuleBook(job_id)
    while (answer := project.progress(job_id))["status"] not in ENDED:
        book.check(answer)
        time.sleep(0.05)
    book.check(answer)
    assert answer["status"] == "FINISHED", project.job(job_id)["message"]
    assert book.saw_running_subjob
    assert project.preview(job_id)["rows"] == [[24]]
    assert owner.subjobs(job_id) != []
    assert guest.process is not None
    assert psutil.Process(guest.process.pid).children(recursive=True) == []
    assert not (guest.home / "projects").exists()


def test_the_engine_is_shown_without_its_tokens(guest: ServiceProcess, owner: SparkSide) -> None:
    seen = engine_of(guest)
    assert (seen["state"], seen["kind"], seen["pid"]) == ("READY", "remote", None)
    assert (seen["connect_url"], seen["app_id"]) == (owner.address.connect_url, owner.record.app_id)
    told = guest.headway("engine", "status").stdout + str(seen) + guest.log()
    assert str(owner.address.connect_token) not in told
    assert "eyJ" not in told


def test_cancelling_reaches_the_remote_engine(guest: ServiceProcess, owner: SparkSide) -> None:
    project = guest.project()
    job_id = project.submit(sleeping(200, 500))
    eventually(lambda: owner.running_tasks(job_id))
    project.cancel(job_id)
    job = project.ended(job_id)
    assert (job["status"], job["reason"]) == ("CANCELLED", "cancelled by user")
    assert "did not confirm" not in job["message"]
    assert owner.running_tasks(job_id) == 0


def test_engine_stop_leaves_it_and_its_jobs_alone_and_says_so(
    guest: ServiceProcess, owner: SparkSide
) -> None:
    project = guest.project()
    job_id = project.submit(sleeping(12, 500))
    eventually(lambda: owner.running_tasks(job_id))
    said = guest.headway("engine", "stop")
    assert said.returncode == 0, said.stderr
    assert "was not started here and is left alone" in said.stderr
    assert psutil.pid_exists(owner.record.pid)
    assert engine_of(guest)["state"] == "READY"
    assert project.ended(job_id)["status"] == "FINISHED"


def test_without_a_monitoring_address_jobs_run_and_have_no_progress(serve: Serve, owner: SparkSide) -> None:
    blind = serve(url=owner.address.connect_url, token=owner.address.connect_token)
    project = blind.project()
    job_id = project.submit(sleeping(12, 500))
    eventually(lambda: project.status(job_id)["status"] == "RUNNING")
    with project.http() as http:
        answer = http.get(f"/v1/{project.project_id}/jobs/{job_id}/progress")
    assert answer.status_code == 400
    assert answer.json() == {
        "error_code": "DLI.0999",
        "error_msg": "The queue backend version is too old or the queue is busy.",
    }
    assert project.ended(job_id)["status"] == "FINISHED"
    assert project.preview(job_id)["rows"] == [[12]]
    assert project.progress(job_id)["progress"] == 1


def test_a_wrong_token_fails_the_jobs_and_is_not_repeated_to_them(serve: Serve, owner: SparkSide) -> None:
    url = owner.address.connect_url
    project = serve(url=url, token="not-this-one").project()
    job = project.run("SELECT 1")
    assert (job["status"], job["reason"]) == ("FAILED", "engine start failed")
    assert job["message"] == f"The remote engine {url}: Spark Connect refuses the token"
    assert project.progress(job["job_id"])["progress"] == 1


def test_when_nobody_listens_the_jobs_fail_and_say_where(serve: Serve) -> None:
    url = f"sc://127.0.0.1:{new_doors().connect_port}"
    service = serve(url=f"{url}/;token=hidden")
    job = service.project().run("SELECT 1")
    assert (job["status"], job["reason"]) == ("FAILED", "engine start failed")
    assert job["message"].startswith(f"The remote engine {url}: Spark Connect does not answer")
    assert "hidden" not in job["message"] + str(engine_of(service)) + service.log()
