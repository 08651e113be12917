"""Descriptions as Spark 4.3 gave them."""

from headway.engine.catalog import CatalogColumn
from headway.engine.table_text import read_size, read_table

PARTITIONED = [
    ("v", "int", None),
    ("day", "string", "of the sale"),
    ("ört", "int", None),
    ("# Partition Information", "", ""),
    ("# col_name", "data_type", "comment"),
    ("day", "string", "of the sale"),
    ("ört", "int", None),
    ("", "", ""),
    ("# Detailed Table Information", "", ""),
    ("Catalog", "spark_catalog", ""),
    ("Database", "shop", ""),
    ("Table", "parts", ""),
    ("Type", "MANAGED", ""),
    ("Provider", "parquet", ""),
    ("Comment", "two\nlines", ""),
    ("Statistics", "4977 bytes, 1000 rows", ""),
    ("Location", "file:/w/shop.db/parts", ""),
]
VIEW = [
    ("id", "bigint", "the id"),
    ("", "", ""),
    ("# Detailed Table Information", "", ""),
    ("Type", "VIEW", ""),
    ("View Text", "SELECT id FROM t", ""),
]
COST = """== Optimized Logical Plan ==
Relation spark_catalog.shop.plain[id#550L] parquet, Statistics(sizeInBytes={}, rowCount=3)

== Physical Plan ==
"""


def test_a_partitioned_table_with_statistics() -> None:
    table = read_table("shop", "PARTS", PARTITIONED, [False, True, True])
    assert table.columns == (
        CatalogColumn("v", "int", is_nullable=False),
        CatalogColumn("day", "string", comment="of the sale", is_partition=True),
        CatalogColumn("ört", "int", is_partition=True),
    )
    assert (table.name, table.database, table.is_view, table.description) == (
        "parts",
        "shop",
        False,
        "two\nlines",
    )
    assert (table.provider, table.location) == ("parquet", "file:/w/shop.db/parts")
    assert (table.size_bytes, table.row_count) == (4977, 1000)


def test_rows_that_nobody_counted_are_not_known() -> None:
    told = [
        (name, "64489123 bytes, 0 rows" if name == "Statistics" else is_, comment)
        for name, is_, comment in PARTITIONED
    ]
    table = read_table("shop", "parts", told, [False, True, True])
    assert (table.size_bytes, table.row_count) == (64_489_123, None)


def test_a_view_whose_columns_could_not_be_analysed() -> None:
    view = read_table("shop", "seen", VIEW, None)
    assert view.columns == (CatalogColumn("id", "bigint", comment="the id"),)
    assert (view.is_view, view.location, view.size_bytes) == (True, None, None)


def test_a_temporary_view_has_nothing_but_columns() -> None:
    view = read_table("global_temp", "gv", [("a", "int", None)], [False])
    assert (view.is_view, view.name, len(view.columns)) == (True, "gv", 1)


def test_columns_that_are_named_like_marks_are_columns() -> None:
    rows = [("# Partition Information", "int", None), ("Type", "string", None), *VIEW[1:]]
    assert [column.name for column in read_table("d", "t", rows, [True, True]).columns] == [
        "# Partition Information",
        "Type",
    ]


def test_sizes_are_read_in_their_units_and_a_guess_is_none() -> None:
    assert read_size(COST.format("1903.0 B")) == 1903
    assert read_size(COST.format("1.5 MiB")) == 1_572_864
    assert read_size(COST.format("8.0 EiB")) is None
    assert read_size("== Physical Plan ==") is None
