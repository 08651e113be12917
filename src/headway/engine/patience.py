"""How long trouble on the wire is borne before the engine is taken for lost."""

import asyncio
import time

from headway.jobs.errors import EngineLost

FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 2.0


class Patience:
    """Growing pauses between tries, within a bounded time; ``restore`` when something came through."""

    def __init__(self, seconds: float, complaint: str) -> None:
        self._seconds = seconds
        self._complaint = complaint
        self._since: float | None = None
        self._pause = FIRST_PAUSE_SECONDS

    def restore(self) -> None:
        """Begin anew: the other side has answered."""
        self._since = None
        self._pause = FIRST_PAUSE_SECONDS

    async def pause(self, reason: str) -> None:
        """Wait before the next try; raises ``EngineLost`` when the time is used up."""
        now = time.monotonic()
        self._since = now if self._since is None else self._since
        if now - self._since + self._pause > self._seconds:
            raise EngineLost(f"{self._complaint}: {reason}")
        await asyncio.sleep(self._pause)
        self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS)
