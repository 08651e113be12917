"""How long trouble on the wire is borne before the engine is taken for lost."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from headway.jobs.errors import EngineLost

FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 1.0

# Says why an engine whose process is known is gone; ``None`` while it lives.
Gone = Callable[[], Awaitable[str | None]]


class Patience:
    """Growing pauses between tries; ``restore`` when something came through.

    With ``gone`` the engine is lost when that says so and not before, be it hung for hours. Without, it is
    lost after ``seconds`` of trouble: nothing else tells a dead engine far away from a slow one.
    """

    def __init__(self, url: str, seconds: float, gone: Gone | None) -> None:
        self._url = url
        self._seconds = seconds
        self._gone = gone
        self._since: float | None = None
        self._pause = FIRST_PAUSE_SECONDS

    def restore(self) -> None:
        """Begin anew: the other side has answered."""
        self._since = None
        self._pause = FIRST_PAUSE_SECONDS

    async def pause(self, trouble: str) -> None:
        """Wait before the next try; raises ``EngineLost`` when no further try makes sense."""
        if self._gone is None:
            now = time.monotonic()
            self._since = now if self._since is None else self._since
            if now - self._since + self._pause > self._seconds:
                raise EngineLost(f"engine lost: {self._url} does not answer: {trouble}")
        elif (end := await self._gone()) is not None:
            raise EngineLost(f"engine lost: {end}", is_gone=True)
        await asyncio.sleep(self._pause)
        self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS)
