"""``/healthz``: the process answers. ``/readyz``: it can do its work, or says why not."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog
from fastapi import APIRouter
from starlette.responses import Response

from headway.jobs.errors import HeadwayError
from headway.web.answers import json_bytes
from headway.web.bounded import Bounded

log = structlog.get_logger(__name__)

# Gives why a part is not ready, or None when it is.
Check = Callable[[], Awaitable[str | None]]

CHECK_SECONDS = 2.0


def health_router(checks: Mapping[str, Check]) -> APIRouter:
    """Give both routes; ``checks`` are asked by name, all at once, at each ``/readyz``."""

    asked = {name: Bounded(check, CHECK_SECONDS) for name, check in checks.items()}

    async def healthz() -> Response:
        """Tell that the process answers."""
        return _answer(200, {"status": "ok"})

    async def readyz() -> Response:
        """Tell whether every part is ready; 503 with the reasons when one is not."""
        reasons = await _reasons(asked)
        if reasons:
            return _answer(503, {"status": "not ready", "reasons": reasons})
        return _answer(200, {"status": "ready"})

    router = APIRouter(tags=["health"])
    router.add_api_route("/healthz", healthz, methods=["GET"])
    router.add_api_route(
        "/readyz", readyz, methods=["GET"], responses={503: {"description": "A part is not ready"}}
    )
    return router


async def _reasons(checks: Mapping[str, Bounded[str | None]]) -> dict[str, str]:
    found = await asyncio.gather(*(_ask(name, check) for name, check in checks.items()))
    return {name: reason for name, reason in zip(checks, found, strict=True) if reason is not None}


async def _ask(name: str, check: Bounded[str | None]) -> str | None:
    try:
        return await check.answer()
    except TimeoutError:
        return f"no answer within {CHECK_SECONDS:g} s"
    except HeadwayError as error:
        return str(error)
    except Exception as error:  # whatever a part raises, it is not ready
        log.warning("readiness check failed", check=name, exc_info=error)
        return f"the check failed: {type(error).__name__}"


def _answer(status: int, body: Mapping[str, object]) -> Response:
    return Response(json_bytes(body), status, media_type="application/json")
