"""From what went wrong to an HTTP status; the code in the body is the error's own name."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from headway.jobs.errors import (
    EngineLost,
    EngineNotReady,
    EngineUnavailable,
    Forbidden,
    HeadwayError,
    InvalidRequest,
    NotAllowed,
    NotFound,
    ProgressUnavailable,
    RequestTooLarge,
    ResultExpired,
    StatementFailed,
    StoreUnavailable,
    TimedOut,
    TokenReused,
    TooBusy,
    Unauthenticated,
)
from headway.web.answers import error_response
from headway.web.comeback import retry_after
from headway.web.json_body import with_json_body
from headway.web.request_state import set_refusal

Handler = Callable[[Request], Coroutine[Any, Any, Response]]

_STATUS: Mapping[type[HeadwayError], int] = {
    InvalidRequest: 400,
    StatementFailed: 400,
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    NotAllowed: 409,
    TokenReused: 409,
    ResultExpired: 410,
    RequestTooLarge: 413,
    TooBusy: 429,
    ProgressUnavailable: 503,
    EngineUnavailable: 503,
    EngineNotReady: 503,
    EngineLost: 503,
    StoreUnavailable: 503,
    TimedOut: 504,
}


class ApiRoute(APIRoute):
    """A call of this face: strict JSON bodies, errors as ``{"error_code", "error_msg"}``."""

    def get_route_handler(self) -> Handler:
        """Give the handler, with this face's errors around it."""
        handle = super().get_route_handler()
        has_body = self.body_field is not None

        async def answer(request: Request) -> Response:
            try:
                return await handle(await with_json_body(request) if has_body else request)
            except RequestValidationError as error:
                return refuse(request.scope, _invalid(error))
            except HeadwayError as error:
                return refuse(request.scope, error)

        return answer


def refuse(scope: Scope, error: HeadwayError) -> Response:
    """Answer the request of ``scope`` with an error."""
    name = type(error).__name__
    set_refusal(scope, name)
    status = _STATUS.get(type(error), 500)
    return error_response(status, name, str(error), retry_after=retry_after(error))


def _invalid(error: RequestValidationError) -> InvalidRequest:
    """Name the first field that does not fit, and why; what the caller sent is not repeated."""
    first = error.errors()[0]
    _, *path = first["loc"]
    reason = first["msg"].removeprefix("Value error, ")
    return InvalidRequest(".".join(str(step) for step in path) or "body", reason)
