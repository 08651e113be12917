"""The tasks that make events: one for each feed, as long as somebody reads it."""

import asyncio
from collections.abc import Callable
from contextvars import Context
from typing import Any, Generic, TypeVar

import structlog

from headway.api.event_readers import Feed
from headway.jobs.errors import NotFound

log = structlog.get_logger(__name__)

F = TypeVar("F", bound=Feed[Any])


class Producers(Generic[F]):
    """The feeds that are read, by what they are of."""

    def __init__(self) -> None:
        self._feeds: dict[str, F] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        """Count the producers at work."""
        return len(self._tasks)

    def feed(self, key: str, make: Callable[[], F]) -> F:
        """Give the feed that is read, or begin one: its reader must join at once."""
        feed = self._feeds.get(key)
        if feed is None or feed.is_over:
            feed = self._feeds[key] = make()
            # A context of its own: its log lines are not those of the request that happens to come first.
            task = asyncio.create_task(self._run(key, feed), name="events", context=Context())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return feed

    async def close(self) -> None:
        """End every stream; returns when no producer works any more."""
        for feed in self._feeds.values():
            feed.close()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _run(self, key: str, feed: F) -> None:
        try:
            await feed.produce()
        except NotFound as error:
            log.info("events end", reason=str(error))  # the job was forgotten meanwhile
        except Exception:  # whatever it was, readers must not wait for ever: they come back
            log.exception("events cannot be made")
        finally:
            feed.close()
            if self._feeds.get(key) is feed:
                del self._feeds[key]
