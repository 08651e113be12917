"""One statement in Spark: run at most once, its responses read to the end through broken streams."""

from collections.abc import AsyncGenerator, Iterator

import grpc.aio

from headway.engine.base import BatchSeen, Completed, ExecutionEvent, SchemaSeen
from headway.engine.connect import ConnectClient, wire_trouble
from headway.engine.protocol import Message, Protocol
from headway.engine.spark_errors import CURSOR_DISCONNECTED, OPERATION_EXISTS, OPERATION_NOT_FOUND


class Operation:
    """A statement under way in a session; ``operation_id`` is what Spark knows it by.

    Spark keeps a reattachable operation's responses until they are released and ends a stream by itself
    after a while (``spark.connect.execute.reattachable.senderMaxStreamDuration``), so reading means:
    attach, read, attach again after the last response, until ``ResultComplete``.
    """

    def __init__(self, client: ConnectClient, session_id: str, operation_id: str, sql: str) -> None:
        self._client = client
        self._session_id = session_id
        self._operation_id = operation_id
        self._sql = sql
        self._after: str | None = None  # the last response that came
        self._held: str | None = None  # the last batch that the reader came back from
        self._must_start = False
        self._may_start = False  # nothing has shown yet that Spark got the statement

    def run(self) -> AsyncGenerator[ExecutionEvent]:
        """Start the statement and give its events; raises ``StatementFailed`` or ``EngineLost``."""
        self._must_start = self._may_start = True
        return self._read()

    def resume(self, after: str | None, *, may_start: bool = True) -> AsyncGenerator[ExecutionEvent]:
        """Go on after a response; with ``None`` everything comes again, the schema included.

        Without a response to go on after, a statement that Spark never got is started, if it may. It cannot
        run twice:
        Spark refuses an operation id that its session has had, also long after it forgot the answers.
        """
        self._after = after
        self._may_start = may_start and after is None
        return self._read()

    async def _read(self) -> AsyncGenerator[ExecutionEvent]:
        patience = self._client.patience()
        while True:
            protocol, stub = await self._client.open()
            call = self._attach(protocol, stub)
            came = False
            try:
                with self._client.calling():
                    async for response in call:
                        patience.restore()
                        self._may_start, came = False, True
                        for event in _events(protocol, response):
                            yield event
                            await self._hold(event)
                        self._after = response.response_id
                        if response.HasField("result_complete"):
                            yield Completed()
                            await self._client.release(self._session_id, self._operation_id, None)
                            return
                if not came:
                    await patience.pause("it ended a stream without a word")
            except grpc.aio.AioRpcError as error:
                await patience.pause(await self._bearable(error))
            finally:
                call.cancel()

    def _attach(self, protocol: Protocol, stub: Message) -> Message:
        ids = (self._session_id, self._operation_id)
        server = self._client.server_of(self._session_id)
        if self._must_start:
            self._must_start = False
            request = protocol.execute(*ids, self._sql, server)
            return stub.ExecutePlan(request, metadata=self._client.metadata)
        request = protocol.reattach(*ids, self._after, server)
        return stub.ReattachExecute(request, metadata=self._client.metadata)

    async def _hold(self, event: ExecutionEvent) -> None:
        if isinstance(event, BatchSeen):
            if self._held is not None:
                # One behind: a reader that dies now finds the last batch again.
                await self._client.release(self._session_id, self._operation_id, self._held)
            self._held = event.response_id

    async def _bearable(self, error: grpc.aio.AioRpcError) -> str:
        """Say what to wait for before attaching again; raises what waiting does not mend."""
        fault = self._client.fault(error)
        if fault is None:
            # A request that failed without an answer may have arrived: look before starting again.
            return wire_trouble(error)
        if fault.error_class == OPERATION_NOT_FOUND and self._may_start:
            # The session is there, so this is the same server, and it never got the request.
            self._must_start = True
            return fault.message
        if fault.error_class in (CURSOR_DISCONNECTED, OPERATION_EXISTS):
            return fault.message
        raise await self._client.failure(self._session_id, fault, self._sql) from None


def _events(protocol: Protocol, response: Message) -> Iterator[ExecutionEvent]:
    if response.HasField("schema"):
        yield SchemaSeen(protocol.schema_json(response.schema))
    if response.HasField("arrow_batch"):
        batch = response.arrow_batch
        yield BatchSeen(response.response_id, batch.data, batch.row_count)
