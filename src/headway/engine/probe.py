"""Does a Spark Connect server answer? Asked at both of its doors, before anyone relies on it."""

import asyncio
import importlib
import uuid
from types import ModuleType

import grpc
import httpx2

from headway.engine.address import EngineAddress

_USER = "headway"


class NotAnswering(Exception):
    """The door does not answer as it should; the text says how. ``final``: asking again will not help."""

    def __init__(self, text: str, *, final: bool = False) -> None:
        super().__init__(text)
        self.final = final


async def ask_connect(address: EngineAddress, timeout: float, *, catalog: bool) -> str:
    """Give Spark's version from the gRPC door; with ``catalog`` also open the catalog (SHOW DATABASES).

    A metastore is opened only by the first statement that needs it: a server that cannot is not ready.
    Raises ``NotAnswering``.
    """
    # The generated stubs pull in pandas and Arrow: seconds, the first time.
    proto = await asyncio.to_thread(importlib.import_module, "pyspark.sql.connect.proto")
    who = {"session_id": str(uuid.uuid4()), "user_context": proto.UserContext(user_id=_USER)}
    call = {"metadata": address.connect_metadata(), "timeout": timeout}
    async with _channel(address) as channel:
        stub = proto.SparkConnectServiceStub(channel)
        try:
            version = proto.AnalyzePlanRequest.SparkVersion()
            answer = await stub.AnalyzePlan(proto.AnalyzePlanRequest(spark_version=version, **who), **call)
            if catalog:
                async for _ in stub.ExecutePlan(
                    proto.ExecutePlanRequest(plan=_listing(proto), **who), **call
                ):
                    pass
            await stub.ReleaseSession(proto.ReleaseSessionRequest(**who), **call)
        except grpc.aio.AioRpcError as error:
            raise _refusal(error) from error
    return str(answer.spark_version.version)


async def ask_monitor(address: EngineAddress, timeout: float) -> str:
    """Give the application id from the monitoring door (``/api/v1/applications``).

    Raises ``NotAnswering``.
    """
    url = f"{address.monitor_url}/api/v1/applications"
    try:
        async with httpx2.AsyncClient(timeout=timeout, trust_env=False) as client:
            answer = await client.get(url, headers=address.monitor_headers())
            app_id = _application(answer, url)
            # The first lists load a good part of Spark's web server: no progress should wait for that.
            for path in ("jobs", "stages"):
                await client.get(f"{url}/{app_id}/{path}", headers=address.monitor_headers())
    except httpx2.HTTPError as error:
        raise NotAnswering(f"{url} does not answer: {error or type(error).__name__}") from error
    return app_id


def _application(answer: httpx2.Response, url: str) -> str:
    if answer.status_code in (401, 403):
        raise NotAnswering(f"{url} refuses the token", final=True)
    try:
        return str(answer.json()[0]["id"])
    except (ValueError, LookupError, TypeError) as error:
        raise NotAnswering(f"{url} answers {answer.status_code} without an application") from error


def _listing(proto: ModuleType) -> object:
    # As a command it runs in the driver alone: an engine is ready on a cluster whose executors are all busy.
    relation = proto.Relation(sql=proto.SQL(query="SHOW DATABASES"))
    return proto.Plan(command=proto.Command(sql_command=proto.SqlCommand(input=relation)))


def _channel(address: EngineAddress) -> grpc.aio.Channel:
    # The loopback is never reached through a proxy.
    options = [("grpc.enable_http_proxy", 0)]
    if address.connect_tls:
        return grpc.aio.secure_channel(address.connect_target, grpc.ssl_channel_credentials(), options)
    return grpc.aio.insecure_channel(address.connect_target, options)


def _refusal(error: grpc.aio.AioRpcError) -> NotAnswering:
    code, details = error.code(), (error.details() or "").strip()
    if code in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED):
        return NotAnswering(f"Spark Connect does not answer: {details}")
    if code in (grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.PERMISSION_DENIED):
        return NotAnswering("Spark Connect refuses the token", final=True)
    return NotAnswering(f"Spark Connect answers with an error: {details}", final=True)
