"""The console's session cookie on a request: whether the console's own page sent it, and for whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from starlette.types import Scope

from headway.jobs.credential import Credential
from headway.jobs.errors import Forbidden, Unauthenticated
from headway.web.signature import Headers

PAGE_HEADER = "X-Headway-Console"
_PAGE_HEADER = PAGE_HEADER.lower().encode()
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_LONGEST = 256  # characters; no cookie of ours is as long


class SessionSource(Protocol):
    """Where sessions are looked up."""

    async def credentials(self, cookie: str) -> Sequence[Credential]:
        """Give whom a session may speak for, one a project; raises ``StoreUnavailable``."""
        ...


@dataclass(frozen=True, slots=True)
class SessionCookie:
    """The cookie by its name, and the sessions behind it."""

    name: str
    sessions: SessionSource

    def value(self, headers: Headers) -> str | None:
        """Give the cookie's value: the first one, which is the one with the closest path."""
        wanted = self.name.encode()
        for header, line in headers:
            if header != b"cookie":
                continue
            for part in line.split(b";"):
                name, _, value = part.strip().partition(b"=")
                if name == wanted and 0 < len(value) <= _LONGEST:
                    return value.decode("latin-1")
        return None

    async def credential(self, scope: Scope, project_id: str) -> Credential | None:
        """Give for whom a request speaks in a project; ``None`` when it has no cookie.

        Raises ``Unauthenticated`` for a session that has ended, ``Forbidden`` for a request that another
        page may have caused or a project that the session does not hold, and ``StoreUnavailable``.
        """
        cookie = self.value(scope["headers"])
        if cookie is None:
            return None
        check_page(scope)
        held = await self.sessions.credentials(cookie)
        if not held:
            raise Unauthenticated("the session has ended: sign in again")
        for credential in held:
            if credential.project_id == project_id:
                return credential
        raise Forbidden("The session is not signed in to the project in the path")


def check_page(scope: Scope) -> None:
    """Refuse what another site's page may have caused; raises ``Forbidden``.

    A browser adds its cookies to whatever a page of the same host sends, whichever port it is from. It
    says where a request comes from on https and on this machine; the header no other page may set.
    """
    sent = dict(scope["headers"])
    is_safe = scope["method"] in _SAFE
    # "none" is a person's own doing, such as an address typed in.
    allowed = (b"same-origin", b"none") if is_safe else (b"same-origin",)
    if sent.get(b"sec-fetch-site", b"same-origin") not in allowed:
        raise Forbidden("The request comes from another page than the console's")
    if not is_safe and sent.get(_PAGE_HEADER) != b"1":
        raise Forbidden(f"A request with the console's cookie needs the header {PAGE_HEADER}: 1")
