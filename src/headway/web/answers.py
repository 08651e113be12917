"""Answers that are not results: the contract's error body, for both faces."""

import json
from collections.abc import Mapping

from starlette.responses import Response

# Gateway codes (contract 6.3): what is refused before a face looks at it.
UNKNOWN_API = "APIGW.0101"
BAD_REQUEST = "APIGW.0201"
NOT_AUTHENTICATED = "APIGW.0301"
NOT_ALLOWED = "APIGW.0302"
THROTTLED = "APIGW.0308"
SERVER_ERROR = "DLI.0999"


def json_bytes(body: object) -> bytes:
    """Write JSON as the contract's answers are written: compact and in ASCII."""
    return json.dumps(body, separators=(",", ":"), allow_nan=False).encode()


def error_response(
    status: int,
    code: str,
    message: str,
    *,
    request_id: str | None = None,
    retry_after: int | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Give ``{"error_code", "error_msg"}``; errors of the gateway carry the request's id as well.

    ``retry_after`` is in how many seconds to ask again.
    """
    body = {"error_code": code, "error_msg": message}
    if request_id is not None:
        body["request_id"] = request_id
    response = Response(json_bytes(body), status, headers, media_type="application/json")
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response
