"""Where a Spark Connect server is reached, and with what right."""

import base64
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlsplit

import jwt

from headway.jobs.errors import EngineUnavailable

MONITOR_TOKEN_SECONDS = 300
DEFAULT_CONNECT_PORT = 15002  # spark.connect.grpc.binding.port of a stock server


@dataclass(frozen=True, slots=True)
class EngineAddress:
    """One engine's two doors: gRPC (Spark Connect) and HTTP (Spark's monitoring).

    ``monitor_secret`` is the base64url key of ``org.apache.spark.ui.JWSFilter``; ``monitor_bearer`` a
    ready token for an engine that was not started here. No secret shows in ``repr``.
    """

    connect_host: str
    connect_port: int
    connect_tls: bool = False
    connect_token: str | None = field(default=None, repr=False)
    monitor_url: str | None = None
    monitor_secret: str | None = field(default=None, repr=False)
    monitor_bearer: str | None = field(default=None, repr=False)

    @property
    def connect_target(self) -> str:
        """``host:port`` as gRPC wants it."""
        host = f"[{self.connect_host}]" if ":" in self.connect_host else self.connect_host
        return f"{host}:{self.connect_port}"

    @property
    def connect_url(self) -> str:
        """``sc://host:port``, without the token."""
        return f"sc://{self.connect_target}"

    def connect_metadata(self) -> tuple[tuple[str, str], ...]:
        """Give the gRPC metadata that each call must carry."""
        if self.connect_token is None:
            return ()
        return (("authorization", f"Bearer {self.connect_token}"),)

    def monitor_token(self) -> str | None:
        """Give a bearer token for the monitoring, good for some minutes: ask again for each request."""
        if self.monitor_secret is None:
            return self.monitor_bearer
        return _signed(self.monitor_secret, int(time.time()) // 60)

    def monitor_headers(self) -> Mapping[str, str]:
        """Give the HTTP headers that each monitoring request must carry."""
        token = self.monitor_token()
        return {} if token is None else {"Authorization": f"Bearer {token}"}


@lru_cache(maxsize=16)
def _signed(secret: str, minute: int) -> str:
    now = minute * 60
    claims = {"iss": "headway", "iat": now, "exp": now + MONITOR_TOKEN_SECONDS}
    return jwt.encode(claims, base64.urlsafe_b64decode(secret), algorithm="HS256")


def remote_address(
    url: str, token: str | None, monitor_url: str | None, monitor_bearer: str | None
) -> EngineAddress:
    """Read ``sc://host:port/;token=…;use_ssl=true``; a given ``token`` wins over the address's own.

    Raises ``EngineUnavailable`` for an address that is none.
    """
    parts = urlsplit(url)
    try:
        port = parts.port or DEFAULT_CONNECT_PORT
    except ValueError:
        raise EngineUnavailable("The remote engine's address has a wrong port") from None
    if parts.scheme != "sc" or not parts.hostname:
        raise EngineUnavailable("The remote engine's address must look like sc://host:port")
    pairs = (entry.partition("=") for entry in parts.path.lstrip("/;").split(";"))
    given = {key: value for key, _, value in pairs}
    return EngineAddress(
        connect_host=parts.hostname,
        connect_port=port,
        connect_tls=given.get("use_ssl", "").lower() == "true",
        connect_token=token or given.get("token") or None,
        monitor_url=monitor_url.rstrip("/") if monitor_url else None,
        monitor_bearer=monitor_bearer,
    )
