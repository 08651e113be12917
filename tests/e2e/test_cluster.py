"""Jobs on a Spark cluster: a real standalone master, a real worker, and one setting."""

import time
from collections.abc import Iterator

import pytest

from tests.e2e.progress_rules import RuleBook
from tests.e2e.spark_side import SparkSide
from tests.e2e.standalone import QUICK, Standalone
from tests.service_process import ENDED, Project, ServiceProcess
from tests.statements import MULTI_STAGE, sleeping
from tests.waiting import eventually

# Of no matter for a real cluster: small, and quick to start.
CONF = f"""\
[engine.conf]
"spark.executor.memory" = "512m"
"spark.driver.extraJavaOptions" = "{QUICK}"
"spark.executor.extraJavaOptions" = "{QUICK}"
"spark.sql.shuffle.partitions" = "4"
"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standalone]:
    cluster = Standalone.in_directory(tmp_path_factory.mktemp("cluster"))
    cluster.start()
    yield cluster
    cluster.stop()


@pytest.fixture(scope="module")
def clustered(cluster: Standalone, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    home = tmp_path_factory.mktemp("headway")
    (home / "headway.toml").write_text(CONF)
    env = {"HEADWAY_ENGINE__MASTER": cluster.master, "HEADWAY_ENGINE__MEMORY": "1g"}
    service = ServiceProcess(home, env)
    service.start()
    yield service
    service.headway("engine", "stop")
    service.stop()


@pytest.fixture
def project(clustered: ServiceProcess) -> Project:
    return clustered.project()


@pytest.fixture
def spark(clustered: ServiceProcess, project: Project) -> SparkSide:
    return SparkSide(clustered.home, project.project_id)


def test_executors_run_a_multi_stage_query_and_progress_keeps_the_rules(
    project: Project, spark: SparkSide
) -> None:
    job_id = project.submit(MULTI_STAGE)
    book = RuleBook(job_id)
    while (answer := project.progress(job_id))["status"] not in ENDED:
        book.check(answer)
        time.sleep(0.05)
    book.check(answer)
    assert answer["status"] == "FINISHED", project.job(job_id)["message"]
    assert book.saw_running_subjob
    rows = project.preview(job_id)["rows"]
    assert (len(rows), sum(row[1] for row in rows)) == (997, 12_000_000)
    assert len(spark.subjobs(job_id)) > 1
    tasks = {executor["id"]: executor["totalTasks"] for executor in spark.get("/allexecutors")}
    assert tasks.pop("driver") == 0
    assert sum(tasks.values()) > 0


def test_the_engine_says_what_it_runs_on(clustered: ServiceProcess, cluster: Standalone) -> None:
    said = clustered.headway("engine", "status")
    seen = dict(line.split(maxsplit=1) for line in said.stdout.splitlines())
    assert (seen["state"], seen["kind"], seen["master"]) == ("READY", "cluster", cluster.master)
    assert [app["name"] for app in cluster.running()] == ["Headway"]


def test_executors_write_tables_where_the_driver_finds_them(project: Project) -> None:
    made = project.run("CREATE TABLE written AS SELECT id, id * 2 AS v FROM range(0, 100, 1, 4)")
    assert made["status"] == "FINISHED", made["message"]
    assert project.rows("SELECT count(*), sum(v) FROM written") == [[100, 9_900]]


def test_cancelling_leaves_nothing_running_on_the_executors(project: Project, spark: SparkSide) -> None:
    job_id = project.submit(sleeping(200, 500))
    eventually(lambda: spark.running_tasks(job_id))
    project.cancel(job_id)
    assert project.ended(job_id)["status"] == "CANCELLED"
    assert spark.running_tasks(job_id) == 0


def test_an_executor_that_is_killed_costs_no_job(
    cluster: Standalone, project: Project, spark: SparkSide
) -> None:
    job_id = project.submit(sleeping(16, 500))
    eventually(lambda: spark.running_tasks(job_id))
    cluster.executors()[0].kill()
    job = project.ended(job_id)
    assert (job["status"], job["attempt"]) == ("FINISHED", 1), job
    assert project.preview(job_id)["rows"] == [[16]]
    lost = [executor for executor in spark.get("/allexecutors") if not executor["isActive"]]
    assert any("137" in str(executor.get("removeReason")) for executor in lost), lost


def test_an_engine_that_the_cluster_ends_is_seen_and_replaced(
    clustered: ServiceProcess, cluster: Standalone, project: Project, spark: SparkSide
) -> None:
    writing = project.submit(f"INSERT INTO written SELECT n, n FROM ({sleeping(60, 500)})")
    asking = project.submit(sleeping(20, 500))
    eventually(lambda: spark.running_tasks(writing) and spark.running_tasks(asking))
    cluster.kill(str(spark.record.app_id))
    lost = project.ended(writing)
    assert (lost["status"], lost["reason"]) == ("FAILED", "engine lost")
    assert lost["message"].startswith("engine lost: ")
    # Whichever is noticed first: that the driver's process is gone, or what Spark said as it went.
    words = (f"process {spark.record.pid} ended", "Master removed our application: KILLED")
    assert any(each in lost["message"] for each in words), lost["message"]
    again = project.ended(asking)
    assert (again["status"], again["attempt"]) == ("FINISHED", 2), again
    assert project.rows("SELECT count(*) FROM written") == [[100]]
    assert SparkSide(clustered.home, project.project_id).record.pid != spark.record.pid


def test_stopping_the_engine_gives_the_cluster_back(clustered: ServiceProcess, cluster: Standalone) -> None:
    said = clustered.headway("engine", "stop")
    assert said.returncode == 0, said.stderr
    assert "STOPPED" in said.stdout
    eventually(lambda: cluster.running() == [])
