"""Reads what Spark says of a table: the rows of DESCRIBE TABLE EXTENDED, the statistics of a plan.

The rows are (name, type, comment): the columns, then sections that begin with a mark, of names and values.
"""

import re
from collections.abc import Mapping, Sequence

from headway.engine.catalog import CatalogColumn, TableDescription
from headway.engine.plan_page import read_amount

Row = Sequence[str | None]

_PARTITIONS = "# Partition Information"
_DETAILS = "# Detailed Table Information"
_HEADING = "# col_name"
_BYTES = re.compile(r"(\d+) bytes")
_ROWS = re.compile(r"(\d+) rows")
# What Spark writes as it makes a table: it has seen the sizes of files only.
_UNCOUNTED = re.compile(r"[1-9]\d* bytes, 0 rows")
# Spark writes 8.0 EiB where it knows no size.
_PLAN_SIZE = re.compile(r"Statistics\(sizeInBytes=([\d.]+ (?:B|KiB|MiB|GiB|TiB|PiB))[,)]")


def read_table(
    database: str, name: str, rows: Sequence[Row], nullable: Sequence[bool] | None
) -> TableDescription:
    """Read a description. ``nullable`` is that of the columns in their order; ``None``: not known."""
    end = _columns_end(rows) if nullable is None else len(nullable)
    partitions = {row[0] for row in _section(rows[end:], _PARTITIONS)}
    details = _details(rows[end:])
    statistics = details.get("Statistics", "")
    columns = tuple(
        CatalogColumn(
            row[0] or "",
            row[1] or "",
            is_nullable=nullable is None or nullable[at],
            comment=row[2] or None,
            is_partition=row[0] in partitions,
        )
        for at, row in enumerate(rows[:end])
    )
    return TableDescription(
        name=details.get("Table") or details.get("View") or name,
        database=details.get("Database") or database,
        # Of a temporary view nothing but the columns is told.
        is_view=not details or "VIEW" in details.get("Type", "").upper(),
        description=details.get("Comment") or None,
        provider=details.get("Provider") or None,
        location=details.get("Location") or None,
        columns=columns,
        size_bytes=_first_number(_BYTES, statistics),
        row_count=None if _UNCOUNTED.search(statistics) else _first_number(_ROWS, statistics),
    )


def read_size(explained: str) -> int | None:
    """Read the size of the whole out of EXPLAIN COST; Spark rounds it to one decimal of its unit."""
    found = _PLAN_SIZE.search(explained.partition("== Optimized Logical Plan ==")[2])
    amount = None if found is None else read_amount(found[1])
    return None if amount is None else round(amount)


def _columns_end(rows: Sequence[Row]) -> int:
    """Find where the columns end, by the first row that cannot be one: it has no type."""
    return next((at for at, row in enumerate(rows) if not row[1]), len(rows))


def _section(rows: Sequence[Row], mark: str) -> Sequence[Row]:
    """Give the rows below a mark, without the heading and up to the next mark or empty row."""
    begin = next((at + 1 for at, row in enumerate(rows) if row[0] == mark), len(rows))
    if begin < len(rows) and rows[begin][0] == _HEADING:
        begin += 1
    end = next((at for at in range(begin, len(rows)) if not rows[at][1]), len(rows))
    return rows[begin:end]


def _details(rows: Sequence[Row]) -> Mapping[str, str]:
    begin = next((at + 1 for at, row in enumerate(rows) if row[0] == _DETAILS), len(rows))
    # The first of a name counts: a view's own text may repeat one.
    return {row[0] or "": row[1] or "" for row in reversed(rows[begin:])}


def _first_number(pattern: re.Pattern[str], text: str) -> int | None:
    found = pattern.search(text)
    return None if found is None else int(found[1])
