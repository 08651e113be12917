"""Who reads a feed: events are made once, and each reader takes them at a pace of its own."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

# So many publications a reader may be behind; then it is let go. Their bytes are shared by all readers.
MOST_WAITING = 64


@dataclass(frozen=True, slots=True)
class Event:
    """One event as it is sent; ``number`` is its place in the log of events, if it has one."""

    data: bytes
    number: int | None = None


class Reader:
    """One stream's share of a feed."""

    def __init__(self) -> None:
        self._waiting: asyncio.Queue[Sequence[Event] | None] = asyncio.Queue()
        self.is_closed = False

    def offer(self, events: Sequence[Event]) -> None:
        """Hand over events; a reader that is too far behind loses all and is let go: it may come back."""
        if self.is_closed or not events:
            return
        if self._waiting.qsize() < MOST_WAITING:
            self._waiting.put_nowait(events)
            return
        while not self._waiting.empty():
            self._waiting.get_nowait()
        self.close()

    def close(self) -> None:
        """End the stream after what was handed over."""
        if not self.is_closed:
            self.is_closed = True
            self._waiting.put_nowait(None)

    async def take(self, seconds: float) -> Sequence[Event] | None:
        """Give what was handed over next, nothing after that many silent seconds, ``None`` at the end."""
        try:
            async with asyncio.timeout(seconds):
                return await self._waiting.get()
        except TimeoutError:
            return ()


R = TypeVar("R", bound=Reader)


class Feed(ABC, Generic[R]):
    """Events of one thing, made once for all who read them; over when the last of them has left."""

    def __init__(self) -> None:
        self._readers: set[R] = set()
        self._over = asyncio.Event()

    @property
    def is_over(self) -> bool:
        """Whether nobody reads any more: who comes now needs another feed."""
        return self._over.is_set()

    def leave(self, reader: R) -> None:
        """Hand nothing more to a reader."""
        self._readers.discard(reader)
        if not self._readers:
            self._over.set()

    def close(self) -> None:
        """End every stream."""
        self._over.set()
        for reader in self._readers:
            reader.close()

    async def rest(self, seconds: float) -> None:
        """Wait; not longer than the feed is read."""
        try:
            async with asyncio.timeout(seconds):
                await self._over.wait()
        except TimeoutError:
            return

    @abstractmethod
    async def produce(self) -> None:
        """Make events until the feed is over."""
