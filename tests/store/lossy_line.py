"""A line to PostgreSQL that breaks at a COMMIT: before the server gets it, or before its answer is back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import URL, make_url

Break = Literal["before", "after"]
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class LossyLine:
    """Stands between clients and a server. Set ``breaks`` and the next COMMIT is the line's end, once."""

    server: URL
    url: str = ""  # of the database over this line
    breaks: Break | None = None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_server, to_server = await self._connect()
        answers = asyncio.create_task(_forward(from_server, writer))
        with suppress(ConnectionError), closing(to_server), closing(writer):
            while data := await reader.read(1 << 16):
                how = self.breaks if b"COMMIT\0" in data else None
                if how is not None:
                    self.breaks = None
                    await _cancelled(answers)
                if how == "before":
                    break
                to_server.write(data)
                if how == "after":
                    await from_server.read(1)  # it is written now
                    break
            await _cancelled(answers)

    async def _connect(self) -> Streams:
        directory, port = self.server.query.get("host"), self.server.port or 5432
        if isinstance(directory, str):
            return await asyncio.open_unix_connection(f"{directory}/.s.PGSQL.{port}")
        return await asyncio.open_connection(self.server.host, port)


async def _forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(1 << 16):
            writer.write(data)


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])


@asynccontextmanager
async def lossy_line(url: str) -> AsyncIterator[LossyLine]:
    line = LossyLine(make_url(url))
    listening = await asyncio.start_server(line.serve, "127.0.0.1", 0)
    near = line.server.set(host="127.0.0.1", port=listening.sockets[0].getsockname()[1], query={})
    line.url = near.render_as_string(hide_password=False)
    yield line
    listening.close()
