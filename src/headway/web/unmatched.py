"""Paths and methods that no route has, in the contract's shape (contract 6.3)."""

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from headway.web.answers import BAD_REQUEST, UNKNOWN_API, error_response
from headway.web.request_state import request_id_of

_TEXTS = {
    404: "The API does not exist or has not been published in the environment",
    405: "The API does not have this method",
}


def answer_unmatched(app: FastAPI) -> None:
    """Make an application answer an unknown path (404) and a wrong method (405) in the contract's shape."""
    app.add_exception_handler(HTTPException, _unmatched)
    app.router.redirect_slashes = False  # SDKs take a redirect for an empty answer (contract 1.8)


async def _unmatched(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    text = _TEXTS.get(error.status_code)
    return error_response(
        error.status_code,
        BAD_REQUEST if text is None else UNKNOWN_API,
        text or error.detail,
        request_id=request_id_of(request.scope),
        headers=error.headers,
    )
