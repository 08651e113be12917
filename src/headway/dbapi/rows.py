"""The rows of one result, handed out once: as Python's tuples, as Arrow, in any mixture."""

from collections.abc import Iterator, Sequence

import pyarrow as pa

from headway.client.arrow_rows import ArrowRows
from headway.dbapi.errors import DataError, translated
from headway.dbapi.values import Row, python_rows
from headway.results.spark_schema import Column


class Rows:
    """Reads a result forward; only one batch is in memory. Raises the errors of PEP 249."""

    def __init__(self, source: ArrowRows, columns: Sequence[Column]) -> None:
        self._source = source
        self._columns = columns
        self._batch: pa.RecordBatch | None = None
        self._read: list[Row] = []  # the batch as Python's values; made when they are asked for
        self._taken = 0  # rows of the batch that were handed out

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema."""
        return self._source.schema

    def take(self, count: int | None) -> list[Row]:
        """Give the next rows, at most ``count`` (``None``: all)."""
        taken: list[Row] = []
        while (count is None or len(taken) < count) and self._has_more():
            most = None if count is None else self._taken + count - len(taken)
            part = self._values()[self._taken : most]
            self._taken += len(part)
            taken += part
        return taken

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Give what is left as record batches, as they come."""
        while self._has_more():
            batch, taken = self._batch, self._taken
            assert batch is not None  # noqa: S101 (_has_more has just put it there)
            self._batch = None
            yield batch.slice(taken)

    def close(self) -> None:
        """Let go of the rows that are left."""
        self._source.close()

    def _has_more(self) -> bool:
        while self._batch is None or self._taken >= self._batch.num_rows:
            with translated():
                batch = next(self._source, None)
            if batch is None:
                return False
            self._batch, self._read, self._taken = batch, [], 0
        return True

    def _values(self) -> list[Row]:
        if not self._read:
            try:
                self._read = python_rows(self._batch, self._columns)
            except (ValueError, OverflowError) as error:
                raise DataError(
                    f"Python cannot hold a value, Arrow can (fetch_arrow_table): {error}"
                ) from error
        return self._read
