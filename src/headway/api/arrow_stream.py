"""A stored result as an Arrow IPC stream, piece by piece: memory does not grow with the result."""

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pyarrow as pa

from headway.results.stored import StoredResult

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

MEDIA_TYPE = "application/vnd.apache.arrow.stream"
SPARK_SCHEMA = b"spark_schema"  # key in the stream's schema metadata: Spark's StructType as JSON text


class _Drain(io.RawIOBase):
    """Keeps what was written until it is taken."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._position = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def write(self, data: "ReadableBuffer") -> int:
        part = bytes(data)
        self._parts.append(part)
        self._position += len(part)
        return len(part)

    def take(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def arrow_chunks(stored: StoredResult, schema: pa.Schema, offset: int, limit: int | None) -> Iterator[bytes]:
    """Give the stream's bytes, one stored batch at a time. Blocking.

    A result that is removed meanwhile raises ``ResultExpired``: the stream then lacks its end mark.
    """
    drain = _Drain()
    told = schema.with_metadata({**(schema.metadata or {}), SPARK_SCHEMA: stored.schema_json.encode()})
    with pa.ipc.new_stream(drain, told) as writer:
        yield drain.take()
        for batch in stored.batches(offset, limit):
            writer.write_batch(batch)
            yield drain.take()
    yield drain.take()
