"""How the session's calls are made: small strict bodies, by the page itself, errors as ``/api`` has them."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from headway.jobs.errors import (
    Forbidden,
    HeadwayError,
    InvalidRequest,
    RequestTooLarge,
    StoreUnavailable,
    TooBusy,
    Unauthenticated,
)
from headway.web.answers import error_response
from headway.web.comeback import retry_after
from headway.web.json_body import with_json_body
from headway.web.limits import read_body, replayed
from headway.web.request_state import set_refusal
from headway.web.session_cookie import check_page

LONGEST_BODY = 4096  # bytes: who calls is not known yet

_STATUS: Mapping[type[HeadwayError], int] = {
    InvalidRequest: 400,
    Unauthenticated: 401,
    Forbidden: 403,
    RequestTooLarge: 413,
    TooBusy: 429,
    StoreUnavailable: 503,
}


class Refusal(BaseModel):
    """Why a request was refused; ``error_code`` is the name of the error."""

    error_code: str
    error_msg: str


ANSWERS: dict[int | str, dict[str, object]] = {
    status: {"model": Refusal, "description": text}
    for status, text in (
        (400, "The body is wrong"),
        (401, "Nobody is signed in, or the code or token is not known"),
        (403, "The request does not come from the console's page"),
        (429, "Too many attempts; `Retry-After` says when to come back"),
        (503, "The store does not answer"),
    )
}


class SessionRoute(APIRoute):
    """A call of the session: refused unless the page itself makes it."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Give the handler, with the checks before it and the errors around it."""
        handle = super().get_route_handler()
        has_body = self.body_field is not None

        async def answer(request: Request) -> Response:
            try:
                check_page(request.scope)
                return await handle(await _with_body(request) if has_body else request)
            except RequestValidationError:
                return _refuse(request, InvalidRequest("body", "give a code or a token"))
            except tuple(_STATUS) as error:
                return _refuse(request, error)
            except ClientDisconnect:
                return Response(status_code=400)  # nobody is left to be answered

        return answer


async def _with_body(request: Request) -> Request:
    body = await read_body(request.scope, request.receive, LONGEST_BODY)
    return await with_json_body(Request(request.scope, replayed(body, request.receive)))


def _refuse(request: Request, error: HeadwayError) -> Response:
    name = type(error).__name__
    set_refusal(request.scope, name)
    return error_response(_STATUS[type(error)], name, str(error), retry_after=retry_after(error))
