"""Writes one result to disk while it arrives. Blocking: call it through ``asyncio.to_thread``.

``rows.arrow`` is one Arrow IPC stream: the schema once, then Spark's record batch messages byte for byte.
``rows.index`` has a record per response, written after its rows, so a process killed at any byte can resume.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa

from headway.jobs.errors import ResultTooLarge
from headway.results.arrow_schema import readable, schema_of
from headway.results.index import RECORD_BYTES, Entry, last_whole, pack
from headway.results.spark_schema import columns_of

DATA = "rows.arrow"
INDEX = "rows.index"
SCHEMA = "schema.json"
_END_OF_STREAM = b"\xff\xff\xff\xff\x00\x00\x00\x00"


class Spool:
    """Appends the rows of one result; holds no more than one response in memory.

    Made by ``ResultStore.create`` and ``ResultStore.resume``. Not for use by two threads at once.
    """

    def __init__(self, directory: Path, limit_bytes: int) -> None:
        self._directory = directory
        self._limit_bytes = limit_bytes
        count, last = last_whole(directory / INDEX, directory / DATA)
        self._row_count = last.end_row if last else 0
        self._end = last.end if last else 0
        self._last_response_id = last.response_id if last else None
        self._index_end = count * RECORD_BYTES
        self._data = (directory / DATA).open("r+b", buffering=0)
        self._index = (directory / INDEX).open("r+b", buffering=0)
        self._index.truncate(self._index_end)
        self._data.truncate(self._end)
        self._schema = _read_schema(directory / DATA) if last else None

    @property
    def row_count(self) -> int:
        """Rows kept so far."""
        return self._row_count

    @property
    def byte_count(self) -> int:
        """Bytes of Arrow data kept so far."""
        return self._end

    @property
    def last_response_id(self) -> str | None:
        """The last response whose rows are kept: a reattach goes on after it."""
        return self._last_response_id

    def append(self, response_id: str, data: bytes, row_count: int) -> None:
        """Keep the rows of one response: ``data`` is an Arrow IPC stream holding ``row_count`` rows.

        Raises ``ResultTooLarge`` when they do not fit under the limit (what was kept before stays), and
        ``ValueError`` when the data is not what it says or its schema differs from the first response's.
        """
        schema, messages = _split(data)
        if self._schema is not None and not schema.equals(self._schema):
            raise ValueError("the schema of the rows changed within one result")
        rows = sum(pa.ipc.read_record_batch(message, schema).num_rows for message in messages)
        if rows != row_count:
            raise ValueError(f"a response says {row_count} rows and holds {rows}")
        head = b"" if self._schema is not None else schema.serialize().to_pybytes()
        bodies = [message.serialize() for message in messages]
        offset = self._end + len(head)
        end = offset + sum(len(body) for body in bodies)
        if end > self._limit_bytes:
            raise ResultTooLarge(self._limit_bytes)
        entry = Entry(offset, end - offset, self._row_count, row_count, response_id)
        record = pack(entry)
        _write(self._data.fileno(), self._end, head, *bodies)
        _write(self._index.fileno(), self._index_end, record)
        self._schema = schema
        self._end = end
        self._index_end += RECORD_BYTES
        self._row_count = entry.end_row
        self._last_response_id = response_id

    def finish(self) -> None:
        """Write the end of the stream: the result is whole. More rows may not follow."""
        if self._schema is None:  # Spark gave a schema and no batch
            columns = columns_of((self._directory / SCHEMA).read_text("utf-8"))
            _write(self._data.fileno(), 0, schema_of(columns).serialize().to_pybytes(), _END_OF_STREAM)
        else:
            _write(self._data.fileno(), self._end, _END_OF_STREAM)
        self.close()

    def close(self) -> None:
        """Let go of the files; what was kept stays and can be resumed."""
        self._data.close()
        self._index.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _split(data: bytes) -> tuple[pa.Schema, list[pa.Message]]:
    """Give an IPC stream's schema, as it is stored, and its record batch messages."""
    try:
        messages = list(_messages(data))
        if not messages or messages[0].type != "schema":
            raise ValueError("rows arrived that are not an Arrow stream")
        if any(message.type != "record batch" for message in messages[1:]):
            raise ValueError("rows arrived in an Arrow form that is not kept (dictionaries)")
        return readable(pa.ipc.read_schema(messages[0])), messages[1:]
    except pa.ArrowException as error:
        raise ValueError(f"rows arrived that Arrow cannot read: {error}") from error


def _messages(data: bytes) -> Iterator[pa.Message]:
    reader = pa.ipc.MessageReader.open_stream(pa.py_buffer(data))
    while True:
        try:
            yield reader.read_next_message()
        except StopIteration:
            return


def _read_schema(path: Path) -> pa.Schema:
    with pa.OSFile(str(path), "rb") as file:
        return pa.ipc.read_schema(file)


def _write(descriptor: int, offset: int, *parts: bytes | pa.Buffer) -> None:
    """Write at a place, not at the end: an append that failed half-way leaves no hole for the next."""
    os.lseek(descriptor, offset, os.SEEK_SET)
    for part in parts:
        view = memoryview(part)
        while view:
            view = view[os.write(descriptor, view) :]
