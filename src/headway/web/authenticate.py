"""Who calls: signatures, tokens (contract section 6), and the console's session cookie."""

import time
from collections.abc import Callable, Mapping
from typing import Protocol
from urllib.parse import quote

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from headway.jobs.credential import Credential
from headway.jobs.errors import (
    Forbidden,
    HeadwayError,
    InvalidRequest,
    RequestTooLarge,
    StoreUnavailable,
    Unauthenticated,
)
from headway.web.answers import BAD_REQUEST, NOT_ALLOWED, NOT_AUTHENTICATED, SERVER_ERROR, error_response
from headway.web.comeback import retry_after
from headway.web.limits import BODY_LIMIT, read_body, replayed
from headway.web.request_state import Caller, request_id_of, set_caller, set_refusal
from headway.web.session_cookie import SessionCookie
from headway.web.signature import ALGORITHM, Headers, Signed, read, verify

GUARDED = ("/v1/", "/v1.0/", "/v3/", "/api/v1/")  # the project's id follows
_SIGNATURE = ALGORITHM.lower().encode()


_REFUSALS: Mapping[type[HeadwayError], tuple[int, str]] = {
    Unauthenticated: (401, NOT_AUTHENTICATED),
    Forbidden: (403, NOT_ALLOWED),
    InvalidRequest: (400, BAD_REQUEST),
    RequestTooLarge: (413, BAD_REQUEST),
    StoreUnavailable: (503, SERVER_ERROR),  # the keys may be there and cannot be looked up
}


class CredentialSource(Protocol):
    """Where credentials are looked up; a miss may be because they were added just now."""

    def by_access_key(self, access_key: str) -> Credential | None:
        """Give the credential of an access key."""
        ...

    def by_token(self, token: str) -> Credential | None:
        """Give the credential of a token."""
        ...

    async def reload(self) -> None:
        """Read the credentials again; raises ``StoreUnavailable``."""
        ...


class Authenticate:
    """ASGI middleware: lets a request under ``GUARDED`` through with its caller, or refuses it.

    A token is preferred to a signature when both are there: SDKs sign whatever they send. A cookie counts
    when there is neither. The body of a guarded request is read here, as a signature speaks of it; the
    application gets it again.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        credentials: CredentialSource,
        session: SessionCookie | None = None,
        body_limit: int = BODY_LIMIT,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``body_limit`` is in bytes, ``clock`` gives epoch seconds; no cookie counts without ``session``."""
        self._app = app
        self._credentials = credentials
        self._session = session
        self._body_limit = body_limit
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        project_id = _project_in_path(scope)
        if project_id is None:
            await self._app(scope, receive, send)
            return
        try:
            credential, signed = await self._credential(scope, project_id)
            body = await read_body(scope, receive, self._body_limit)
            if signed is not None:
                _verify(signed, credential, scope, body)
            if project_id != credential.project_id:
                raise Forbidden("The project in the path is not the caller's project")
            if "\0" in scope["path"] or b"%00" in scope["query_string"]:
                raise InvalidRequest("url", "holds a NUL character")
        except tuple(_REFUSALS) as error:
            status, code = _REFUSALS[type(error)]
            await _refuse(status, code, error, scope, receive, send)
        except ClientDisconnect:
            return  # nobody is left to be answered
        else:
            set_caller(scope, Caller(credential.project_id, credential.user_name, credential.access_key))
            await self._app(scope, replayed(body, receive), send)

    async def _credential(self, scope: Scope, project_id: str) -> tuple[Credential, Signed | None]:
        headers: Headers = scope["headers"]
        token, authorization = _presented(headers)
        if token is not None:
            credential = await self._look_up(self._credentials.by_token, token)
            if credential is None:
                raise Unauthenticated("decrypt token fail: the token is not known")
            return credential, None
        if authorization is None:
            held = None if self._session is None else await self._session.credential(scope, project_id)
            if held is None:
                raise Unauthenticated("x-auth-token not found")
            return held, None
        signed = read(authorization, headers, self._clock())
        credential = await self._look_up(self._credentials.by_access_key, signed.access_key)
        if credential is None:
            raise Unauthenticated(f"ak {signed.access_key} not exist")
        return credential, signed

    async def _look_up(self, find: Callable[[str], Credential | None], key: str) -> Credential | None:
        credential = find(key)
        if credential is None:
            await self._credentials.reload()
            credential = find(key)
        return credential


def _project_in_path(scope: Scope) -> str | None:
    """Give the project's id of a guarded path; ``None`` for a path that needs no caller."""
    if scope["type"] != "http":
        return None
    path, root = scope["path"], scope.get("root_path", "")
    if root and path.startswith(f"{root}/"):
        path = path[len(root) :]  # as the router does: what it serves must not get past here
    for prefix in GUARDED:
        if path.startswith(prefix):
            project_id: str = path[len(prefix) :].partition("/")[0]
            return project_id
    return None


def _presented(headers: Headers) -> tuple[str | None, bytes | None]:
    """Give the token, or the header of a signature."""
    named = {name: value for name, value in headers if name in (b"x-auth-token", b"authorization")}
    if (token := named.get(b"x-auth-token")) is not None:
        return token.decode("latin-1").strip(), None
    authorization = named.get(b"authorization")
    if authorization is None:
        return None, None
    scheme, _, rest = authorization.strip().partition(b" ")
    if scheme.lower() == b"bearer":
        return rest.decode("latin-1").strip(), None
    if scheme.lower() != _SIGNATURE:
        raise Unauthenticated("the Authorization header is neither SDK-HMAC-SHA256 nor Bearer")
    return None, authorization


def _verify(signed: Signed, credential: Credential, scope: Scope, body: bytes) -> None:
    raw_path: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    raw_query: bytes = scope["query_string"]
    verify(
        signed,
        credential.secret_key,
        scope["method"],
        raw_path.decode("latin-1"),
        raw_query.decode("latin-1"),
        scope["headers"],
        body,
    )


async def _refuse(
    status: int, code: str, error: HeadwayError, scope: Scope, receive: Receive, send: Send
) -> None:
    set_refusal(scope, type(error).__name__)
    text = str(error)
    if isinstance(error, Unauthenticated):
        text = f"Incorrect IAM authentication information: {error}"
    response = error_response(
        status, code, text, request_id=request_id_of(scope), retry_after=retry_after(error)
    )
    await response(scope, receive, send)
