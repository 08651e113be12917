"""Spare Spark sessions, made while the engine is idle, so that a job's first statement starts sooner."""

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from headway.jobs.errors import EngineLost, StatementFailed

SPARES = 2
# Far below Spark's time for idle sessions (spark.connect.session.manager.defaultSessionTimeout).
OLDEST_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class _Spare:
    session_id: str
    made_at: float  # monotonic


class SessionPool:
    """Hands out session ids, each once: a warm spare when there is one, else a new id.

    ``warm`` opens a session and runs something in it, ``end`` ends it. A new session builds its analyser,
    class loader and generated code in its first statement; a spare has done so. What cannot be ended now,
    because the engine hangs, is ended when spares are made again.
    """

    def __init__(
        self,
        warm: Callable[[str], Awaitable[None]],
        end: Callable[[str], Awaitable[None]],
        is_idle: Callable[[], bool],
        size: int = SPARES,
    ) -> None:
        self._warm = warm
        self._end = end
        self._is_idle = is_idle
        self._size = size
        self._spares: list[_Spare] = []
        self._to_end: list[str] = []
        self._filling: asyncio.Task[None] | None = None

    def take(self) -> str:
        """Give a session id that nobody else gets."""
        youngest = self._spares.pop() if self._spares else None
        if youngest is None or _is_old(youngest):
            return str(uuid.uuid4())
        return youngest.session_id

    async def end(self, session_id: str) -> None:
        """End a session, then make spares in the background."""
        try:
            await self._end(session_id)
        except EngineLost:
            self._to_end.append(session_id)
        self.refill()

    def end_later(self, session_id: str) -> None:
        """End a session in the background, then make spares."""
        self._to_end.append(session_id)
        self.refill()

    def refill(self) -> None:
        """Begin to make spares in the background, unless that is under way."""
        if self._filling is None or self._filling.done():
            self._filling = asyncio.create_task(self._fill())

    async def filled(self) -> None:
        """Wait for what ``refill`` began."""
        if self._filling is not None:
            await asyncio.wait((self._filling,))

    async def close(self) -> None:
        """End the spares."""
        if self._filling is not None:
            self._filling.cancel()
            await asyncio.wait((self._filling,))
        self._to_end += [spare.session_id for spare in self._spares]
        self._spares = []
        with suppress(EngineLost, StatementFailed):  # the engine is gone, and the sessions with it
            await self._end_all()

    async def _fill(self) -> None:
        self._to_end += [spare.session_id for spare in self._spares if _is_old(spare)]
        self._spares = [spare for spare in self._spares if not _is_old(spare)]
        try:
            await self._end_all()
            while len(self._spares) < self._size and self._is_idle():
                session_id = str(uuid.uuid4())
                await self._warm(session_id)
                self._spares.append(_Spare(session_id, time.monotonic()))
                await self._end_all()
        except (EngineLost, StatementFailed):
            return  # no spare, no harm: the job that needs a session meets the cause itself

    async def _end_all(self) -> None:
        while self._to_end:
            session_id = self._to_end.pop()
            try:
                await self._end(session_id)
            except EngineLost:
                self._to_end.append(session_id)
                raise


def _is_old(spare: _Spare) -> bool:
    return time.monotonic() - spare.made_at > OLDEST_SECONDS
