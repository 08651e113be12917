"""Speaks Spark Connect: one gRPC channel to one server, its short calls, its errors."""

import asyncio
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import cast

import grpc
import grpc.aio

from headway.engine.address import EngineAddress
from headway.engine.patience import Gone, Patience
from headway.engine.protocol import Message, Protocol, load_protocol, read_details, shown_rows
from headway.engine.spark_errors import Fault, FaultDetails, read_fault, sql_error
from headway.jobs.errors import EngineLost, ErrorKind, HeadwayError, SqlError, StatementFailed

CALL_SECONDS = 90.0  # the first session of a fresh engine opens the metastore
DETAILS_SECONDS = 5.0
CLOSE_SECONDS = 5.0
CLOSED = "engine lost: it was stopped, or another took its place"
_REFUSED = (grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.PERMISSION_DENIED)
_OPTIONS = (
    ("grpc.max_receive_message_length", -1),
    ("grpc.max_send_message_length", -1),
    # The pace of Spark's own clients; a server hangs up on a faster one.
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.keepalive_timeout_ms", 20_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 5_000),  # how long a try to connect may take
    ("grpc.max_reconnect_backoff_ms", 2_000),
)


class ConnectClient:
    """The short calls of ``SparkConnectService``. Each may be repeated, so trouble on the wire is retried.

    A refused or failed request raises ``StatementFailed``. A server that is ``gone`` (without it: that
    does not answer for ``lost_after`` seconds) or no longer knows a session or operation raises
    ``EngineLost``, and so does every call, open or new, once the client is closed.
    """

    def __init__(
        self, address: EngineAddress, lost_after: float, user: str, gone: Gone | None = None
    ) -> None:
        self._address = address
        self._user = user
        self._lost_after = lost_after
        self._gone = gone
        self._closed = False
        self._opening = asyncio.Lock()
        self._protocol: Protocol | None = None
        self._channel: grpc.aio.Channel | None = None
        self._stub: Message = None
        # Session id -> the server's own id of it, which tells a new server on the same port.
        self._servers: dict[str, str] = {}

    async def open(self) -> tuple[Protocol, Message]:
        """Give the protocol and the service's stub, making both at the first call."""
        async with self._opening:
            if self._closed:
                raise EngineLost(CLOSED, is_gone=True)
            if self._protocol is None:
                protocol = await load_protocol(self._user)
                target = self._address.connect_target
                if self._address.connect_tls:
                    credentials = grpc.ssl_channel_credentials()
                    self._channel = grpc.aio.secure_channel(target, credentials, options=_OPTIONS)
                else:
                    self._channel = grpc.aio.insecure_channel(target, options=_OPTIONS)
                self._stub = protocol.stub_class(self._channel)
                self._protocol = protocol
            return self._protocol, self._stub

    async def close(self) -> None:
        """Close the channel: open streams end, what runs in Spark goes on."""
        self._closed = True
        if self._channel is not None:
            await self._channel.close(grace=None)

    @contextmanager
    def calling(self) -> Iterator[None]:
        """Surround a call: gRPC cancels it when the channel closes, though nobody cancelled its caller."""
        try:
            yield
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if self._closed and not (task and task.cancelling()):
                raise EngineLost(CLOSED, is_gone=True) from None
            raise

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        """What every call carries."""
        return self._address.connect_metadata()

    def patience(self) -> Patience:
        """Give a fresh measure of how long trouble on the wire is borne."""
        return Patience(self._address.connect_url, self._lost_after, self._gone)

    def server_of(self, session_id: str) -> str | None:
        """Give the server's own id of a session that was configured through this client."""
        return self._servers.get(session_id)

    async def configure(self, session_id: str, conf: Mapping[str, str]) -> None:
        """Set session configuration in one call; opens the session when it is new."""
        protocol, _ = await self.open()
        response = await self._call("Config", session_id, protocol.set_conf(session_id, conf), CALL_SECONDS)
        self._servers[session_id] = response.server_side_session_id

    async def command(self, session_id: str, sql: str) -> None:
        """Run a short statement that may be repeated, such as USE; what it returns is dropped."""
        protocol, _ = await self.open()
        await self._execute(session_id, partial(protocol.execute, session_id), sql)

    async def show(self, session_id: str, sql: str) -> list[tuple[str | None, ...]]:
        """Run a command such as SHOW and give its rows as text."""
        protocol, _ = await self.open()
        answers = await self._execute(session_id, partial(protocol.show, session_id), sql)
        return [row for answer in answers for row in shown_rows(answer)]

    async def _execute(
        self, session_id: str, request: Callable[[str, str, str | None], Message], sql: str
    ) -> list[Message]:
        """Give all answers to what ``request`` makes of an operation id, the statement and the server."""
        patience = self.patience()
        while True:
            _, stub = await self.open()
            asked = request(str(uuid.uuid4()), sql, self.server_of(session_id))
            try:
                with self.calling():
                    call = stub.ExecutePlan(asked, metadata=self.metadata, timeout=CALL_SECONDS)
                    return [answer async for answer in call]
            except grpc.aio.AioRpcError as error:
                fault = self.fault(error)
                if fault is not None:
                    raise await self.failure(session_id, fault, None) from None
                await patience.pause(wire_trouble(error))

    async def analyse(self, session_id: str, sql: str) -> None:
        """Parse and analyse a statement without running it."""
        protocol, _ = await self.open()
        await self._call("AnalyzePlan", session_id, protocol.schema(session_id, sql), CALL_SECONDS, sql)

    async def nullable(self, session_id: str, sql: str) -> list[bool]:
        """Analyse a query without running it; gives for each column whether it may hold nulls."""
        protocol, _ = await self.open()
        response = await self._call("AnalyzePlan", session_id, protocol.schema(session_id, sql), CALL_SECONDS)
        return [field.nullable for field in response.schema.schema.struct.fields]

    async def explain(self, session_id: str, sql: str, *, cost: bool = False) -> str:
        """Plan a statement without running it; gives the plan as text, with ``cost`` the logical ones."""
        protocol, _ = await self.open()
        request = protocol.explain(session_id, sql, cost=cost)
        response = await self._call("AnalyzePlan", session_id, request, CALL_SECONDS, sql)
        return str(response.explain.explain_string)

    async def interrupt(self, session_id: str, operation_id: str) -> None:
        """Ask Spark to stop an operation; an unknown one is not an error."""
        protocol, _ = await self.open()
        request = protocol.interrupt(session_id, operation_id)
        await self._call("Interrupt", session_id, request, CALL_SECONDS)

    async def release_session(self, session_id: str) -> None:
        """End a session with all it holds; an unknown one is not an error. It is asked for once."""
        self._servers.pop(session_id, None)
        protocol, _ = await self.open()
        await self._call(
            "ReleaseSession", session_id, protocol.release_session(session_id), CLOSE_SECONDS, tries=1
        )

    async def release(self, session_id: str, operation_id: str, until: str | None) -> None:
        """Let the server drop responses; when this fails they stay until the session ends, no more."""
        protocol, stub = await self.open()
        request = protocol.release(session_id, operation_id, until)
        try:
            with self.calling():
                await stub.ReleaseExecute(request, metadata=self.metadata, timeout=CLOSE_SECONDS)
        except grpc.aio.AioRpcError:
            return

    def fault(self, error: grpc.aio.AioRpcError) -> Fault | None:
        """Read an error; ``None`` is trouble on the wire. Raises for errors that no repetition mends."""
        trailer = cast("Iterable[tuple[str, str | bytes]]", error.trailing_metadata() or ())
        fault = read_fault(error.details() or "", trailer)
        if fault is None and error.code() in _REFUSED:
            where = self._address.connect_url
            raise EngineLost(f"engine lost: {where} refuses the token: {error.details()}") from None
        if fault is None and error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED:
            raise StatementFailed(SqlError(ErrorKind.LIMIT, error.details() or "message too large")) from None
        return fault

    async def failure(self, session_id: str, fault: Fault, sql: str | None) -> HeadwayError:
        """Make the exception for a fault; ``sql`` is the statement that places count in."""
        # What an engine says while it ends is no verdict on a statement.
        end = await self._gone() if self._gone is not None else None
        if end is not None or fault.is_lost:
            # A living engine that does not know a session says nothing of the statement that ran in it.
            is_unknown = (fault.error_class or "").startswith("INVALID_HANDLE")
            return EngineLost(f"engine lost: {end or fault.loss}", is_gone=end is not None or not is_unknown)
        return StatementFailed(sql_error(fault, await self._details(session_id, fault), sql))

    async def _details(self, session_id: str, fault: Fault) -> FaultDetails | None:
        if not fault.error_id:
            return None
        protocol, stub = await self.open()
        request = protocol.error_details(session_id, fault.error_id)
        try:
            with self.calling():
                response = await stub.FetchErrorDetails(
                    request, metadata=self.metadata, timeout=DETAILS_SECONDS
                )
        except grpc.aio.AioRpcError:
            # Spark 4.3 fails itself on causes without a message; the short word must do.
            return None
        return read_details(response)

    async def _call(
        self,
        method: str,
        session_id: str,
        request: Message,
        seconds: float,
        sql: str | None = None,
        *,
        tries: int | None = None,
    ) -> Message:
        patience = self.patience()
        while True:
            _, stub = await self.open()
            try:
                with self.calling():
                    return await getattr(stub, method)(request, metadata=self.metadata, timeout=seconds)
            except grpc.aio.AioRpcError as error:
                fault = self.fault(error)
                if fault is not None:
                    raise await self.failure(session_id, fault, sql) from None
                trouble = wire_trouble(error)
            tries = None if tries is None else tries - 1
            if tries == 0:
                raise EngineLost(f"engine lost: {self._address.connect_url} does not answer: {trouble}")
            await patience.pause(trouble)


def wire_trouble(error: grpc.aio.AioRpcError) -> str:
    """Say in a few words what gRPC met."""
    return f"{error.code().name} {error.details() or ''}".strip()
