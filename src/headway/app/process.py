"""``headway serve``: one process, one event loop, ended by SIGTERM or Ctrl-C."""

import asyncio
import os
import signal
import socket
from collections.abc import Awaitable, Callable

import structlog
import uvicorn

from headway.api.event_feeds import EventFeeds
from headway.app.home import Home
from headway.app.logs import configure_logs
from headway.app.parts import Parts, build
from headway.app.wiring import web_app
from headway.jobs.errors import StoreUnavailable
from headway.settings import Settings
from headway.store.database import Database

log = structlog.get_logger(__name__)

LET_REQUESTS_END_SECONDS = 5


def serve(
    settings: Settings, *, say_link: Callable[[str], None] = lambda _: None, stop_engines: bool = False
) -> None:
    """Run the service until a signal ends it. ``say_link`` gets the console's address, good for one sign-in.

    Raises ``HomeInUse``, ``OSError`` (port taken) and ``StoreUnavailable`` when it cannot begin.

    A service that could not start has logged why and exits the process with 3.
    """
    configure_logs(settings.log_level, settings.log_json)
    # Everything in the home is for its owner only.
    os.umask(0o077)
    home = Home(settings.home)
    home.make()
    with (
        home.lock(shared=settings.store.url is not None),
        _listening(settings.host, settings.port) as listener,
    ):
        host, port = listener.getsockname()[:2]
        shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 (compared, not bound)
        endpoint = f"http://{f'[{shown}]' if ':' in shown else shown}:{port}"
        asyncio.run(_migrate(settings, home))
        parts = build(settings, endpoint)
        app = web_app(parts, settings, endpoint, stop_engines=stop_engines)
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="on",
            timeout_graceful_shutdown=LET_REQUESTS_END_SECONDS,
        )
        # The server ends in good order, then raises the signal again: that was the end, and a success.
        for ending in (signal.SIGTERM, signal.SIGINT):
            signal.signal(ending, lambda *_: None)
        _Server(config, parts.feeds, lambda: _say_link(parts, endpoint, say_link)).run(sockets=[listener])


class _Server(uvicorn.Server):
    """Says when it listens. At its end it ends the streams of events first: it waits for every answer."""

    def __init__(
        self, config: uvicorn.Config, feeds: EventFeeds, listens: Callable[[], Awaitable[None]]
    ) -> None:
        super().__init__(config)
        self._feeds = feeds
        self._listens = listens

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start the server."""
        await super().startup(sockets)
        await self._listens()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, then the server."""
        await self._feeds.close()
        await super().shutdown(sockets)


async def _say_link(parts: Parts, endpoint: str, say: Callable[[str], None]) -> None:
    credential = parts.home.read_credential()
    if credential is None:
        return
    try:
        made = await parts.sign_in.make_code(credential.access_key)
    except StoreUnavailable as error:
        log.warning("no link to the console: the store has trouble", reason=str(error))
    else:
        say(f"{endpoint}/console/#/sign-in?code={made.code}")


async def _migrate(settings: Settings, home: Home) -> None:
    """Bring the store to the newest schema: before anything is served, so that a fault is said plainly."""
    database = Database(settings.store.url or home.database_url)
    try:
        await database.migrate()
    finally:
        await database.close()


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise OSError(error.errno, f"cannot listen on {host}:{port}: {error.strerror}") from None
    return listener
