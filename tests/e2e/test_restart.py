"""The service comes and goes; the engine, its tables and its running statements stay."""

import signal

import psutil

from tests.e2e.spark_side import SparkSide
from tests.service_process import Project, ServiceProcess
from tests.statements import sleeping
from tests.waiting import eventually


def test_a_stopped_service_leaves_the_running_job_to_the_next_one(
    service: ServiceProcess, project: Project, spark: SparkSide
) -> None:
    job_id = project.submit(sleeping(40, 500))
    eventually(lambda: project.progress(job_id).get("progress", 0) > 0)
    started = spark.subjobs(job_id)[0]["submissionTime"]
    assert service.stop() == 0
    assert psutil.pid_exists(spark.record.pid)
    service.start()
    after = service.project()
    assert SparkSide(service.home, after.project_id).record == spark.record
    assert after.progress(job_id)["status"] == "RUNNING"
    job = after.ended(job_id)
    assert job["status"] == "FINISHED", job["message"]
    assert after.preview(job_id)["rows"] == [[40]]
    assert [subjob["submissionTime"] for subjob in spark.subjobs(job_id)][:1] == [started]


def test_tables_survive_the_restart_of_everything(service: ServiceProcess) -> None:
    project = service.project()
    project.run("CREATE DATABASE IF NOT EXISTS lasting")
    made = project.run("CREATE TABLE lasting.t AS SELECT 42 AS answer")
    assert made["status"] == "FINISHED", made["message"]
    assert service.headway("engine", "stop").returncode == 0
    service.restart()
    project = service.project()
    assert project.rows("SELECT answer FROM lasting.t") == [[42]]
    assert project.job(made["job_id"])["status"] == "FINISHED"


def test_a_killed_service_comes_back_to_the_same_truth(service: ServiceProcess) -> None:
    project = service.project()
    job_id = project.submit(sleeping(40, 500))
    eventually(lambda: project.progress(job_id).get("progress", 0) > 0)
    service.stop(with_signal=signal.SIGKILL)
    service.start()
    job = service.project().ended(job_id)
    assert job["status"] == "FINISHED", job["message"]
    assert service.project().preview(job_id)["rows"] == [[40]]
