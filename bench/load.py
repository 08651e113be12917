"""Asks one HTTP server the same prepared requests over a few connections, as fast as it answers."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Load:
    """What came back: answers a second, and latencies in seconds, sorted."""

    per_second: float
    latencies: Sequence[float]

    def percentile(self, share: float) -> float:
        return self.latencies[min(len(self.latencies) - 1, int(len(self.latencies) * share))]


class _Connection(asyncio.Protocol):
    """One kept-alive HTTP/1.1 connection with one request under way."""

    def __init__(self) -> None:
        self._buffer = b""
        self._answer: asyncio.Future[bytes] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def ask(self, request: bytes) -> "asyncio.Future[bytes]":
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return self._answer

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, separator, body = self._buffer.partition(b"\r\n\r\n")
        if not separator or self._answer is None:
            return
        if b"transfer-encoding: chunked" in head.lower():
            whole = body.endswith(b"0\r\n\r\n")
        else:
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            whole = len(body) >= int(length.split(b":")[1])
        if whole:
            self._buffer = b""
            self._answer.set_result(head)

    def connection_lost(self, error: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error or ConnectionResetError("the server closed the connection"))


async def drive(host: str, port: int, requests: Sequence[bytes], *, connections: int, seconds: float) -> Load:
    """Ask for ``seconds``; every answer must be a 200."""
    loop = asyncio.get_running_loop()
    latencies: list[float] = []
    began = time.perf_counter()
    end = began + seconds

    async def ask_on(first: int) -> None:
        transport, connection = await loop.create_connection(_Connection, host, port)
        turn = first
        while (asked := time.perf_counter()) < end:
            head = await connection.ask(requests[turn % len(requests)])
            latencies.append(time.perf_counter() - asked)
            turn += 1
            if not head.startswith(b"HTTP/1.1 200"):
                raise AssertionError(head.decode())
        transport.close()

    await asyncio.gather(*(ask_on(n) for n in range(connections)))
    return Load(len(latencies) / (time.perf_counter() - began), sorted(latencies))
