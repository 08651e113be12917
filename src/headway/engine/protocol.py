"""Spark Connect's messages, made and read. Importing them is slow, so this is loaded when first needed."""

import asyncio
import importlib
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from headway.engine.spark_errors import Context, FaultDetails

CLIENT = "headway"  # client type, and the user id unless another is given: what Spark's own pages show

# Messages of a generated protocol that the type checker does not see.
Message = Any


class Protocol:
    """Makes the requests of ``spark.connect.SparkConnectService`` and reads its answers.

    Every session and operation belongs to ``user``: no other user of the server reaches it.
    """

    def __init__(self, user: str, messages: ModuleType, stubs: ModuleType, types: ModuleType) -> None:
        self._pb = messages
        self._types = types
        self.stub_class = stubs.SparkConnectServiceStub
        self._user = messages.UserContext(user_id=user)

    def set_conf(self, session_id: str, conf: Mapping[str, str]) -> Message:
        """Set session configuration, all pairs in one call."""
        pairs = [self._pb.KeyValue(key=key, value=value) for key, value in conf.items()]
        operation = self._pb.ConfigRequest.Operation(set=self._pb.ConfigRequest.Set(pairs=pairs))
        return self._pb.ConfigRequest(operation=operation, **self._who(session_id))

    def execute(self, session_id: str, operation_id: str, sql: str, server: str | None) -> Message:
        """Run one statement, whatever its kind; ``server`` refuses any other server's session."""
        options = [
            self._pb.ExecutePlanRequest.RequestOption(
                reattach_options=self._pb.ReattachOptions(reattachable=True)
            )
        ]
        return self._pb.ExecutePlanRequest(
            operation_id=operation_id,
            plan=self._plan(sql),
            request_options=options,
            client_observed_server_side_session_id=server,
            **self._who(session_id),
        )

    def reattach(self, session_id: str, operation_id: str, after: str | None, server: str | None) -> Message:
        """Go on with an operation's responses after one of them; ``None``: from the first."""
        return self._pb.ReattachExecuteRequest(
            operation_id=operation_id,
            last_response_id=after,
            client_observed_server_side_session_id=server,
            **self._who(session_id),
        )

    def show(self, session_id: str, operation_id: str, sql: str, server: str | None) -> Message:
        """Run a command such as SHOW, whose rows come with its answer: Spark runs no job for them."""
        command = self._pb.SqlCommand(input=self._pb.Relation(sql=self._pb.SQL(query=sql)))
        return self._pb.ExecutePlanRequest(
            operation_id=operation_id,
            plan=self._pb.Plan(command=self._pb.Command(sql_command=command)),
            client_observed_server_side_session_id=server,
            **self._who(session_id),
        )

    def release(self, session_id: str, operation_id: str, until: str | None) -> Message:
        """Let the server drop responses up to one of them; ``None``: the whole operation."""
        request = self._pb.ReleaseExecuteRequest
        if until is None:
            return request(
                operation_id=operation_id, release_all=request.ReleaseAll(), **self._who(session_id)
            )
        release_until = request.ReleaseUntil(response_id=until)
        return request(operation_id=operation_id, release_until=release_until, **self._who(session_id))

    def interrupt(self, session_id: str, operation_id: str) -> Message:
        """Stop one operation."""
        kind = self._pb.InterruptRequest.InterruptType.INTERRUPT_TYPE_OPERATION_ID
        return self._pb.InterruptRequest(
            interrupt_type=kind, operation_id=operation_id, **self._who(session_id)
        )

    def schema(self, session_id: str, sql: str) -> Message:
        """Analyse a statement without running it."""
        request = self._pb.AnalyzePlanRequest
        return request(schema=request.Schema(plan=self._plan(sql)), **self._who(session_id))

    def explain(self, session_id: str, sql: str, *, cost: bool) -> Message:
        """Plan a statement without running it; with ``cost``, with what Spark expects of its size."""
        request = self._pb.AnalyzePlanRequest
        modes = request.Explain.ExplainMode
        mode = modes.EXPLAIN_MODE_COST if cost else modes.EXPLAIN_MODE_FORMATTED
        return request(
            explain=request.Explain(plan=self._plan(sql), explain_mode=mode), **self._who(session_id)
        )

    def release_session(self, session_id: str) -> Message:
        """End a session."""
        return self._pb.ReleaseSessionRequest(**self._who(session_id))

    def error_details(self, session_id: str, error_id: str) -> Message:
        """Ask for the long form of an error."""
        return self._pb.FetchErrorDetailsRequest(error_id=error_id, **self._who(session_id))

    def schema_json(self, schema: Message) -> str:
        """Give a schema as Spark's own JSON (``StructType.json()``)."""
        return str(self._types.proto_schema_to_pyspark_data_type(schema).json())

    def _plan(self, sql: str) -> Message:
        return self._pb.Plan(root=self._pb.Relation(sql=self._pb.SQL(query=sql)))

    def _who(self, session_id: str) -> dict[str, Message]:
        return {"session_id": session_id, "user_context": self._user, "client_type": CLIENT}


def shown_rows(response: Message) -> list[tuple[str | None, ...]]:
    """Read the rows that a command's answer brings, as text; other answers bring none."""
    import pyarrow as pa  # slow, and here since the protocol was loaded

    if not response.HasField("sql_command_result"):
        return []
    data = response.sql_command_result.relation.local_relation.data
    if not data:
        return []
    table = pa.ipc.open_stream(data).read_all()
    columns = [[_cell(cell) for cell in column.to_pylist()] for column in table.columns]
    return list(zip(*columns, strict=True))


def _cell(value: object) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


async def load_protocol(user: str) -> Protocol:
    """Import the protocol: seconds of processor time, as it brings numpy, pandas and pyarrow.

    Not at the top of a module, so that what never speaks to Spark starts fast; in a thread, so that the
    loop goes on meanwhile.
    """
    names = (
        "pyspark.sql.connect.proto",
        "pyspark.sql.connect.proto.base_pb2_grpc",
        "pyspark.sql.connect.types",
    )
    return Protocol(user, *[await asyncio.to_thread(importlib.import_module, name) for name in names])


def read_details(response: Message) -> FaultDetails | None:
    """Read ``FetchErrorDetailsResponse``: the root error and, where it says nothing, its causes."""
    if not response.HasField("root_error_idx"):
        return None
    chain: list[Message] = []
    at: int | None = response.root_error_idx
    while at is not None and len(chain) < len(response.errors):
        error = response.errors[at]
        chain.append(error)
        at = error.cause_idx if error.HasField("cause_idx") else None
    throwables = [error.spark_throwable for error in chain if error.HasField("spark_throwable")]
    named = next((throwable for throwable in throwables if throwable.error_class), None)
    contexts = (context for throwable in throwables for context in throwable.query_contexts)
    # Context type 0 is SQL text; the other points into a program.
    found = next((context for context in contexts if context.context_type == 0), None)
    return FaultDetails(
        message=chain[0].message,
        error_class=named.error_class if named is not None else None,
        sql_state=(named.sql_state or None) if named is not None else None,
        context=None
        if found is None
        else Context(found.start_index, found.stop_index, found.fragment, found.object_type),
    )
