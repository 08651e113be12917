"""The kind of a statement."""

import logging
import time

import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from headway.jobs.job import SQL_LIMIT, JobType
from headway.jobs.statement import kind_of

KINDS = {
    JobType.QUERY: [
        "select 1",
        "SELECT /*+ BROADCAST(t) */ * FROM t",
        "values (1), (2)",
        "table x",
        "from t select a",
        "from t |> where a > 1 |> select a",
        "from t select transform(a) using 'cat'",
        "with a as (select 1) select * from a",
        "with a as (select 1) (select * from a)",
        "with a as (select 1) from a select *",
        "with a as (select ')'), b (x) as (select (1)) select * from a, b",
        "with insert as (select 1) select * from insert",
        "with recursive t(n) max recursion level 9 as (select 1 union all select n + 1 from t) table t",
        "with a as (select r'\\' , ') insert into t') select 1",
        "with a as (/* ) insert into t */ select 1 -- ) insert\n) select 1",
        "with a as (select $$ ) insert into $$) select 1",
        "(select 1) union (select 2)",
        "((with a as (select 1) select * from a))",
        "-- insert into t\n/* delete /* from */ t */ select 1",
        "from insert select 1",
        "select * from t where a in (select 1) -- insert into",
        "map t using 'cat' as a",
    ],
    JobType.INSERT: [
        "insert into t values (1)",
        "INSERT OVERWRITE TABLE t SELECT 1",
        "insert into t partition (p = 1) select 1",
        "insert into t replace where a = 1 select 1",
        "with a as (select 1) insert into t select * from a",
        "with a as (select 1), b as (select 2) from a insert into t select *",
        "from t insert into a select * insert into b select 1",
        "from (select insert from x) s insert overwrite table a select *",
        "/* select */ insert into t select 1",
    ],
    JobType.UPDATE: [
        "update t set a = 1",
        "merge into t using s on t.a = s.a when matched then update set *",
        "with a as (select 1) merge into t using a on true when matched then delete",
    ],
    JobType.DELETE: ["delete from t", "with a as (select 1) delete from t where x in (select * from a)"],
    JobType.IMPORT: [
        "load data inpath '/a' into table t",
        "copy into t from '/a'",
        "import table t from '/a'",
    ],
    JobType.EXPORT: [
        "insert overwrite directory '/x' using csv select 1",
        "insert overwrite local directory '/x' select 1",
        "from t insert overwrite directory '/x' select *",
        "export table t to '/x'",
    ],
    JobType.DCL: [
        "grant select on t to u",
        "revoke all on t from u",
        "deny select on t to u",
        "create role r",
        "drop role r",
        "set role r",
        "show roles",
        "show current roles",
        "show grant u on t",
        "show principals r",
    ],
    JobType.DDL: [
        "create table t (a int)",
        "create table t as select 1",
        "create or replace temporary view v as select 1",
        "replace table t as select 1",
        "drop table t",
        "alter table t add columns (a int)",
        "truncate table t",
        "explain select 1",
        "explain extended insert into t select 1",
        "describe t",
        "show tables",
        "show create table t",
        "set a = b",
        "set spark.sql.role = insert",
        "reset",
        "use x",
        "cache table t as select 1",
        "uncache table t",
        "clear cache",
        "refresh table t",
        "analyze table t compute statistics",
        "msck repair table t",
        "call sys.p(1)",
        "declare x int default 1",
        "execute immediate 'select 1'",
        "add jar '/x'",
        "list jars",
        "comment on table t is 'x'",
        "begin select 1; end",
        "",
        "  -- nothing",
        "'select'",
        "`select`",
        "selec 1",
        ";",
    ],
}


@pytest.mark.parametrize(("kind", "sql"), [(kind, sql) for kind, all_sql in KINDS.items() for sql in all_sql])
def test_each_kind(kind: JobType, sql: str) -> None:
    assert kind_of(sql) is kind
    assert kind_of(f"\n\t /* x */ {sql.upper()}") is kind


PARSED = {
    exp.Query: JobType.QUERY,
    exp.Values: JobType.QUERY,
    exp.MultitableInserts: JobType.INSERT,
    exp.Insert: JobType.INSERT,
    exp.Update: JobType.UPDATE,
    exp.Merge: JobType.UPDATE,
    exp.Delete: JobType.DELETE,
    exp.LoadData: JobType.IMPORT,
    exp.Copy: JobType.IMPORT,
    exp.Create: JobType.DDL,
    exp.Drop: JobType.DDL,
    exp.Alter: JobType.DDL,
    exp.Describe: JobType.DDL,
    exp.Grant: JobType.DCL,
    exp.Revoke: JobType.DCL,
}


@pytest.mark.parametrize("sql", [sql for all_sql in KINDS.values() for sql in all_sql if sql])
def test_a_full_parser_agrees_where_it_understands(sql: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, logger="sqlglot")
    try:
        tree = sqlglot.parse_one(sql, dialect="spark")
    except sqlglot.ParseError:
        return
    for node, kind in PARSED.items():
        if isinstance(tree, node):
            is_export = isinstance(tree, exp.Insert) and tree.find(exp.Directory)
            is_multi_export = isinstance(tree, exp.MultitableInserts) and "directory" in sql
            assert kind_of(sql) is (JobType.EXPORT if is_export or is_multi_export else kind)


def long(piece: str) -> str:
    return (piece * (SQL_LIMIT // len(piece) + 1))[:SQL_LIMIT]


@pytest.mark.parametrize(
    "sql",
    [
        long("select a, 'b', (c) from t "),
        "with a as (select " + long("'x', (1), ") + "1) insert into t select 1",
        "from " + long("a join b "),
        long("("),
        "with a as " + long("("),
        "with a as (" + long("((1),(('x'))),") + ") insert into t select 1",
        long("/**/"),
        long("/*"),
        "with a as (" + long("/**/"),
        long("--\n"),
        long("'"),
        "with a as (" + long("'"),
        "with a as (" + long("$a$ "),
        "with a as (" + long("$"),
        "with a as (" + long("- "),
        "with a as (" + long("/ "),
        "with " + long("(a) "),
        "with " + long("a "),
        "select " + long("/* */ "),
        long("'\\"),
        long("x"),
    ],
)
def test_the_longest_statements_take_a_bounded_time(sql: str) -> None:
    # Processor time of the best of three: other work on the machine does not count.
    assert min(spent(sql) for _ in range(3)) < 0.020 * slowness()


def spent(sql: str) -> float:
    start = time.thread_time()
    kind_of(sql)
    return time.thread_time() - start


def slowness() -> float:
    """Say how much slower than an ordinary core this machine is (a fixed loop takes 20 ms there)."""
    start = time.thread_time()
    sum(number * number % 7 for number in range(300_000))
    return max(1.0, (time.thread_time() - start) / 0.020)


def test_a_big_with_query_is_still_understood() -> None:
    values = ", ".join(f"({number}, 'it''s ({number})')" for number in range(3_000))
    assert kind_of(f"with a as (values {values}) insert into t select * from a") is JobType.INSERT


@given(st.text(max_size=80) | st.text(alphabet="WITHFROMwithfrominsert()'\"`/*-+$;|> \n", max_size=80))
def test_it_never_raises(sql: str) -> None:
    assert kind_of(sql) in JobType
    assert kind_of(f"with a as ({sql}") in JobType
