"""A request's body: read once, never more of it than the limit, and handed on to the application."""

from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope

from headway.jobs.errors import RequestTooLarge

BODY_LIMIT = 12 * 1024 * 1024  # contract section 8; bytes


async def read_body(scope: Scope, receive: Receive, limit: int) -> bytes:
    """Give the whole body.

    Raises ``RequestTooLarge`` as soon as the body is known to be over ``limit`` bytes, and Starlette's
    ``ClientDisconnect`` when the caller goes away.
    """
    length = _declared_length(scope)
    if length == 0:
        return b""
    if length is not None and length > limit:
        raise RequestTooLarge(f"The body has {length} bytes; at most {limit} are allowed")
    chunks: list[bytes] = []
    size = 0
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise RequestTooLarge(f"The body has more than {limit} bytes")
        chunks.append(chunk)
        more = message.get("more_body", False)
    return b"".join(chunks)


def replayed(body: bytes, receive: Receive) -> Receive:
    """Give a ``receive`` that says ``body`` once and then whatever comes (the caller going away)."""
    said = False

    async def again() -> Message:
        nonlocal said
        if said:
            return await receive()
        said = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _declared_length(scope: Scope) -> int | None:
    length: int | None = 0  # neither a length nor chunks: there is no body (RFC 9112, 6.3)
    for name, value in scope["headers"]:
        if name == b"transfer-encoding":
            return None
        if name == b"content-length":
            length = int(value) if value.isdigit() else None
    return length
