"""Questions that are answered in a bounded time, or not at all."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Bounded(Generic[T]):
    """A question that may take long. Whoever asks while it is being asked shares the answer.

    It is never cancelled: what hangs may hang in its cancellation as well (a driver that first asks its
    server), and asking again beside it would pile up.
    """

    def __init__(self, ask: Callable[[], Awaitable[T]], seconds: float) -> None:
        self._ask = ask
        self._seconds = seconds
        self._asked: asyncio.Task[T] | None = None

    async def answer(self) -> T:
        """Give the answer; raises ``TimeoutError`` when there is none in time, and what asking raised."""
        asked = self._asked
        if asked is None or asked.done():
            asked = self._asked = asyncio.create_task(self._asking())
            asked.add_done_callback(_look_at)
        await asyncio.wait([asked], timeout=self._seconds)
        if not asked.done():
            raise TimeoutError
        return asked.result()

    async def _asking(self) -> T:
        return await self._ask()


def _look_at(asked: "asyncio.Task[T]") -> None:
    # An error that comes too late for everybody is nobody's: asyncio would complain about it.
    if not asked.cancelled():
        asked.exception()
