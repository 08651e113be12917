"""Rows -> a file's bytes, a few megabytes at a time.

csv      header; RFC 4180 (CRLF); null is empty, an empty text ""; nested values as JSON text; binary base64
json     one array; objects, or arrays of cells when column names repeat (an object cannot hold both)
parquet  repeated names get a suffix (a, a_2); columns of types Parquet lacks (intervals, VARIANT) as text
arrow    an Arrow IPC file; names and types as stored (year-month intervals as 32-bit counts of months)
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from enum import StrEnum
from typing import BinaryIO

import pyarrow as pa

from headway.results.cells import json_rows, session_zone, text_column
from headway.results.json_text import JsonValue, dump_json, dump_text
from headway.results.spark_schema import Column, SparkType, leaf_types

_GROUP_BYTES = 16 << 20  # what is gathered before Parquet writes a row group
_GROUP_ROWS = 1 << 17
# Besides the other intervals; "struct" is one without fields.
_NOT_IN_PARQUET = frozenset({"interval", "calendarinterval", "variant", "struct"})
# What RFC 4180 wants quoted, and what would be taken for null or trimmed by some readers.
_TO_QUOTE = re.compile(r'[",\r\n]|^\s|\s$|^$')
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


def export_rows(
    file_format: ExportFormat,
    columns: Sequence[Column],
    schema: pa.Schema,
    batches: Iterable[pa.RecordBatch],
    sink: BinaryIO,
) -> Exported:
    """Write rows to ``sink``, which stays open; memory stays flat for any number of rows.

    ``columns``, ``schema`` and ``batches`` are those of a ``StoredResult``. Blocking.
    """
    match file_format:
        case ExportFormat.CSV:
            return _write_csv(columns, schema, batches, sink)
        case ExportFormat.JSON:
            return _write_json(columns, schema, batches, sink)
        case ExportFormat.PARQUET:
            return _write_parquet(columns, schema, batches, sink)
        case ExportFormat.ARROW:
            return _write_arrow(schema, batches, sink)


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


def _write_csv(
    columns: Sequence[Column], schema: pa.Schema, batches: Iterable[pa.RecordBatch], sink: BinaryIO
) -> Exported:
    zone, count = session_zone(schema), 0
    sink.write((",".join(_csv_cell(column.name) for column in columns) + "\r\n").encode())
    for batch in _pages(batches):
        lines = (",".join(map(_csv_cell, row)) for row in json_rows(batch, columns, zone))
        sink.write(("\r\n".join(lines) + "\r\n").encode("utf-8", "replace"))
        count += batch.num_rows
    return Exported(count)


def _csv_cell(value: JsonValue) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        value = dump_text(value)
        if value[0] not in '"[{':
            return value
        value = value.strip('"')  # NaN and the infinities
    return '"' + value.replace('"', '""') + '"' if _TO_QUOTE.search(value) else value


def _write_json(
    columns: Sequence[Column], schema: pa.Schema, batches: Iterable[pa.RecordBatch], sink: BinaryIO
) -> Exported:
    zone, count = session_zone(schema), 0
    names = [column.name for column in columns]
    as_objects = len(set(names)) == len(names)
    sink.write(b"[")
    for batch in _pages(batches):
        rows = json_rows(batch, columns, zone)
        items = (dict(zip(names, row, strict=True)) for row in rows) if as_objects else iter(rows)
        sink.write((b",\n" if count else b"\n") + b",\n".join(map(dump_json, items)))
        count += batch.num_rows
    sink.write(b"\n]\n")
    return Exported(count)


def _write_parquet(
    columns: Sequence[Column], schema: pa.Schema, batches: Iterable[pa.RecordBatch], sink: BinaryIO
) -> Exported:
    import pyarrow.parquet as parquet  # late: only this format needs it

    zone, names = session_zone(schema), unique_names(columns)
    kept = [_fits_parquet(column.spark_type) for column in columns]
    fields = [
        pa.field(name, field.type if fits else pa.string())
        for name, field, fits in zip(names, schema, kept, strict=True)
    ]
    target = pa.schema(fields)
    count = 0
    with parquet.ParquetWriter(sink, target, compression="zstd") as writer:
        for group in _groups(batches):
            table = pa.Table.from_batches(group, schema)
            arrays = [
                column if fits else _as_text(column, spark.spark_type, zone)
                for column, fits, spark in zip(table.columns, kept, columns, strict=True)
            ]
            writer.write_table(pa.Table.from_arrays(arrays, schema=target))
            count += table.num_rows
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


def _write_arrow(schema: pa.Schema, batches: Iterable[pa.RecordBatch], sink: BinaryIO) -> Exported:
    count = 0
    with pa.ipc.new_file(sink, schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
            count += batch.num_rows
    return Exported(count)


def _pages(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Cut batches into pieces that are small as Python values too; leaves out empty ones."""
    for batch in batches:
        for start in range(0, batch.num_rows, _PAGE_ROWS):
            yield batch.slice(start, _PAGE_ROWS)


def _groups(batches: Iterable[pa.RecordBatch]) -> Iterator[list[pa.RecordBatch]]:
    """Gather batches until they make a Parquet row group."""
    group: list[pa.RecordBatch] = []
    for batch in batches:
        group.append(batch)
        if sum(b.nbytes for b in group) >= _GROUP_BYTES or sum(b.num_rows for b in group) >= _GROUP_ROWS:
            yield group
            group = []
    if group:
        yield group
