"""Rows -> a file's bytes, at most a few megabytes at a time.

csv      header; RFC 4180 (CRLF); null is empty, an empty text ""; nested values as JSON text; binary base64
json     one array; objects, or arrays of cells when column names repeat (an object cannot hold both)
parquet  repeated names get a suffix (a, a_2); columns of types Parquet lacks (intervals, VARIANT) as text
arrow    an Arrow IPC file; names and types as stored (year-month intervals as 32-bit counts of months)
"""

from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from enum import StrEnum
from typing import BinaryIO, TypeAlias

import pyarrow as pa

from headway.results.cells import json_rows, session_zone, text_column
from headway.results.csv_text import csv_header, csv_lines
from headway.results.drain import Drain
from headway.results.json_text import dump_json
from headway.results.spark_schema import Column, SparkType, leaf_types

_GROUP_BYTES = 16 << 20  # what is gathered before Parquet writes a row group
_GROUP_ROWS = 1 << 17
# Besides the other intervals; "struct" is one without fields.
_NOT_IN_PARQUET = frozenset({"interval", "calendarinterval", "variant", "struct"})
_PAGE_ROWS = 4_096  # rows turned into Python values at a time


class ExportFormat(StrEnum):
    """What a result can be written as."""

    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"
    ARROW = "arrow"


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written; ``renamed`` holds pairs of a column's name and its name in the file."""

    row_count: int
    renamed: tuple[tuple[str, str], ...] = ()
    as_text: tuple[str, ...] = ()  # columns written as text because the format lacks their type


Pieces: TypeAlias = Generator[bytes, None, Exported]


def export_pieces(
    file_format: ExportFormat,
    columns: Sequence[Column],
    schema: pa.Schema,
    batches: Iterable[pa.RecordBatch],
) -> Pieces:
    """Give the file piece by piece; memory stays flat for any number of rows.

    ``columns``, ``schema`` and ``batches`` are those of a ``StoredResult``. Blocking.
    """
    match file_format:
        case ExportFormat.CSV:
            return _csv(columns, schema, batches)
        case ExportFormat.JSON:
            return _json(columns, schema, batches)
        case ExportFormat.PARQUET:
            return _parquet(columns, schema, batches)
        case ExportFormat.ARROW:
            return _arrow(schema, batches)


def export_rows(
    file_format: ExportFormat,
    columns: Sequence[Column],
    schema: pa.Schema,
    batches: Iterable[pa.RecordBatch],
    sink: BinaryIO,
) -> Exported:
    """Write the file to ``sink``, which stays open; it is only written to. See ``export_pieces``."""
    pieces = export_pieces(file_format, columns, schema, batches)
    while True:
        try:
            piece = next(pieces)
        except StopIteration as end:
            exported: Exported = end.value
            return exported
        sink.write(piece)


def unique_names(columns: Sequence[Column]) -> list[str]:
    """Give every column a name of its own: a repeated ``a`` becomes ``a_2``, or the next free number."""
    taken = {column.name for column in columns}
    seen: set[str] = set()
    names = []
    for column in columns:
        name, number = column.name, 2
        if name in seen:
            while name in taken:
                name, number = f"{column.name}_{number}", number + 1
        seen.add(name)
        taken.add(name)
        names.append(name)
    return names


def _csv(columns: Sequence[Column], schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> Pieces:
    zone, count = session_zone(schema), 0
    yield csv_header(columns)
    for batch in _pages(batches):
        yield csv_lines(batch, columns, zone)
        count += batch.num_rows
    return Exported(count)


def _json(columns: Sequence[Column], schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> Pieces:
    zone, count = session_zone(schema), 0
    names = [column.name for column in columns]
    as_objects = len(set(names)) == len(names)
    yield b"["
    for batch in _pages(batches):
        rows = json_rows(batch, columns, zone)
        items = (dict(zip(names, row, strict=True)) for row in rows) if as_objects else iter(rows)
        yield (b",\n" if count else b"\n") + b",\n".join(map(dump_json, items))
        count += batch.num_rows
    yield b"\n]\n"
    return Exported(count)


def _parquet(columns: Sequence[Column], schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> Pieces:
    import pyarrow.parquet as parquet  # late: only this format needs it

    zone, names = session_zone(schema), unique_names(columns)
    kept = [_fits_parquet(column.spark_type) for column in columns]
    fields = [
        pa.field(name, field.type if fits else pa.string())
        for name, field, fits in zip(names, schema, kept, strict=True)
    ]
    target = pa.schema(fields)
    drain, count = Drain(), 0
    with parquet.ParquetWriter(drain, target, compression="zstd") as writer:
        for group in _groups(batches):
            table = pa.Table.from_batches(group, schema)
            arrays = [
                column if fits else _as_text(column, spark.spark_type, zone)
                for column, fits, spark in zip(table.columns, kept, columns, strict=True)
            ]
            writer.write_table(pa.Table.from_arrays(arrays, schema=target))
            count += table.num_rows
            yield drain.take()
    yield drain.take()
    renamed = tuple(
        (column.name, name) for column, name in zip(columns, names, strict=True) if column.name != name
    )
    as_text = tuple(name for name, fits in zip(names, kept, strict=True) if not fits)
    return Exported(count, renamed, as_text)


def _as_text(column: pa.ChunkedArray, spark_type: SparkType, zone: tzinfo) -> pa.ChunkedArray:
    chunks = [pa.array(text_column(chunk, spark_type, zone), pa.string()) for chunk in column.chunks]
    return pa.chunked_array(chunks, pa.string())


def _fits_parquet(spark_type: SparkType) -> bool:
    return not any(leaf in _NOT_IN_PARQUET or leaf.startswith("interval ") for leaf in leaf_types(spark_type))


def _arrow(schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> Pieces:
    drain, count = Drain(), 0
    with pa.ipc.new_file(drain, schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
            count += batch.num_rows
            yield drain.take()
    yield drain.take()
    return Exported(count)


def _pages(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Cut batches into pieces that are small as Python values too; leaves out empty ones."""
    for batch in batches:
        for start in range(0, batch.num_rows, _PAGE_ROWS):
            yield batch.slice(start, _PAGE_ROWS)


def _groups(batches: Iterable[pa.RecordBatch]) -> Iterator[list[pa.RecordBatch]]:
    """Gather batches until they make a Parquet row group."""
    group: list[pa.RecordBatch] = []
    size = rows = 0
    for batch in batches:
        group.append(batch)
        size, rows = size + batch.nbytes, rows + batch.num_rows
        if size >= _GROUP_BYTES or rows >= _GROUP_ROWS:
            yield group
            group, size, rows = [], 0, 0
    if group:
        yield group
