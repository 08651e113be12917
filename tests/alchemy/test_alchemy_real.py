"""SQLAlchemy and pandas on real Spark."""

from collections.abc import Iterator
from decimal import Decimal

import pandas
import pytest
import sqlalchemy as sa

from headway.alchemy.types import SparkType
from tests.service_process import ServiceProcess

DATABASE = "alchemy"


@pytest.fixture(scope="module")
def engine(service: ServiceProcess) -> Iterator[sa.Engine]:
    service.project().run(f"create database if not exists {DATABASE}")
    engine = sa.create_engine(f"headway:///{DATABASE}?home={service.home}")
    with engine.connect() as connection:
        connection.exec_driver_sql("drop table if exists items")
        connection.exec_driver_sql(
            "create table items (id int not null, `a name` varchar(20) comment 'its name', "
            "price decimal(10, 2), tags array<string>, day date) partitioned by (day)"
        )
        connection.exec_driver_sql(
            "insert into items values (1, 'tea', 1.50, array('hot', 'wet'), date'2024-01-01'), "
            "(2, 'it''s \\\\ ?', 2.25, null, date'2024-01-02')".replace("''", "\\'")
        )
        connection.exec_driver_sql("create or replace view cheap as select id from items where price < 2")
    yield engine
    engine.dispose()


def test_what_is_there_is_found(engine: sa.Engine) -> None:
    inspector = sa.inspect(engine)
    assert DATABASE in inspector.get_schema_names()
    assert inspector.default_schema_name == DATABASE
    assert inspector.get_table_names() == ["items"]
    assert inspector.get_view_names() == ["cheap"]
    assert inspector.has_table("cheap")
    assert not inspector.has_table("items", schema="default")
    assert not inspector.has_table("items", schema="nowhere")
    assert inspector.get_pk_constraint("items") == {"constrained_columns": [], "name": None}


def test_a_table_is_reflected_and_read(engine: sa.Engine) -> None:
    items = sa.Table("items", sa.MetaData(), autoload_with=engine)
    assert list(items.c.keys()) == ["id", "a name", "price", "tags", "day"]
    assert isinstance(items.c.id.type, sa.INTEGER)
    assert isinstance(items.c["a name"].type, sa.VARCHAR)
    assert items.c["a name"].type.length == 20
    assert items.c["a name"].comment == "its name"
    assert isinstance(items.c.tags.type, SparkType)
    with engine.connect() as connection:
        found = connection.execute(
            sa.select(items.c["a name"], items.c.price)
            .where(items.c.id.in_([1, 2]), items.c.day >= "2024-01-01")
            .order_by(items.c.id)
            .limit(1)
            .offset(1)
        ).all()
        assert found == [("it's \\ ?", Decimal("2.25"))]
        assert connection.scalar(sa.select(sa.func.count()).select_from(items)) == 2
        assert connection.execute(sa.text("select :a || '?'"), {"a": "it's"}).scalar() == "it's?"
        nothing = connection.execute(sa.select(items.c.id).where(items.c.id.in_([])))
        assert nothing.all() == []


def test_pandas_reads_and_writes(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        frame = pandas.read_sql(
            "select id, price from items where id < ? order by id", connection, params=(9,)
        )
        assert frame["id"].tolist() == [1, 2]
        frame["t"] = pandas.to_datetime(["2024-01-01", "2024-01-02"])
        frame.to_sql("copy", connection, if_exists="replace", index=False, method="multi")
        back = pandas.read_sql_table("copy", connection).sort_values("id", ignore_index=True)
    assert back["t"].tolist() == frame["t"].tolist()
    assert back["price"].tolist() == [1.5, 2.25]


def test_an_error_of_spark_is_that_of_dbapi(engine: sa.Engine) -> None:
    with engine.connect() as connection, pytest.raises(sa.exc.ProgrammingError, match="nope") as caught:
        connection.execute(sa.text("select nope"))
    assert caught.value.orig is not None
    assert getattr(caught.value.orig, "column", None) == 8
