"""create_sql_job: what comes back, and what is refused (contract 2.1)."""

import json
from typing import Any
from uuid import UUID

import pytest

from tests.contract.sdk import SYNC, Dli, refused

BAD_NAME = "must be letters, digits and _"


def test_a_query_is_accepted_and_runs_by_itself(dli: Dli) -> None:
    made = dli.create("SELECT 1")
    assert (made.is_success, made.message, made.job_type, made.job_mode) == (True, "", "QUERY", "async")
    assert (made.schema, made.rows) == (None, None)
    assert str(UUID(made.job_id)) == made.job_id
    assert dli.ended(made.job_id).status == "FINISHED"


def test_everything_submitted_is_told_again(dli: Dli) -> None:
    dli.done("CREATE DATABASE IF NOT EXISTS told")
    job_id = dli.submit(
        "SELECT current_database() AS db -- 空间 😀",
        currentdb="told",
        current_catalog="dli",
        queue_name="NARROW",
        engine_type="spark",
        conf=["spark.sql.shuffle.partitions = 8", "dli.sql.job.timeout=600"],
        tags={"workspace": "空间 1", "a.b:c+d-e@f_g": ""},
    )
    job = dli.ended(job_id)
    assert (job.status, job.queue_name, job.database_name) == ("FINISHED", "narrow", "told")
    assert job.statement == "SELECT current_database() AS db -- 空间 😀"
    assert {tag.key: tag.value for tag in job.tags} == {"workspace": "空间 1", "a.b:c+d-e@f_g": ""}
    assert json.loads(job.user_conf) == {"spark.sql.shuffle.partitions": "8", "dli.sql.job.timeout": "600"}
    assert dli.preview(job_id).rows == [["told"]]
    detail = dli.detail(job_id)
    assert (detail.is_success, detail.job_id, detail.owner) == (True, job_id, "admin")
    assert (detail.database_name, detail.start_time) == ("told", job.start_time)
    assert (detail.duration, detail.tags) == (job.duration, job.tags)


@pytest.mark.parametrize(
    ("sql", "job_type"),
    [
        ("CREATE TABLE IF NOT EXISTS kinds (a INT)", "DDL"),
        ("SHOW TABLES", "DDL"),
        ("WITH t AS (SELECT 1) SELECT * FROM t", "QUERY"),
        ("INSERT INTO kinds SELECT 1", "INSERT"),
        ("UPDATE kinds SET a = 2", "UPDATE"),
        ("DELETE FROM kinds", "DELETE"),
        ("LOAD DATA INPATH '/nowhere' INTO TABLE kinds", "IMPORT"),
        ("INSERT OVERWRITE DIRECTORY '/nowhere' USING nothing SELECT 1", "EXPORT"),
        ("GRANT SELECT ON kinds TO someone", "DCL"),
    ],
)
def test_each_statement_has_its_type(dli: Dli, sql: str, job_type: str) -> None:
    made = dli.create(sql)
    assert (made.job_type, made.job_mode) == (job_type, "async")
    assert dli.ended(made.job_id).job_type == job_type


def test_synchronous_ddl_gives_schema_and_rows(dli: Dli) -> None:
    made = dli.create("CREATE TABLE sync_ddl (c1 INT COMMENT 'first', c2 DECIMAL(5,2))", conf=[SYNC])
    assert (made.job_type, made.job_mode, made.schema, made.rows) == ("DDL", "sync", [], [])
    made = dli.create("DESCRIBE sync_ddl", conf=[SYNC])
    assert (made.is_success, made.job_mode) == (True, "sync")
    assert made.schema == [{"col_name": "string"}, {"data_type": "string"}, {"comment": "string"}]
    assert made.rows == [["c1", "int", "first"], ["c2", "decimal(5,2)", None]]
    assert dli.status(made.job_id).job_mode == "sync"


def test_synchronous_ddl_gives_a_thousand_rows_at_most(dli: Dli) -> None:
    made = dli.create("EXECUTE IMMEDIATE 'SELECT id FROM range(1500)'", conf=[SYNC])
    assert made.rows == [[str(number)] for number in range(1000)]
    assert dli.status(made.job_id).result_count == 1500


def test_a_query_is_never_synchronous(dli: Dli) -> None:
    made = dli.create("SELECT 1", conf=[SYNC])
    assert (made.job_mode, made.rows) == ("async", None)


@pytest.mark.parametrize(
    ("sql", "code", "text"),
    [
        ("DESCRIBE no_such_table", "DLI.0002", "TABLE_OR_VIEW_NOT_FOUND"),
        ("CREATE TABLE bad (", "DLI.0004", "PARSE_SYNTAX_ERROR"),
        ("GRANT SELECT ON t TO someone", "DLI.0004", "GRANT is not valid"),
        ("CREATE VIEW bad AS SELECT nope", "DLI.0005", "UNRESOLVED_COLUMN"),
        ("CREATE VIEW bad AS SELECT id FROM range(1) a, range(1) b", "DLI.0005", "AMBIGUOUS_REFERENCE"),
        ("CREATE DATABASE default", "DLI.0006", "SCHEMA_ALREADY_EXISTS"),
        ("ALTER TABLE refusals RENAME COLUMN a TO b", "DLI.0007", "UNSUPPORTED_FEATURE"),
        ("CREATE TABLE bad AS SELECT sequence(0, 3000000000L) AS s", "DLI.0009", "COLLECTION_SIZE_LIMIT"),
        ("CREATE TABLE bad AS SELECT CAST('x' AS INT) AS a", "DLI.0018", "CAST_INVALID_INPUT"),
        ("CREATE TABLE bad AS SELECT raise_error('boom') AS a", "DLI.0999", "boom"),
    ],
)
def test_a_synchronous_statement_that_fails_is_an_error(dli: Dli, sql: str, code: str, text: str) -> None:
    dli.done("CREATE TABLE IF NOT EXISTS refusals (a INT)")
    refused(lambda: dli.create(sql, conf=[SYNC]), code, text)
    # Submitted asynchronously, the same statement is accepted and its job says the same.
    job = dli.run(sql)
    assert job.status == "FAILED"
    assert job.message.startswith(f"{code}: ")
    assert text in job.message


