"""A caller of a stream of events, straight on the ASGI application: it reads as it likes and may leave."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Message, Scope


@dataclass(frozen=True)
class Told:
    """One event; a comment has no name and no data."""

    name: str
    data: Any
    event_id: str | None


class Listener:
    """Reads one answer. While ``reads`` is not set it takes nothing, as a client that is stuck."""

    def __init__(self, app: ASGIApp, path: str, headers: Mapping[str, str]) -> None:
        self._app = app
        self._path, _, query = path.partition("?")
        self._scope: Scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": self._path,
            "raw_path": self._path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
            "server": ("service", 80),
            "client": ("127.0.0.1", 1),
        }
        self._blocks: asyncio.Queue[str | None] = asyncio.Queue()
        self._text = ""
        self._left = asyncio.Event()
        self._began = asyncio.Event()
        self._asked = False
        self.reads = asyncio.Event()
        self.reads.set()
        self.status = 0
        self.headers: dict[str, str] = {}
        self.last_id: str | None = None
        self.task = asyncio.create_task(self._answered())

    async def begun(self) -> int:
        """Wait for the answer to begin; gives its status."""
        async with asyncio.timeout(10):
            await self._began.wait()
        return self.status

    async def next(self, *names: str) -> Told:
        """Give the next event, or the next with one of the names."""
        while (told := await self._next()) is not None:
            if told.name in names or (not names and told.name):
                return told
        raise AssertionError(f"the stream ended before {names}")

    async def rest(self) -> list[Told]:
        """Give every event until the end."""
        found = []
        while (told := await self._next()) is not None:
            found += [told] if told.name else []
        return found

    async def comment(self) -> str:
        """Give the next comment."""
        async with asyncio.timeout(10):
            while (block := await self._blocks.get()) is not None:
                if block.startswith(":"):
                    return block
        raise AssertionError("the stream ended before a comment")

    def leave(self) -> None:
        """Go away, as a client whose connection breaks."""
        self._left.set()

    async def _next(self) -> Told | None:
        async with asyncio.timeout(10):
            block = await self._blocks.get()
        if block is None:
            return None
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        self.last_id = fields.get("id", self.last_id)
        return Told(fields.get("event", ""), json.loads(fields.get("data", "null")), fields.get("id"))

    async def _answered(self) -> None:
        try:
            await self._app(self._scope, self._receive, self._send)
        finally:
            self._blocks.put_nowait(None)
            self._began.set()

    async def _receive(self) -> Message:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        await self.reads.wait()
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
            self._began.set()
            return
        *blocks, self._text = (self._text + message.get("body", b"").decode()).split("\n\n")
        for block in blocks:
            self._blocks.put_nowait(block)


@asynccontextmanager
async def listening(app: ASGIApp, path: str, headers: Mapping[str, str]) -> AsyncIterator[Listener]:
    """Open a stream; at the end the caller leaves and the answer is waited for."""
    listener = Listener(app, path, headers)
    try:
        yield listener
    finally:
        listener.leave()
        listener.reads.set()
        async with asyncio.timeout(10):
            await listener.task
