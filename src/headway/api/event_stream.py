"""An answer that goes on: events as they come, for as long as the caller reads them."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import structlog
from fastapi.sse import EventSourceResponse
from starlette.types import Message, Send

log = structlog.get_logger(__name__)

# A caller that takes nothing for so long is gone or asleep; it can come back and resume.
STUCK_SECONDS = 20.0
_HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}  # no proxy may hold events back


class EventStream(EventSourceResponse):
    """Sends what ``events`` gives and closes it, however the answer ends."""

    def __init__(self, events: AsyncGenerator[bytes]) -> None:
        super().__init__(events, headers=_HEADERS)
        self._events = events

    async def stream_response(self, send: Send) -> None:
        """Send until the events end or the caller takes nothing any more."""

        async def send_soon(message: Message) -> None:
            async with asyncio.timeout(STUCK_SECONDS):
                await send(message)

        async with aclosing(self._events):
            try:
                await super().stream_response(send_soon)
            except TimeoutError:
                log.info("a reader of events takes nothing; let go")
