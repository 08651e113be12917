"""The rows that one request gets: fixed when it comes, also of a result that is still arriving."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyarrow as pa

from headway.results.stored import StoredResult

ROW_COUNT = "X-Row-Count"
COMPLETE = "X-Result-Complete"


@dataclass(frozen=True, slots=True)
class Part:
    """``count`` rows from ``offset`` on, of the ``row_count`` that were kept when the request came.

    What headers say and what the body holds are the same, whatever arrives while it is sent.
    """

    stored: StoredResult
    schema: pa.Schema
    offset: int
    count: int
    row_count: int

    @property
    def is_whole(self) -> bool:
        """Whether it is the whole result, now and later."""
        return self.stored.is_complete and self.count == self.row_count

    @property
    def headers(self) -> Mapping[str, str]:
        """What answers of every format say besides the rows."""
        complete = "true" if self.stored.is_complete else "false"
        return {ROW_COUNT: str(self.row_count), COMPLETE: complete, "Accept-Ranges": "none"}

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Give the rows as record batches, one response of Spark in memory at a time. Blocking."""
        return self.stored.batches(self.offset, self.count)


def part_of(stored: StoredResult, offset: int, most: int | None) -> Part:
    """Find what there is of at most ``most`` rows (``None``: all) from ``offset`` on. Blocking.

    Raises ``ResultExpired``.
    """
    row_count = stored.row_count
    left = max(0, row_count - offset)
    # The schema comes after the count: where there are rows, it is the one that came with them.
    return Part(stored, stored.arrow_schema, offset, left if most is None else min(most, left), row_count)
