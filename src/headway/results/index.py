"""The index beside spooled rows: one fixed-width record a response, written after its rows.

Fixed width makes three things simple: the record of a row is found by bisection without reading the file,
a half-written record shows by its length, and cutting back is a truncation.
"""

import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_RECORD = struct.Struct("<QQQQB63s")
RECORD_BYTES = _RECORD.size
_ID_BYTES = 63


@dataclass(frozen=True, slots=True)
class Entry:
    """Where the rows of one response are. ``offset`` and ``length`` are bytes of the data file."""

    offset: int
    length: int
    first_row: int
    row_count: int
    response_id: str

    @property
    def end(self) -> int:
        """The first byte after these rows."""
        return self.offset + self.length

    @property
    def end_row(self) -> int:
        """The number of the first row after these."""
        return self.first_row + self.row_count


def pack(entry: Entry) -> bytes:
    """Write one record; raises ``ValueError`` when the response id does not fit (63 bytes)."""
    name = entry.response_id.encode()
    if len(name) > _ID_BYTES:
        raise ValueError(f"a response id of {len(name)} bytes is longer than {_ID_BYTES}")
    return _RECORD.pack(entry.offset, entry.length, entry.first_row, entry.row_count, len(name), name)


def unpack(record: bytes) -> Entry:
    """Read one record."""
    offset, length, first_row, row_count, size, name = _RECORD.unpack(record)
    return Entry(offset, length, first_row, row_count, name[:size].decode())


class IndexReader:
    """Reads an index that may still grow; sees the records that were there when it was opened."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._count = os.fstat(file.fileno()).st_size // RECORD_BYTES

    def __len__(self) -> int:
        return self._count

    def entry(self, number: int) -> Entry:
        """Read record ``number``, counted from 0."""
        self._file.seek(number * RECORD_BYTES)
        return unpack(self._file.read(RECORD_BYTES))

    def find(self, row: int) -> int:
        """Give the number of the first record that ends after ``row``; ``len`` when there is none."""
        low, high = 0, self._count
        while low < high:
            middle = (low + high) // 2
            if self.entry(middle).end_row > row:
                high = middle
            else:
                low = middle + 1
        return low


def last_whole(index_path: Path, data_path: Path) -> tuple[int, Entry | None]:
    """Give how many records are whole and lie within the data file, and the last of them.

    After a kill only the tail can be broken; after a power cut the data may be shorter than the index says.
    """
    data_bytes = data_path.stat().st_size
    with index_path.open("rb") as file:
        reader = IndexReader(file)
        for count in range(len(reader), 0, -1):
            entry = reader.entry(count - 1)
            if entry.offset > 0 and entry.end <= data_bytes:  # a schema precedes the first rows
                return count, entry
    return 0, None
