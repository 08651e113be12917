"""The outermost layer: request ids, one log line a request, and no traceback to the caller."""

import secrets
import time
from typing import Protocol

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from headway.web.answers import SERVER_ERROR, error_response
from headway.web.request_state import known_caller, refusal_of, request_id_of, set_request_id

log = structlog.get_logger(__name__)

UNMATCHED = "unmatched"  # the template of a path that no route has: paths of callers are not logged


class Observer(Protocol):
    """Who counts requests."""

    def observe(self, method: str, template: str, status: int, seconds: float) -> None:
        """Count one request; ``seconds`` until its answer began."""
        ...

    def refused(self, reason: str) -> None:
        """Count a request that was refused."""
        ...


class RequestLog:
    """ASGI middleware around everything else.

    Gives every request an id (header ``X-Request-Id``, log context), logs it at its end, and answers
    500 for what nobody caught. Neither headers, queries nor paths are logged: they may hold secrets.
    """

    def __init__(self, app: ASGIApp, *, observer: Observer) -> None:
        self._app = app
        self._observer = observer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = secrets.token_hex(16)
        set_request_id(scope, request_id)
        answer = _Answer(send, request_id)
        began = time.perf_counter()
        with bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, receive, answer.send)
            except Exception:
                log.exception("unhandled error", **_who_and_what(scope))
                if answer.status is not None:
                    raise  # too late to answer: the server breaks the connection off
                await _internal_error(scope, receive, answer)
            finally:
                self._account(scope, answer, began)

    def _account(self, scope: Scope, answer: "_Answer", began: float) -> None:
        if answer.status is None or answer.began_at is None:
            log.info("request without an answer", **_who_and_what(scope))
            return
        took = time.perf_counter() - began
        # Polls are most of the requests: a read that went well is told only when asked for. What is too
        # much is counted by the metrics: a flood of requests must not become one of lines.
        routine = (scope["method"] in ("GET", "HEAD") and answer.status < 400) or answer.status == 429
        tell = log.debug if routine else log.info
        tell("request", status=answer.status, ms=round(took * 1000, 1), **_who_and_what(scope))
        # A stream lasts as long as its reader likes: what is counted is the time to its beginning.
        template = _template(scope)
        self._observer.observe(scope["method"], template, answer.status, answer.began_at - began)
        if (reason := refusal_of(scope)) is not None:
            self._observer.refused(reason)


class _Answer:
    """Passes an answer on, with the request's id in its headers."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._header = (b"x-request-id", request_id.encode())
        self.status: int | None = None
        self.began_at: float | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.began_at = time.perf_counter()
            message["headers"] = [*message.get("headers", ()), self._header]
        await self._send(message)


def _template(scope: Scope) -> str:
    # Of a route in an included router, FastAPI keeps the whole template in its own corner of the scope;
    # the route itself knows the path without the prefix.
    included = scope.get("fastapi", {}).get("effective_route_context")
    whole = getattr(included, "path_format", None)
    return whole or getattr(scope.get("route"), "path", None) or UNMATCHED


def _who_and_what(scope: Scope) -> dict[str, str]:
    fields = {"method": scope["method"], "path": _template(scope)}
    if (caller := known_caller(scope)) is not None:
        fields["project_id"] = caller.project_id
    if (job_id := scope.get("path_params", {}).get("job_id")) is not None:
        fields["job_id"] = job_id
    if (reason := refusal_of(scope)) is not None:
        fields["refusal"] = reason
    return fields


async def _internal_error(scope: Scope, receive: Receive, answer: _Answer) -> None:
    text = f"internal error; request id {request_id_of(scope)}"
    await error_response(500, SERVER_ERROR, text)(scope, receive, answer.send)
