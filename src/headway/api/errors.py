"""From what went wrong to an HTTP status; the code in the body is the error's own name."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from headway.jobs.errors import (
    EngineLost,
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
    TimedOut,
    Unauthenticated,
)
from headway.web.answers import error_response
from headway.web.json_body import with_json_body

Handler = Callable[[Request], Coroutine[Any, Any, Response]]

_STATUS: Mapping[type[HeadwayError], int] = {
    InvalidRequest: 400,
    StatementFailed: 400,
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    NotAllowed: 409,
    ResultExpired: 410,
    RequestTooLarge: 413,
    ProgressUnavailable: 503,
    EngineUnavailable: 503,
    EngineLost: 503,
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
                return refuse(_invalid(error))
            except HeadwayError as error:
                return refuse(error)

        return answer


def refuse(error: HeadwayError) -> Response:
    """Answer an error."""
    return error_response(_STATUS.get(type(error), 500), type(error).__name__, str(error))


def _invalid(error: RequestValidationError) -> InvalidRequest:
    """Name the first field that does not fit, and why; what the caller sent is not repeated."""
    first = error.errors()[0]
    _, *path = first["loc"]
    return InvalidRequest(".".join(str(step) for step in path) or "body", first["msg"])
