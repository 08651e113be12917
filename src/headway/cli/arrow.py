"""Copies a job's rows from the service into a file of some format; memory stays flat."""

import io
from typing import TYPE_CHECKING, BinaryIO

import pyarrow as pa

from headway.client.arrow_rows import CHUNK_BYTES, Incoming
from headway.results.export import ExportFormat, export_rows
from headway.results.spark_schema import columns_of

if TYPE_CHECKING:
    from headway.client.http import HeadwayClient

SPARK_SCHEMA = b"spark_schema"  # where the stream's schema carries Spark's


def copy_rows(
    client: "HeadwayClient", job_id: str, format_name: str, sink: BinaryIO, offset: int
) -> tuple[int, list[str]]:
    """Write a job's rows from ``offset`` on to ``sink``, which stays open.

    Gives their number, and what the format made different. Raises ``ClientError`` and ``OSError``.
    """
    with client.arrow(job_id, offset) as chunks:
        incoming = io.BufferedReader(Incoming(chunks), CHUNK_BYTES)
        with pa.ipc.open_stream(incoming) as reader:
            columns = columns_of(reader.schema.metadata[SPARK_SCHEMA].decode())
            done = export_rows(ExportFormat(format_name), columns, reader.schema, reader, sink)
    notes = [f"column {name} is named {given} in the file" for name, given in done.renamed]
    notes += [f"column {name} is written as text: {format_name} lacks its type" for name in done.as_text]
    return done.row_count, notes
