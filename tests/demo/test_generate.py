from pathlib import Path

import pyarrow.parquet as parquet
import pytest

from headway.demo.generate import NotGenerated, data_directory, generate, missing_tables, written_bytes
from headway.demo.tpch import TABLES, TableSize

SCALE = 0.1


def test_tables_are_made_once_and_only_what_is_missing_again(tmp_path: Path) -> None:
    directory = data_directory(tmp_path, SCALE)
    made: list[str] = []

    def report(table: TableSize, written: int, complete: bool) -> None:
        if complete:
            made.append(table.name)
            assert written == pytest.approx(table.bytes_at(SCALE), rel=0.25), "the estimate is far off"

    generate(directory, SCALE, report)
    assert made == [table.name for table in TABLES]
    assert parquet.read_metadata(next((directory / "orders").glob("*.parquet"))).num_rows == 150_000
    # What an interrupted run leaves does not count as a table.
    (directory / ".partial").mkdir()
    (directory / "nation").rename(directory / ".partial" / "nation")
    assert [table.name for table in missing_tables(directory)] == ["nation"]
    generate(directory, SCALE, report)
    assert made[len(TABLES) :] == ["nation"]
    assert {path.name for path in directory.iterdir()} == {table.name for table in TABLES}
    assert written_bytes(directory) == sum(path.stat().st_size for path in directory.rglob("*.parquet"))


def test_a_generator_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(NotGenerated, match="tpchgen-cli failed"):
        generate(tmp_path, -1, lambda table, written, complete: None)
    assert len(missing_tables(tmp_path)) == len(TABLES)
