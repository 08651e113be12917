"""A home that is at work becomes a file; from it come homes whose tables Spark reads."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.e2e.spark_side import SparkSide
from tests.service_process import Project, ServiceProcess
from tests.statements import sleeping
from tests.waiting import eventually

TABLES = (
    "CREATE DATABASE saved",
    "CREATE TABLE saved.plain AS SELECT 42 AS answer",
    "CREATE TABLE saved.parts USING parquet PARTITIONED BY (p) AS SELECT id, id % 2 AS p FROM range(10)",
    "CREATE TABLE saved.hive (x INT) PARTITIONED BY (p STRING) STORED AS TEXTFILE",
    "INSERT INTO saved.hive PARTITION (p = 'a b') VALUES (7)",
)


@dataclass(frozen=True)
class Saved:
    """A backup that was taken while one job had finished, one ran and one waited."""

    file: Path
    finished: str
    running: str
    waiting: str


@pytest.fixture(scope="module")
def saved(service: ServiceProcess, tmp_path_factory: pytest.TempPathFactory) -> Saved:
    project = service.project()
    for sql in TABLES:
        made = project.run(sql)
        assert made["status"] == "FINISHED", made["message"]
    finished = project.run("SELECT id FROM range(3) ORDER BY id")["job_id"]
    running = project.submit(sleeping(40, 500), queue_name="narrow")
    waiting = project.submit("SELECT 1", queue_name="narrow")
    eventually(lambda: project.progress(running).get("progress", 0) > 0)
    file = tmp_path_factory.mktemp("backups") / "backup.tar.gz"
    said = service.headway("backup", str(file))
    assert said.returncode == 0, said.stderr
    return Saved(file, finished, running, waiting)


@pytest.fixture(scope="module")
def elsewhere(saved: Saved, tmp_path_factory: pytest.TempPathFactory) -> ServiceProcess:
    """A home at another place, made from the backup; nothing runs in it."""
    new = ServiceProcess(tmp_path_factory.mktemp("new") / "it's here", {"HEADWAY_ENGINE__MEMORY": "1g"})
    said = new.headway("restore", str(saved.file))
    assert said.returncode == 0, said.stderr
    assert "2 jobs had not ended" in said.stderr
    return new


@contextmanager
def started(service: ServiceProcess) -> Iterator[Project]:
    try:
        service.start()
        yield service.project()
    finally:
        service.headway("engine", "stop")
        service.stop()


def tables_are_read(project: Project) -> None:
    assert project.rows("SELECT answer FROM saved.plain") == [[42]]
    assert project.rows("SELECT count(*) FROM saved.parts WHERE p = 1") == [[5]]
    assert project.rows("SELECT x, p FROM saved.hive") == [[7, "a b"]]


def test_the_original_goes_on_as_if_nothing_had_been(
    saved: Saved, project: Project, spark: SparkSide
) -> None:
    assert saved.file.stat().st_mode & 0o777 == 0o600
    assert psutil.Process(spark.record.pid).status() != psutil.STATUS_STOPPED
    for job_id, rows in ((saved.running, [[40]]), (saved.waiting, [[1]])):
        job = project.ended(job_id)
        assert job["status"] == "FINISHED", job["message"]
        assert project.preview(job_id)["rows"] == rows


def test_a_home_comes_back_at_another_place(
    saved: Saved, elsewhere: ServiceProcess, service: ServiceProcess
) -> None:
    with started(elsewhere) as restored:
        assert restored.preview(saved.finished)["rows"] == [[0], [1], [2]]
        for job_id, stage in ((saved.running, "under way"), (saved.waiting, "waiting")):
            job = restored.job(job_id)
            assert (job["status"], job["reason"]) == ("FAILED", "engine lost")
            assert f"the job was {stage} when the backup" in job["message"]
        tables_are_read(restored)
        # New rows and tables go to the new place, not to the old one.
        for sql in ("INSERT INTO saved.parts VALUES (100, 5)", "CREATE TABLE saved.later AS SELECT 1 AS x"):
            made = restored.run(sql)
            assert made["status"] == "FINISHED", made["message"]
    original = service.home / "projects" / service.project().project_id / "warehouse" / "saved.db"
    assert (original / "parts" / "p=1").is_dir()
    assert not (original / "parts" / "p=5").exists()
    assert not (original / "later").exists()


def test_a_home_comes_back_in_its_own_place(saved: Saved, elsewhere: ServiceProcess, tmp_path: Path) -> None:
    file = tmp_path / "second.tar"
    said = elsewhere.headway("backup", str(file))  # nothing runs in it
    assert said.returncode == 0, said.stderr
    elsewhere.home.rename(tmp_path / "moved away")
    said = elsewhere.headway("restore", str(file))
    assert said.returncode == 0, said.stderr
    assert "FAILED" not in said.stderr
    with started(elsewhere) as restored:
        tables_are_read(restored)
        assert restored.preview(saved.finished)["rows"] == [[0], [1], [2]]