def test_a_synchronous_statement_that_runs_too_long_is_an_error(dli: Dli) -> None:
    sql = "CREATE TABLE late AS SELECT java_method('java.lang.Thread', 'sleep', 3000L) AS slept"
    conf = [SYNC, "dli.sql.job.timeout = 1"]
    refused(lambda: dli.create(sql, conf=conf), "DLI.0019", "dli.sql.job.timeout = 1 s")


@pytest.mark.parametrize(
    ("body", "code", "text"),
    [
        ({"queue_name": "no_such_queue"}, "DLI.0002", "There is no queue named no_such_queue"),
        ({"queue_name": ""}, "DLI.0001", "queue_name: must not be empty"),
        ({"queue_name": "a b"}, "DLI.0001", f"queue_name: {BAD_NAME}"),
        ({"queue_name": "_a"}, "DLI.0001", f"queue_name: {BAD_NAME}"),
        ({"queue_name": "q" * 129}, "DLI.0001", "queue_name: must have at most 128 characters"),
        ({"currentdb": "a-b"}, "DLI.0001", f"currentdb: {BAD_NAME}"),
        ({"currentdb": "123"}, "DLI.0001", f"currentdb: {BAD_NAME}"),
        ({"current_catalog": "a.b"}, "DLI.0001", f"current_catalog: {BAD_NAME}"),
        ({"conf": ["a.b"]}, "DLI.0001", "conf[0]: must be key=value"),
        ({"conf": ["a=1", "a b=1"]}, "DLI.0001", "conf[1]: the key must be"),
        ({"conf": ["dli.sql.job.timeout=soon"]}, "DLI.0001", "conf[0]: dli.sql.job.timeout must be"),
        ({"conf": ["dli.sql.job.timeout=0"]}, "DLI.0001", "conf[0]: dli.sql.job.timeout must be"),
        ({"conf": ["dli.sql.sqlasync.enabled=maybe"]}, "DLI.0001", "must be true or false"),
        ({"conf": "a=1"}, "DLI.0001", "conf: "),
        ({"tags": {"_sys_a": "1"}}, "DLI.0001", "tags[0].key: must not begin with _sys_"),
        ({"tags": {"a": "1", " b": "1"}}, "DLI.0001", "tags[1].key: must not begin or end with a blank"),
        ({"tags": {"": "1"}}, "DLI.0001", "tags[0].key: must have 1 to 128 characters"),
        ({"tags": {"k" * 129: "1"}}, "DLI.0001", "tags[0].key: must have 1 to 128 characters"),
        ({"tags": {"a": "v" * 256}}, "DLI.0001", "tags[0].value: must have at most 255 characters"),
        ({"tags": {"a": "x=y"}}, "DLI.0001", "tags[0].value: may hold"),
        ({"engine_type": "hetuEngine"}, "DLI.0007", "hetuEngine is not available"),
        ({"engine_type": "mysql"}, "DLI.0001", "engine_type: must be spark or hetuEngine"),
    ],
)
def test_a_field_that_does_not_fit_is_named(dli: Dli, body: dict[str, Any], code: str, text: str) -> None:
    before = dli.list(page_size=1).job_count
    refused(lambda: dli.create("SELECT 1", **body), code, text)
    assert dli.list(page_size=1).job_count == before


def test_statements_that_are_empty_or_too_long_are_refused(dli: Dli) -> None:
    refused(lambda: dli.create(""), "DLI.0001", "sql: must not be empty")
    refused(lambda: dli.create(" \n"), "DLI.0001", "sql: must not be empty")
    refused(lambda: dli.create(f"SELECT '{'x' * 500_000}'"), "DLI.0001", "at most 500000 are allowed")
    refused(lambda: dli.create(f"SELECT '{'😀' * 270_000}'"), "DLI.0001", "more than 1048576 bytes")
    refused(lambda: dli.create("x" * 5_000_000), "APIGW.0201", "The body has", status=413)


def test_the_longest_statement_runs(dli: Dli) -> None:
    text = "x" * (500_000 - len("SELECT length('') AS n"))
    assert dli.preview(dli.done(f"SELECT length('{text}') AS n")).rows == [[len(text)]]


def test_a_setting_that_spark_refuses_fails_the_job(dli: Dli) -> None:
    job = dli.run("SELECT 1", conf=["spark.sql.shuffle.partitions = many"])
    assert job.status == "FAILED"
    assert job.message.startswith("DLI.0005: ")
    assert "spark.sql.shuffle.partitions" in job.message


def test_a_database_that_does_not_exist_fails_the_job(dli: Dli) -> None:
    job = dli.run("SELECT 1", currentdb="no_such_db")
    assert (job.status, job.database_name) == ("FAILED", "no_such_db")
    assert job.message.startswith("DLI.0002: ")
