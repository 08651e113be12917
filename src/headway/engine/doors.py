"""The ports and secrets of one engine start."""

import secrets
import socket
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from headway.engine.address import EngineAddress

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Doors:
    """Two loopback ports and what opens them. ``monitor_secret`` is 256 bits, base64url."""

    connect_port: int
    monitor_port: int
    connect_token: str = field(repr=False)
    monitor_secret: str = field(repr=False)

    @property
    def address(self) -> EngineAddress:
        """Where the engine behind these doors is reached."""
        return EngineAddress(
            connect_host=LOOPBACK,
            connect_port=self.connect_port,
            connect_token=self.connect_token,
            monitor_url=f"http://{LOOPBACK}:{self.monitor_port}",
            monitor_secret=self.monitor_secret,
        )


# Below the ports that systems give to connections: Spark takes its own only seconds after they are chosen.
_PORTS = range(20_000, 32_768)
_TRIES = 100


def new_doors() -> Doors:
    """Choose two ports that are free on the loopback now, and fresh secrets."""
    with socket.socket() as first, socket.socket() as second:
        return Doors(
            connect_port=_bound(first),
            monitor_port=_bound(second),
            connect_token=secrets.token_urlsafe(32),
            # JWSFilter decodes strictly: 33 bytes need no padding, and HS256 wants 32 at least.
            monitor_secret=secrets.token_urlsafe(33),
        )


def _bound(listener: socket.socket) -> int:
    """Take a free port and give its number."""
    for port in secrets.SystemRandom().sample(_PORTS, _TRIES):
        try:
            listener.bind((LOOPBACK, port))
        except OSError:
            continue
        return port
    listener.bind((LOOPBACK, 0))
    return int(listener.getsockname()[1])


def driver_host(master: str) -> str:
    """Give this machine's address as a cluster's executors see it: the one that leads to the master.

    ``spark://h:p`` and ``k8s://https://h:p`` name a host; any other master gets the way out of here.
    """
    parts = urlsplit(master.removeprefix("k8s://").split(",")[0])
    try:
        target = (parts.hostname or "192.0.2.1", parts.port or 443)
        # Connecting a datagram socket sends nothing; it only picks the route.
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(target)
            return str(probe.getsockname()[0])
    except (OSError, ValueError):
        return LOOPBACK
