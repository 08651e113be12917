"""TPC-H: its tables, how large they are, and its queries with the parameters of the validation run."""

from dataclasses import dataclass
from importlib.resources import files

DATABASE = "tpch"
QUERY_NUMBERS = range(1, 23)


@dataclass(frozen=True, slots=True)
class TableSize:
    """A table at scale 1: rows, and about how many bytes as Parquet. Two tables never grow."""

    name: str
    rows: int
    bytes: int
    grows: bool = True

    def bytes_at(self, scale: float) -> int:
        """Give about how many bytes the table has at a scale."""
        return int(self.bytes * scale) if self.grows else self.bytes


# From the smallest to the largest, so that something is to be seen soon.
TABLES = (
    TableSize("region", 5, 1_800, grows=False),
    TableSize("nation", 25, 3_400, grows=False),
    TableSize("supplier", 10_000, 900_000),
    TableSize("part", 200_000, 6_900_000),
    TableSize("customer", 150_000, 13_900_000),
    TableSize("partsupp", 800_000, 44_800_000),
    TableSize("orders", 1_500_000, 63_500_000),
    TableSize("lineitem", 6_001_215, 231_700_000),
)


def parts_at(scale: float) -> int:
    """Give into how many files a table goes at a scale: one for every 250 MB of the largest."""
    return max(1, int(scale))


@dataclass(frozen=True, slots=True)
class Query:
    """One of the 22 queries; ``title`` is the standard's name for it."""

    number: int
    title: str
    sql: str


def query(number: int) -> Query:
    """Give a query by its number, 1 to 22; raises ``ValueError``."""
    if number not in QUERY_NUMBERS:
        raise ValueError(f"TPC-H has queries 1 to 22, not {number}")
    text = files("headway.demo").joinpath("queries", f"q{number:02}.sql").read_text(encoding="utf-8")
    title = text.splitlines()[0].partition(":")[2].partition("(")[0].strip()
    return Query(number, title, text.strip())
