"""Reads a result back from disk, finished or still growing. Blocking: call it in ``asyncio.to_thread``."""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from headway.jobs.errors import ResultExpired
from headway.results.arrow_schema import schema_of
from headway.results.cells import json_rows, session_zone, text_rows
from headway.results.index import Entry, IndexReader, last_whole
from headway.results.json_text import JsonValue
from headway.results.spark_schema import Column, columns_of
from headway.results.spool import DATA, INDEX, SCHEMA


class StoredResult:
    """The rows of one job. Sees the rows that were kept when a method is called.

    Every reading method raises ``ResultExpired`` when the files were removed meanwhile.
    """

    def __init__(self, directory: Path, *, is_complete: bool = True) -> None:
        self.is_complete = is_complete  # whether no more rows will come
        self._directory = directory
        try:
            self._schema_json = (directory / SCHEMA).read_text("utf-8")
        except FileNotFoundError:
            raise _expired() from None

    @property
    def schema_json(self) -> str:
        """Spark's StructType as JSON text."""
        return self._schema_json

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """Names and Spark types, in order; names may repeat."""
        return columns_of(self._schema_json)

    @property
    def row_count(self) -> int:
        """Rows kept so far; only such that are on disk as a whole."""
        try:
            _, last = last_whole(self._directory / INDEX, self._directory / DATA)
        except FileNotFoundError:
            raise _expired() from None
        return last.end_row if last else 0

    @property
    def arrow_schema(self) -> pa.Schema:
        """The schema of ``batches``; year-month intervals are 32-bit months."""
        with self._open(INDEX) as index:
            if not len(IndexReader(index)):  # the data file's head may be half-written
                return schema_of(self.columns)
        with self._open(DATA) as data:
            return pa.ipc.read_schema(data)

    def batches(self, offset: int = 0, limit: int | None = None) -> Iterator[pa.RecordBatch]:
        """Give rows ``offset`` … ``offset + limit`` as record batches; holds one response at a time."""
        if offset < 0 or (limit is not None and limit < 0):
            raise ValueError("offset and limit count rows from 0")
        schema = self.arrow_schema
        wanted = limit
        if wanted == 0:
            return
        for entry, data in self._responses(offset):
            skipped = max(0, offset - entry.first_row)
            for batch in _record_batches(data, schema):
                part = batch.slice(skipped, wanted)
                skipped = max(0, skipped - batch.num_rows)
                if part.num_rows:
                    yield part
                if wanted is not None:
                    wanted -= part.num_rows
                    if wanted == 0:
                        return

    def rows(self, offset: int, limit: int) -> list[list[JsonValue]]:
        """Give at most ``limit`` rows from ``offset`` as JSON cells, ready for ``dump_json``."""
        zone = session_zone(self.arrow_schema)
        return [row for batch in self.batches(offset, limit) for row in json_rows(batch, self.columns, zone)]

    def text_rows(self, offset: int, limit: int) -> list[list[str | None]]:
        """Give at most ``limit`` rows from ``offset`` as the text Spark shows, null as ``None``."""
        zone = session_zone(self.arrow_schema)
        return [row for batch in self.batches(offset, limit) for row in text_rows(batch, self.columns, zone)]

    def _responses(self, offset: int) -> Iterator[tuple[Entry, pa.Buffer]]:
        """Give each response that has rows from ``offset`` on, with its bytes."""
        with self._open(INDEX) as index, self._open(DATA) as data:
            reader = IndexReader(index)
            for number in range(reader.find(offset), len(reader)):
                entry = reader.entry(number)
                data.seek(entry.offset)
                yield entry, pa.py_buffer(data.read(entry.length))

    def _open(self, name: str) -> BinaryIO:
        try:
            return (self._directory / name).open("rb")
        except FileNotFoundError:
            raise _expired() from None


def _record_batches(data: pa.Buffer, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    reader = pa.ipc.MessageReader.open_stream(data)
    while True:
        try:
            message = reader.read_next_message()
        except StopIteration:
            return
        yield pa.ipc.read_record_batch(message, schema)


def _expired() -> ResultExpired:
    return ResultExpired("The result is no longer kept; run the statement again")
