import pytest
import sqlglot

from headway.demo.tpch import QUERY_NUMBERS, TABLES, parts_at, query

NAMES = {table.name for table in TABLES}


@pytest.mark.parametrize("number", QUERY_NUMBERS)
def test_every_query_parses_and_reads_tpch_tables_only(number: int) -> None:
    chosen = query(number)
    tree = sqlglot.parse_one(chosen.sql, dialect="spark")
    made = {cte.alias for cte in tree.find_all(sqlglot.exp.CTE)}
    read = {table.name for table in tree.find_all(sqlglot.exp.Table)} - made
    assert read
    assert read <= NAMES
    assert chosen.sql.startswith(f"-- TPC-H {number}: {chosen.title}")
    assert chosen.title


def test_there_is_no_query_23() -> None:
    with pytest.raises(ValueError, match="1 to 22"):
        query(23)


def test_all_but_two_tables_grow_with_the_scale() -> None:
    same = {table.name for table in TABLES if table.bytes_at(10) == table.bytes_at(1)}
    assert same == {"region", "nation"}
    assert [parts_at(scale) for scale in (0.1, 1, 10)] == [1, 1, 10]
