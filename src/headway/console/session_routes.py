"""The calls that begin a session of the console, show it and end it: the page's own, beside ``/api``."""

import re
from collections.abc import Callable
from math import ceil
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from headway import __version__
from headway.console.session_route import ANSWERS, SessionRoute
from headway.jobs.credential import Credential
from headway.jobs.errors import TooBusy, Unauthenticated
from headway.service.sign_in import SESSION_MS, SignIn
from headway.web.session_cookie import SessionCookie
from headway.web.token_bucket import TokenBuckets

TRIES_PER_SECOND = 3
TRIES_AT_ONCE = 10
_PREFIX = re.compile(r"(/[\w.~-]+)+/?", re.ASCII)


Secret = Annotated[str, Field(min_length=1, max_length=256)]


class CodeIn(BaseModel):
    """The one-time code of a link."""

    model_config = ConfigDict(extra="forbid")

    code: Secret


class TokenIn(BaseModel):
    """A token, pasted in."""

    model_config = ConfigDict(extra="forbid")

    token: Secret


class ProjectOut(BaseModel):
    """A project that the session may speak for, and as whom."""

    project_id: str
    user_name: str


class SessionOut(BaseModel):
    """The service's version, and the session's projects: the latest sign-in last."""

    version: str
    projects: list[ProjectOut]


def session_routes(sign_in: SignIn, cookie: SessionCookie, clock: Callable[[], float]) -> APIRouter:
    """Give the session's routes; ``clock`` gives seconds."""
    routes = APIRouter(
        prefix="/console/session", tags=["console"], responses=ANSWERS, route_class=SessionRoute
    )
    tries = TokenBuckets(TRIES_PER_SECOND, TRIES_AT_ONCE)

    @routes.post("")
    async def begin_session(request: Request, response: Response, body: CodeIn | TokenIn) -> SessionOut:
        """Sign in. What the session of the cookie holds already, if there is one, is held by the new one."""
        wait = tries.take(request.client.host if request.client else "", clock())
        if wait:
            raise TooBusy("Too many attempts to sign in: wait a moment", ceil(wait))
        old = cookie.value(request.scope["headers"])
        if isinstance(body, CodeIn):
            session = await sign_in.with_code(body.code, old)
        else:
            session = await sign_in.with_token(body.token, old)
        _set(response, request, cookie.name, session.cookie)
        return _session_out(session.credentials)

    @routes.get("")
    async def show_session(request: Request, response: Response) -> SessionOut:
        """Show the session of the cookie, which then lasts anew."""
        value = cookie.value(request.scope["headers"])
        held = () if value is None else await sign_in.credentials(value)
        if value is None or not held:
            raise Unauthenticated("Nobody is signed in")
        _set(response, request, cookie.name, value)
        return _session_out(held)

    @routes.delete("", status_code=204)
    async def end_session(request: Request, response: Response) -> None:
        """Sign out of every project."""
        value = cookie.value(request.scope["headers"])
        if value is not None:
            await sign_in.end(value)
        _set(response, request, cookie.name, "", life=0)

    return routes


def _session_out(held: tuple[Credential, ...]) -> SessionOut:
    projects = [ProjectOut(project_id=each.project_id, user_name=each.user_name) for each in held]
    return SessionOut(version=__version__, projects=projects)


def _set(response: Response, request: Request, name: str, value: str, life: int = SESSION_MS // 1000) -> None:
    response.set_cookie(
        name,
        value,
        max_age=life,
        path=_root(request),
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    response.headers["Cache-Control"] = "no-store"


def _root(request: Request) -> str:
    """Give the path below which the browser sees the service; a proxy that takes a prefix away says which."""
    prefix = request.headers.get("x-forwarded-prefix") or request.scope.get("root_path", "")
    return f"{prefix.rstrip('/')}/" if _PREFIX.fullmatch(prefix) else "/"
