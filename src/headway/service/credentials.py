"""Credentials in memory: every request looks one up, so no request waits for the store."""

import secrets

from headway.jobs.credential import Credential
from headway.service.clock import Clock
from headway.store.credential_store import CredentialStore

RELOAD_AFTER_MS = 2_000  # an unknown key is looked for in the store at most this often


class Credentials:
    """Every known credential, by access key and by token."""

    def __init__(self, store: CredentialStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._by_access_key: dict[str, Credential] = {}
        self._by_token: dict[str, Credential] = {}
        self._loaded_at = 0

    async def load(self) -> None:
        """Read all credentials from the store."""
        self._loaded_at = self._clock()
        known = await self._store.all()
        self._by_access_key = {credential.access_key: credential for credential in known}
        self._by_token = {credential.token: credential for credential in known}

    async def reload(self) -> None:
        """Read again after a miss, unless that was done a moment ago: keys may have been added."""
        if self._clock() - self._loaded_at >= RELOAD_AFTER_MS:
            await self.load()

    def by_access_key(self, access_key: str) -> Credential | None:
        """Give the credential of an access key."""
        return self._by_access_key.get(access_key)

    def by_token(self, token: str) -> Credential | None:
        """Give the credential of a token."""
        return self._by_token.get(token)

    async def add(self, project_id: str, user_name: str) -> Credential:
        """Make a credential with new random keys."""
        credential = Credential(
            project_id=project_id,
            user_name=user_name,
            access_key=secrets.token_hex(10).upper(),
            secret_key=secrets.token_urlsafe(30),
            token=secrets.token_urlsafe(32),
        )
        await self._store.insert(credential, self._clock())
        await self.load()
        return credential

    def projects(self) -> tuple[str, ...]:
        """Give the ids of all projects, oldest first."""
        return tuple(dict.fromkeys(credential.project_id for credential in self._by_access_key.values()))
