"""check_sql: syntax and semantics, without running anything (contract 2.8)."""

import pytest

from tests.contract.sdk import Dli, refused


@pytest.fixture(scope="module", autouse=True)
def _table(dli: Dli) -> None:
    dli.done("CREATE DATABASE IF NOT EXISTS checked")
    dli.done("CREATE TABLE checked.t (a INT, b STRING)")


@pytest.mark.parametrize(
    ("sql", "job_type"),
    [
        ("select a, count(*) from t group by a", "QUERY"),
        ("insert into t values (1, 'x')", "INSERT"),
        ("create table u as select * from t", "DDL"),
        ("drop table t", "DDL"),
        ("select cast('x' as int)", "QUERY"),
        ("show tables", "DDL"),
    ],
)
def test_a_good_statement_is_ok_and_does_not_run(dli: Dli, sql: str, job_type: str) -> None:
    before = dli.list(page_size=1).job_count
    seen = dli.check(sql, "checked")
    assert (seen.is_success, seen.message, seen.job_type) == (True, "the sql is ok", job_type)
    assert dli.list(page_size=1).job_count == before
    assert dli.preview(dli.done("SELECT count(*) FROM checked.t")).rows == [[0]]


@pytest.mark.parametrize(
    ("sql", "code", "text"),
    [
        ("selec 1", "DLI.0004", "ParseException: [PARSE_SYNTAX_ERROR]"),
        ("select\ncount(", "DLI.0004", "(line 2, pos 6)"),
        ("select 1; select 2", "DLI.0004", "extra input 'select'"),
        ("-- nothing but a comment", "DLI.0004", "end of input"),
        ("select c from t", "DLI.0005", "UNRESOLVED_COLUMN.WITH_SUGGESTION"),
        ("select a from t, t as u", "DLI.0005", "AMBIGUOUS_REFERENCE"),
        ("select x.* from t", "DLI.0005", "CANNOT_RESOLVE_STAR_EXPAND"),
        ("select a from t group by b", "DLI.0005", "MISSING_AGGREGATION"),
        ("select no_such_function(a) from t", "DLI.0005", "UNRESOLVED_ROUTINE"),
        ("insert into t values (1)", "DLI.0005", "INSERT_COLUMN_ARITY_MISMATCH"),
        ("select * from no_such_table", "DLI.0002", "TABLE_OR_VIEW_NOT_FOUND"),
        ("select * from no_such_db.t", "DLI.0002", "TABLE_OR_VIEW_NOT_FOUND"),
        ("select * from parquet.`/no/such/path`", "DLI.0002", "PATH_NOT_FOUND"),
        ("select * from t version as of 1", "DLI.0007", "UNSUPPORTED_FEATURE"),
        ("", "DLI.0001", "sql: must not be empty"),
        ("x" * 500_001, "DLI.0001", "sql: has 500001 characters"),
    ],
)
def test_a_bad_statement_is_an_error(dli: Dli, sql: str, code: str, text: str) -> None:
    refused(lambda: dli.check(sql, "checked"), code, text)


def test_unqualified_names_need_their_database(dli: Dli) -> None:
    assert dli.check("select * from checked.t", "").job_type == "QUERY"
    refused(lambda: dli.check("select a, b from t"), "DLI.0002", "`t`")
    refused(lambda: dli.check("select 1", "no_such_db"), "DLI.0002", "SCHEMA_NOT_FOUND")
    refused(lambda: dli.check("select 1", "a-b"), "DLI.0001", "currentdb: must be letters")
