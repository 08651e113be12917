"""Where a writer that wants a file writes, and the bytes are taken away piece by piece."""

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class Drain(io.RawIOBase):
    """Keeps what was written until it is taken; knows its position, as a file does."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._position = 0

    def writable(self) -> bool:
        """Tell that it can be written to."""
        return True

    def tell(self) -> int:
        """Give how many bytes were written, taken or not."""
        return self._position

    def write(self, data: "ReadableBuffer") -> int:
        """Keep a copy of the bytes."""
        part = bytes(data)
        self._parts.append(part)
        self._position += len(part)
        return len(part)

    def take(self) -> bytes:
        """Give what was written since the last time."""
        parts, self._parts = self._parts, []
        return b"".join(parts)
