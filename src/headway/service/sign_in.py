"""Sessions of the console: begun with a one-time code or a token, and good for several projects."""

import hashlib
import secrets
from dataclasses import dataclass, field

from headway.jobs.credential import Credential
from headway.jobs.errors import Unauthenticated
from headway.service.clock import Clock
from headway.service.credentials import Credentials
from headway.store.session_store import KeptSession, Opening, SessionStore

CODE_MINUTES = 15
SESSION_MS = 30 * 24 * 3600 * 1000  # from the last use on
EXTEND_AFTER_MS = 3600 * 1000  # a use is written down at most this often
SEEN_MS = 5_000  # a session that ended elsewhere is believed in for at most this long
MOST_SEEN = 1_000


@dataclass(frozen=True, slots=True)
class SignInCode:
    """A code that begins one session; ``expires_at`` is epoch ms."""

    code: str = field(repr=False)
    expires_at: int


@dataclass(frozen=True, slots=True)
class Session:
    """A session: the secret in its cookie, and whom it may speak for: one a project, the latest last."""

    cookie: str = field(repr=False)
    credentials: tuple[Credential, ...]


class SignIn:
    """Makes codes, begins and ends sessions. They are in the store, so every replica knows them.

    A session lasts while it is used and its credentials are known. Each call may raise ``StoreUnavailable``.
    """

    def __init__(self, store: SessionStore, credentials: Credentials, clock: Clock) -> None:
        self._store = store
        self._credentials = credentials
        self._clock = clock
        # By hash: when it was read, and what was there. A page asks several times a second.
        self._seen: dict[str, tuple[int, KeptSession | None]] = {}

    async def make_code(self, access_key: str) -> SignInCode:
        """Make a code that signs in whoever has this access key."""
        made = SignInCode(secrets.token_urlsafe(24), self._clock() + CODE_MINUTES * 60_000)
        await self._store.add_code(_hash(made.code), access_key, self._clock(), made.expires_at)
        return made

    async def with_code(self, code: str, cookie: str | None = None) -> Session:
        """Begin a session with a code, which is used up by it; ``cookie`` is of the session it goes on from.

        Raises ``Unauthenticated``.
        """
        fresh, opening = self._opening(cookie)
        if await self._store.use_code(_hash(code), opening) is None:
            raise Unauthenticated(
                f"The code is not valid: it works once, within {CODE_MINUTES} minutes. "
                "Another one: headway console"
            )
        return await self._begun(fresh, cookie)

    async def with_token(self, token: str, cookie: str | None = None) -> Session:
        """Begin a session with a token; ``cookie`` is of the session it goes on from.

        Raises ``Unauthenticated``.
        """
        credential = self._credentials.by_token(token)
        if credential is None:
            await self._credentials.reload()
            credential = self._credentials.by_token(token)
        if credential is None:
            raise Unauthenticated("The token is not known")
        fresh, opening = self._opening(cookie)
        await self._store.open(credential.access_key, opening)
        return await self._begun(fresh, cookie)

    async def credentials(self, cookie: str) -> tuple[Credential, ...]:
        """Give whom a session may speak for: one credential a project; none when it has ended."""
        session = await self._look_up(_hash(cookie))
        if session is None:
            return ()
        found = [self._credentials.by_access_key(key) for key in session.access_keys]
        if None in found:  # added a moment ago, or taken away
            await self._credentials.reload()
            found = [self._credentials.by_access_key(key) for key in session.access_keys]
        latest: dict[str, Credential] = {}
        for credential in found:
            if credential is not None:
                latest.pop(credential.project_id, None)
                latest[credential.project_id] = credential
        return tuple(latest.values())

    async def end(self, cookie: str) -> None:
        """End a session; other replicas learn of it within seconds."""
        await self._store.close(_hash(cookie))
        self._seen.pop(_hash(cookie), None)

    def _opening(self, cookie: str | None) -> tuple[str, Opening]:
        # Never the old cookie again: somebody else may have put it there.
        fresh, now = secrets.token_urlsafe(32), self._clock()
        replaces = None if cookie is None else _hash(cookie)
        return fresh, Opening(_hash(fresh), now, now + SESSION_MS, replaces)

    async def _begun(self, fresh: str, cookie: str | None) -> Session:
        if cookie is not None:
            self._seen.pop(_hash(cookie), None)
        known = await self.credentials(fresh)
        if not known:
            raise Unauthenticated("The key that the code was made for is gone")
        return Session(fresh, known)

    async def _look_up(self, session_hash: str) -> KeptSession | None:
        now = self._clock()
        read_at, session = self._seen.get(session_hash, (0, None))
        if now - read_at < SEEN_MS:
            return session
        session = await self._store.get(session_hash, now)
        if session is not None and session.expires_at < now + SESSION_MS - EXTEND_AFTER_MS:
            await self._store.extend(session_hash, now + SESSION_MS)
        if len(self._seen) >= MOST_SEEN:
            self._seen.clear()  # what is in use is read again
        self._seen[session_hash] = now, session
        return session


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
