from pathlib import Path

from headway.demo.catalogue import statements
from headway.demo.tpch import TABLES

HERE = Path("/home/a/demo/tpch-sf1")


def described(directory: Path) -> list[tuple[str, str]]:
    return [(table.name, f"Type: EXTERNAL\nLocation: file:{directory / table.name}\n") for table in TABLES]


def test_at_first_every_table_is_created() -> None:
    made = statements(HERE, [])
    assert len(made) == len(TABLES)
    assert all(each.startswith("CREATE TABLE IF NOT EXISTS tpch.") for each in made)
    assert f"USING parquet LOCATION '{HERE / 'lineitem'}'" in made[-1]


def test_tables_over_the_same_files_stay() -> None:
    assert statements(HERE, described(HERE)) == []


def test_another_scale_replaces_every_table() -> None:
    made = statements(HERE, described(Path("/home/a/demo/tpch-sf10")))
    assert made[0] == "DROP TABLE tpch.region"
    assert len(made) == 2 * len(TABLES)


def test_a_quote_in_the_homes_name_does_not_end_the_text() -> None:
    assert r"LOCATION '/it\'s/nation'" in statements(Path("/it's"), [])[1]
