"""How many requests a project may send: more are refused before anything is done for them."""

import math
import time
from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from headway.web.answers import THROTTLED, error_response
from headway.web.request_state import known_caller, request_id_of, set_refusal
from headway.web.token_bucket import TokenBuckets

REASON = "RateExceeded"


class RateLimit:
    """ASGI middleware inside ``Authenticate``: a project has a bucket of its own, strangers have none.

    What needs no caller (health, metrics) is free. Each process counts for itself.
    """

    def __init__(
        self, app: ASGIApp, *, requests_per_second: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Let twice ``requests_per_second`` come at once; ``clock`` gives seconds."""
        self._app = app
        self._rate = requests_per_second
        self._buckets = TokenBuckets(requests_per_second, 2 * requests_per_second)
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        caller = known_caller(scope)
        wait = 0.0 if caller is None else self._buckets.take(caller.project_id, self._clock())
        if wait == 0:
            await self._app(scope, receive, send)
            return
        set_refusal(scope, REASON)
        refusal = error_response(
            429,
            THROTTLED,
            f"The project sends more than {self._rate:g} requests per second (limits.requests_per_second)",
            request_id=request_id_of(scope),
            retry_after=math.ceil(wait),
        )
        await refusal(scope, receive, send)
