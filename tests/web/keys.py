"""Two projects' credentials, and requests signed with them."""

from collections.abc import Mapping
from datetime import UTC, datetime

from headway.jobs.credential import Credential
from headway.web.signature import sign

KEYS = Credential("project1", "ada", "AKADA", "secret-of-ada", "token-of-ada")
OTHER_KEYS = Credential("project2", "eve", "AKEVE", "secret-of-eve", "token-of-eve")


class KnownKeys:
    """Where credentials are looked up. ``added`` are found after ``reload`` only."""

    def __init__(self, *added: Credential) -> None:
        self._keys = [KEYS, OTHER_KEYS]
        self._added = list(added)

    def by_access_key(self, access_key: str) -> Credential | None:
        return next((keys for keys in self._keys if keys.access_key == access_key), None)

    def by_token(self, token: str) -> Credential | None:
        return next((keys for keys in self._keys if keys.token == token), None)

    async def reload(self) -> None:
        self._keys += self._added
        self._added = []


def signed(
    method: str,
    path: str,
    query: str = "",
    body: bytes = b"",
    *,
    keys: Credential = KEYS,
    headers: Mapping[str, str] | None = None,
    at: datetime | None = None,
) -> dict[str, str]:
    """Give all headers of a signed request to the host ``dli``."""
    all_headers = {"Host": "dli", **(headers or {})}
    at = at or datetime.now(UTC)
    return all_headers | sign(keys.access_key, keys.secret_key, method, path, query, all_headers, body, at)
