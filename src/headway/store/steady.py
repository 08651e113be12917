"""Every call of the store: tried again for a moment when the database has trouble, then a clear error.

A try whose COMMIT got no answer may have been written: each call is right when it is made once more.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError

from headway.jobs.errors import StoreUnavailable
from headway.store.trouble import reason_of, trouble_of

log = structlog.get_logger(__name__)

PATIENCE_SECONDS = 3.0
FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 0.8

P = ParamSpec("P")
T = TypeVar("T")


async def steadily(call: Callable[[bool], Awaitable[T]]) -> T:
    """Give what ``call(again)`` gives; ``again`` is true when an earlier try may have been written.

    Raises ``StoreUnavailable`` when the database is away, locked or full; other errors pass through.
    """
    give_up = time.monotonic() + PATIENCE_SECONDS
    pause = FIRST_PAUSE_SECONDS
    again = False
    while True:
        try:
            return await call(again)
        except (SQLAlchemyError, OSError) as error:
            trouble = trouble_of(error)
            if trouble is None:
                raise
            if not trouble.passes or time.monotonic() + pause > give_up:
                log.warning("store unavailable", reason=reason_of(error))
                raise StoreUnavailable(trouble.text) from error
            if not again:
                log.info("store has trouble; tried again", reason=reason_of(error))
        again = True
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)


def steady(method: Callable[P, Awaitable[T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Make a method go ``steadily``: one that may be made twice without harm."""

    @wraps(method)
    async def patient(*args: P.args, **kwargs: P.kwargs) -> T:
        return await steadily(lambda _again: method(*args, **kwargs))

    return patient
