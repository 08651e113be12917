"""Copies a job's rows from the service into a file of some format; memory stays flat."""

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

import pyarrow as pa

from headway.results.export import ExportFormat, export_rows
from headway.results.spark_schema import columns_of

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

    from headway.client.http import HeadwayClient

CHUNK_BYTES = 1 << 20
SPARK_SCHEMA = b"spark_schema"  # where the stream's schema carries Spark's


class _Incoming(io.RawIOBase):
    """Reads what an iterator of bytes gives."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, target: "WriteableBuffer") -> int:
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = memoryview(chunk)
        room = memoryview(target)
        taken = min(len(room), len(self._rest))
        room[:taken], self._rest = self._rest[:taken], self._rest[taken:]
        return taken


def copy_rows(
    client: "HeadwayClient", job_id: str, format_name: str, sink: BinaryIO, offset: int
) -> tuple[int, list[str]]:
    """Write a job's rows from ``offset`` on to ``sink``, which stays open.

    Gives their number, and what the format made different. Raises ``ClientError`` and ``OSError``.
    """
    with client.arrow(job_id, offset) as chunks:
        incoming = io.BufferedReader(_Incoming(chunks), CHUNK_BYTES)
        with pa.ipc.open_stream(incoming) as reader:
            columns = columns_of(reader.schema.metadata[SPARK_SCHEMA].decode())
            done = export_rows(ExportFormat(format_name), columns, reader.schema, reader, sink)
    notes = [f"column {name} is named {given} in the file" for name, given in done.renamed]
    notes += [f"column {name} is written as text: {format_name} lacks its type" for name in done.as_text]
    return done.row_count, notes
