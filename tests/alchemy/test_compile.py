"""SQL that the dialect writes, without a service."""

import datetime

import pytest
import sqlalchemy as sa
import sqlglot
from sqlalchemy.engine import make_url
from sqlalchemy.schema import CreateTable

from headway.alchemy.dialect import HeadwayDialect
from headway.alchemy.types import SparkType, type_of

DIALECT = HeadwayDialect(paramstyle="qmark")
ITEMS = sa.Table(
    "items",
    sa.MetaData(schema="a shop"),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("Na`me", sa.String),
    sa.Column("code", sa.String(3)),
    sa.Column("price", sa.Numeric(10, 2)),
    sa.Column("total", sa.Numeric),
    sa.Column("rate", sa.Float),
    sa.Column("clock", sa.DateTime),
    sa.Column("moment", sa.DateTime(timezone=True)),
    sa.Column("raw", sa.LargeBinary),
    sa.Column("flag", sa.Boolean, nullable=False),
    sa.Column("shop", sa.ForeignKey("a shop.shops.id")),
    sa.UniqueConstraint("code"),
)
SHOPS = sa.Table("shops", ITEMS.metadata, sa.Column("id", sa.Integer, primary_key=True))


def written(statement: sa.ClauseElement, **more: object) -> str:
    sql = " ".join(str(statement.compile(dialect=DIALECT, **more)).split())  # type: ignore[arg-type]
    assert sqlglot.parse_one(sql, read="spark")
    return sql


def test_a_query_is_sparks() -> None:
    query = sa.select(ITEMS.c["Na`me"], ITEMS.c.id / 2).where(ITEMS.c.id.in_([])).limit(5).offset(3)
    assert written(query, compile_kwargs={"literal_binds": True}) == (
        "SELECT `a shop`.items.`Na``me`, `a shop`.items.id / 2 AS anon_1 FROM `a shop`.items "
        "WHERE `a shop`.items.id IN (NULL) AND (1 != 1) LIMIT 5 OFFSET 3"
    )
    assert written(sa.select(ITEMS.c.id).offset(3)).endswith("items OFFSET ?")


def test_literals_are_sparks() -> None:
    values = ["it's \\", 1.5, True, datetime.date(2024, 1, 2), b"\x01"]
    sql = written(sa.select(*map(sa.literal, values)), compile_kwargs={"literal_binds": True})
    assert [part.partition(" AS ")[0] for part in sql.removeprefix("SELECT ").split(", ")] == [
        "'it\\'s \\\\'",
        "1.5D",
        "TRUE",
        "DATE'2024-01-02'",
        "X'01'",
    ]


def test_a_table_has_sparks_types_and_no_keys() -> None:
    assert written(CreateTable(ITEMS)) == (
        "CREATE TABLE `a shop`.items ( id INT NOT NULL, `Na``me` STRING, code VARCHAR(3), "
        "price DECIMAL(10, 2), total DECIMAL(38, 18), rate DOUBLE, clock TIMESTAMP_NTZ, moment TIMESTAMP, "
        "raw BINARY, flag BOOLEAN NOT NULL, shop INT )"
    )


def test_a_lock_and_an_index_are_refused() -> None:
    with pytest.raises(sa.exc.CompileError, match="FOR UPDATE"):
        written(sa.select(ITEMS.c.id).with_for_update())
    with pytest.raises(sa.exc.CompileError, match="no indexes"):
        written(sa.schema.CreateIndex(sa.Index("i", ITEMS.c.code)))


@pytest.mark.parametrize(
    ("url", "given"),
    [
        ("headway://", {"database": "default"}),
        ("headway:///tpch?home=/a&queue=q", {"database": "tpch", "home": "/a", "queue": "q"}),
        (
            "headway://:t%40k@h:1/d?project=p&secure=true",
            {"database": "d", "endpoint": "https://h:1", "token": "t@k", "project_id": "p"},
        ),
        ("headway://tok@[::1]:1/", {"database": "default", "endpoint": "http://[::1]:1", "token": "tok"}),
    ],
)
def test_an_address_becomes_a_connection(url: str, given: dict[str, str]) -> None:
    assert DIALECT.create_connect_args(make_url(url)) == ([], given)


def test_an_address_with_something_else_is_refused() -> None:
    with pytest.raises(sa.exc.ArgumentError, match="has no catalog"):
        DIALECT.create_connect_args(make_url("headway:///d?catalog=x"))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("decimal(15,2)", "DECIMAL(15, 2)"),
        ("char(3)", "CHAR(3)"),
        ("string", "STRING"),
        ("timestamp", "TIMESTAMP"),
        ("timestamp_ntz", "TIMESTAMP_NTZ"),
        ("double", "DOUBLE"),
        ("float", "FLOAT"),
        ("binary", "BINARY"),
        ("map<string,decimal(3,1)>", "map<string,decimal(3,1)>"),
        ("interval day to second", "interval day to second"),
    ],
)
def test_types_are_read_as_they_are_written(name: str, shown: str) -> None:
    assert type_of(name).compile(dialect=DIALECT) == shown


def test_a_type_without_a_word_keeps_its_name() -> None:
    assert isinstance(type_of("array<int>"), SparkType)
