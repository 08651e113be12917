"""A job's rows as Arrow record batches, as they come from the service."""

import io
import time
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

import pyarrow as pa

from headway.client.errors import Busy, Unreachable
from headway.client.follow import PATIENCE_SECONDS, RETRY_SECONDS
from headway.client.http import HeadwayClient

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

CHUNK_BYTES = 1 << 20


class Incoming(io.RawIOBase):
    """Reads what an iterator of bytes gives."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, target: "WriteableBuffer") -> int:
        """Fill a buffer with what comes next; 0 at the end."""
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = memoryview(chunk)
        room = memoryview(target)
        taken = min(len(room), len(self._rest))
        room[:taken], self._rest = self._rest[:taken], self._rest[taken:]
        return taken


class ArrowRows:
    """The ``row_count`` rows of a job that has ended: an iterator over record batches; memory stays flat.

    A stream that breaks off is opened again behind the last row that came. Raises ``ClientError``.
    """

    schema: pa.Schema

    def __init__(self, client: HeadwayClient, job_id: str, row_count: int) -> None:
        self._client = client
        self._job_id = job_id
        self._row_count = row_count
        self._came = 0
        self._stream = self._opened()
        self._step()

    def __iter__(self) -> "ArrowRows":
        """Give itself."""
        return self

    def __next__(self) -> pa.RecordBatch:
        """Give the next batch."""
        while self._came < self._row_count:
            batch = self._step()
            if batch is not None:
                self._came += batch.num_rows
                return batch
        self.close()
        raise StopIteration

    def close(self) -> None:
        """Close the stream; rows that did not come are left."""
        self._stream.close()

    def _step(self) -> pa.RecordBatch | None:
        """Give the next batch, ``None`` when the stream was opened anew."""
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                for batch in self._stream:
                    return batch
                raise Unreachable(self._client.endpoint, "the rows broke off")
            except (Busy, Unreachable):
                if time.monotonic() > give_up_at:
                    raise
            time.sleep(RETRY_SECONDS)
            self._stream = self._opened()

    def _opened(self) -> Generator[pa.RecordBatch | None]:
        """Give ``None`` once the schema is known, then the batches from the first row that did not come."""
        with self._client.arrow(self._job_id, self._came) as chunks:
            incoming = io.BufferedReader(Incoming(chunks), CHUNK_BYTES)
            try:
                with pa.ipc.open_stream(incoming) as reader:
                    self.schema = reader.schema
                    yield None
                    yield from reader
            except (pa.ArrowInvalid, OSError) as error:
                raise Unreachable(self._client.endpoint, f"the rows broke off: {error}") from error
