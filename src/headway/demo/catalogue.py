"""The statements that put tables over the files."""

from collections.abc import Iterable
from pathlib import Path

from headway.demo.tpch import DATABASE, TABLES

CREATE_DATABASE = f"CREATE DATABASE IF NOT EXISTS {DATABASE} COMMENT 'TPC-H, made by headway demo'"
# One row a table; the last column tells where its files are.
LIST_TABLES = f"SHOW TABLE EXTENDED IN {DATABASE} LIKE '*'"


def statements(directory: Path, known: Iterable[tuple[str, str]]) -> list[str]:
    """Give what makes the tables lie over the files in ``directory``, nothing when they do already.

    ``known`` holds the tables there are: a name, and Spark's description with a line ``Location: …``.
    """
    locations = {name: _location(text) for name, text in known}
    made: list[str] = []
    for table in TABLES:
        target = str(directory / table.name)
        if locations.get(table.name) == target:
            continue
        if table.name in locations:
            # An external table: its files stay.
            made.append(f"DROP TABLE {DATABASE}.{table.name}")
        quoted = target.replace("\\", "\\\\").replace("'", "\\'")
        made.append(f"CREATE TABLE IF NOT EXISTS {DATABASE}.{table.name} USING parquet LOCATION '{quoted}'")
    return made


def _location(text: str) -> str:
    for line in text.splitlines():
        if line.startswith("Location:"):
            # file:/path, or file:///path
            return "/" + line.partition("file:")[2].strip().lstrip("/")
    return ""
