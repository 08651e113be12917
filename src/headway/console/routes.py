"""The whole of the console's face."""

import time
from collections.abc import Callable
from pathlib import Path

from fastapi import APIRouter

from headway.console.assets import Assets
from headway.console.file_routes import file_routes
from headway.console.session_routes import session_routes
from headway.service.sign_in import SignIn
from headway.web.session_cookie import SessionCookie

STATIC = Path(__file__).parent / "static"  # where the build puts the files


def console_router(
    sign_in: SignIn,
    cookie: SessionCookie,
    static: Path = STATIC,
    clock: Callable[[], float] = time.monotonic,
) -> APIRouter:
    """Give every route under ``/console``; ``static`` holds the built files, ``clock`` gives seconds."""
    router = APIRouter()
    router.include_router(session_routes(sign_in, cookie, clock))  # first: a file's path may be any
    router.include_router(file_routes(Assets(static)))
    return router
