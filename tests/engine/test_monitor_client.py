"""Requests to Spark's monitoring: few connections at a time, and a slow page holds nothing up."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from headway.engine.address import EngineAddress
from headway.engine.monitor_client import CONNECTIONS, MonitorClient
from tests.service.scene import until


@dataclass
class Server:
    """Answers every request with an empty list; counts connections. A page waits for the gate."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)
    open_now: int = 0
    most: int = 0
    pages: int = 0
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open_now += 1
        self.most = max(self.most, self.open_now)
        try:
            while (head := await reader.readuntil(b"\r\n\r\n")) != b"":
                if b"/SQL/" in head:
                    self.pages += 1
                    await self.gate.wait()
                body = b'[{"id": "app-1", "attempts": [{"appSparkVersion": "4.3.0"}]}]'
                if b"/applications?" not in head:
                    body = b"[]"
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
        except asyncio.IncompleteReadError:
            self.open_now -= 1
        finally:
            writer.close()


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    server = Server()
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    yield server
    server.gate.set()
    listening.close()


@pytest.fixture
async def client(server: Server) -> AsyncIterator[MonitorClient]:
    client = MonitorClient(EngineAddress("127.0.0.1", 1, monitor_url=f"http://127.0.0.1:{server.port}"))
    yield client
    await client.close()


async def test_many_requests_at_once_share_few_connections(server: Server, client: MonitorClient) -> None:
    # Spark's own server drops a connection that comes while another one waits to be accepted.
    await client.stages_by_id(range(50))
    assert server.most <= CONNECTIONS


async def test_a_page_that_takes_long_holds_no_read_up(server: Server, client: MonitorClient) -> None:
    pages = [asyncio.create_task(client.trees(each)) for each in range(2 * CONNECTIONS)]
    await until(lambda: server.pages == CONNECTIONS)
    async with asyncio.timeout(5):
        assert await client.open_stages() == []
    server.gate.set()
    await asyncio.gather(*pages, return_exceptions=True)
