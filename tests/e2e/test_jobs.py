"""Jobs of every kind on real Spark, through the front door."""

from itertools import pairwise

import pytest

from tests.e2e.spark_side import SparkSide
from tests.service_process import Project
from tests.statements import MULTI_STAGE, sleeping
from tests.waiting import eventually


def test_a_multi_stage_query_gives_its_rows(project: Project) -> None:
    job = project.run(MULTI_STAGE)
    assert (job["status"], job["job_type"], job["result"]["row_count"]) == ("FINISHED", "QUERY", 997)
    rows = project.preview(job["job_id"])["rows"]
    assert len(rows) == 997
    assert sum(row[1] for row in rows) == 12_000_000
    totals = [row[2] for row in rows]
    assert totals == sorted(totals, reverse=True)


def test_tables_are_made_filled_and_read(project: Project) -> None:
    assert project.run("CREATE DATABASE shop")["job_type"] == "DDL"
    made = project.run("CREATE TABLE sales AS SELECT id, id * 2 AS v FROM range(10)", currentdb="shop")
    assert (made["status"], made["job_type"]) == ("FINISHED", "DDL")
    added = project.run("INSERT INTO sales VALUES (100, 1)", currentdb="shop")
    assert (added["status"], added["job_type"]) == ("FINISHED", "INSERT")
    assert project.rows("SELECT count(*), sum(v) FROM sales", currentdb="shop") == [[11, 91]]
    assert project.rows("SELECT count(*) FROM shop.sales") == [[11]]


@pytest.mark.parametrize(
    ("sql", "code", "error_class", "sql_state", "position"),
    [
        ("SELECT 1 +\n  ) x", "DLI.0004", "PARSE_SYNTAX_ERROR", "42601", (2, 3)),
        ("SELECT\n  nope FROM range(3)", "DLI.0005", "UNRESOLVED_COLUMN", "42703", (2, 3)),
        ("SELECT * FROM missing_table", "DLI.0002", "TABLE_OR_VIEW_NOT_FOUND", "42P01", (1, 15)),
        ("SELECT * FROM nowhere.t", "DLI.0002", "TABLE_OR_VIEW_NOT_FOUND", "42P01", (1, 15)),
        ("CREATE DATABASE default", "DLI.0006", "SCHEMA_ALREADY_EXISTS", "42P06", None),
        (
            "SELECT CAST(s AS INT) FROM VALUES ('x') AS t(s)",
            "DLI.0018",
            "CAST_INVALID_INPUT",
            "22018",
            (1, 8),
        ),
    ],
)
def test_a_failed_statement_says_what_where_and_why(
    project: Project,
    sql: str,
    code: str,
    error_class: str,
    sql_state: str,
    position: tuple[int, int] | None,
) -> None:
    job = project.run(sql)
    error = job["error"]
    assert job["status"] == "FAILED"
    assert error["error_class"].startswith(error_class)
    assert error["sql_state"] == sql_state
    if position is not None:
        assert (error["line"], error["column"]) == position
    assert project.status(job["job_id"])["message"].startswith(f"{code}: ")


def test_failing_tasks_fail_the_job_with_sparks_reason(project: Project) -> None:
    job = project.run("SELECT count(raise_error('row ' || id)) FROM range(0, 8, 1, 4)")
    assert job["status"] == "FAILED"
    assert "row " in job["error"]["message"]
    assert job["error"]["error_class"] == "USER_RAISED_EXCEPTION"


def test_a_job_leaves_nothing_behind_in_the_next_ones_session(project: Project) -> None:
    project.run("CREATE DATABASE IF NOT EXISTS leaky")
    view = project.run("CREATE TEMPORARY VIEW v AS SELECT 1", currentdb="leaky")
    assert view["status"] == "FINISHED"
    assert project.run("SELECT * FROM v")["error"]["kind"] == "missing object"
    assert project.rows("SELECT current_database()") == [["default"]]
    conf = ["spark.sql.shuffle.partitions = 7"]
    assert project.rows("SET spark.sql.shuffle.partitions", conf=conf) == [
        ["spark.sql.shuffle.partitions", "7"]
    ]
    assert project.rows("SET spark.sql.shuffle.partitions") != [["spark.sql.shuffle.partitions", "7"]]


def test_a_timeout_cancels_with_the_reason(project: Project, spark: SparkSide) -> None:
    job = project.run(sleeping(200, 500), conf=["dli.sql.job.timeout = 2"])
    assert (job["status"], job["reason"]) == ("CANCELLED", "timed out")
    assert "dli.sql.job.timeout" in job["message"]
    assert 2_000 <= job["duration_ms"] < 20_000
    assert spark.running_tasks(job["job_id"]) == 0


def test_cancelling_a_running_job_leaves_nothing_running_in_spark(project: Project, spark: SparkSide) -> None:
    job_id = project.submit(sleeping(200, 500))
    eventually(lambda: spark.running_tasks(job_id))
    project.cancel(job_id)
    job = project.ended(job_id)
    assert (job["status"], job["reason"]) == ("CANCELLED", "cancelled by user")
    assert spark.running_tasks(job_id) == 0


def test_a_cancel_in_the_moment_of_the_start_leaves_nothing_running_in_spark(
    project: Project, spark: SparkSide
) -> None:
    # Adaptive execution submits a subjob from a thread of its own, past the interrupt.
    ids = []
    for _ in range(5):
        ids.append(project.submit(sleeping(40, 500)))
        eventually(lambda: project.status(ids[-1])["status"] == "RUNNING", every=0.001)
        project.cancel(ids[-1])
    for job_id in ids:
        job = project.ended(job_id)
        assert (job["status"], job["message"]) == ("CANCELLED", "cancelled by the user")
        assert spark.running_tasks(job_id) == 0
        assert "RUNNING" not in {subjob["status"] for subjob in spark.subjobs(job_id)}


def test_cancelling_a_waiting_job_is_immediate_and_it_never_reaches_spark(
    project: Project, spark: SparkSide
) -> None:
    first = project.submit(sleeping(40, 500), queue_name="narrow")
    second = project.submit("SELECT 2", queue_name="narrow")
    assert project.status(second)["status"] == "LAUNCHING"
    project.cancel(second)
    assert project.job(second)["status"] == "CANCELLED"
    project.cancel(first)
    assert project.ended(first)["status"] == "CANCELLED"
    assert spark.subjobs(second) == []


def test_an_ended_job_cannot_be_cancelled(project: Project) -> None:
    job = project.run("SELECT 1")
    with project.http() as http:
        answer = http.delete(f"/v1.0/{project.project_id}/jobs/{job['job_id']}")
    assert answer.status_code == 400
    assert "FINISHED" in answer.json()["error_msg"]


def test_jobs_of_a_full_queue_run_in_the_order_they_came(project: Project) -> None:
    ids = [project.submit(f"SELECT {n}", queue_name="narrow") for n in range(6)]
    jobs = [project.ended(job_id) for job_id in ids]
    assert all(job["status"] == "FINISHED" for job in jobs)
    starts = [job["started_at"] for job in jobs]
    assert starts == sorted(starts)
    for earlier, later in pairwise(jobs):
        assert earlier["ended_at"] <= later["started_at"]
