"""Stored rows as an Arrow IPC stream, piece by piece: memory does not grow with the result."""

from collections.abc import Iterator

import pyarrow as pa

from headway.api.result_part import Part
from headway.results.drain import Drain

SPARK_SCHEMA = b"spark_schema"  # key in the stream's schema metadata: Spark's StructType as JSON text


def arrow_pieces(part: Part) -> Iterator[bytes]:
    """Give the stream's bytes, one stored batch at a time. Blocking.

    A result that is removed meanwhile raises ``ResultExpired``: the stream then lacks its end mark.
    """
    drain, schema = Drain(), part.schema
    spark = {SPARK_SCHEMA: part.stored.schema_json.encode()}
    with pa.ipc.new_stream(drain, schema.with_metadata({**(schema.metadata or {}), **spark})) as writer:
        for batch in part.batches():
            writer.write_batch(batch)
            yield drain.take()
    yield drain.take()
