"""Sessions of the console and the one-time codes that begin them. Only hashes of their secrets are kept."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Table, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from headway.store.database import Database
from headway.store.steady import steadily, steady
from headway.store.tables import session_keys, sign_in_codes


@dataclass(frozen=True, slots=True)
class Opening:
    """A session to begin at ``at``; it takes over what the session ``replaces`` holds. Times are epoch ms."""

    session_hash: str
    at: int
    expires_at: int
    replaces: str | None = None


@dataclass(frozen=True, slots=True)
class KeptSession:
    """What a session may speak for, the latest sign-in last; ``expires_at`` is epoch ms."""

    access_keys: tuple[str, ...]
    expires_at: int


class SessionStore:
    """Every session, and every code that was not used yet.

    Each call raises ``StoreUnavailable`` when the database is away or full.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @steady
    async def add_code(self, code_hash: str, access_key: str, at: int, expires_at: int) -> None:
        """Keep a code, and forget those that were never used in time. Times are epoch ms."""
        row = {"code_hash": code_hash, "access_key": access_key, "expires_at": expires_at}
        async with self._database.write() as connection:
            await _forget_old(connection, sign_in_codes, at)
            new = self._database.insert(sign_in_codes).values(row)
            await connection.execute(new.on_conflict_do_nothing(index_elements=[sign_in_codes.c.code_hash]))

    async def use_code(self, code_hash: str, opening: Opening) -> str | None:
        """Begin a session with a code, which is gone then; gives its access key, if it was there in time."""
        return await steadily(lambda again: self._use_code(code_hash, opening, again))

    @steady
    async def open(self, access_key: str, opening: Opening) -> None:
        """Begin a session."""
        async with self._database.write() as connection:
            await self._open(connection, access_key, opening)

    @steady
    async def get(self, session_hash: str, at: int) -> KeptSession | None:
        """Give a session that has not expired at ``at`` (epoch ms)."""
        query = (
            select(session_keys.c.access_key, session_keys.c.expires_at)
            .where(_is(session_hash), session_keys.c.expires_at > at)
            .order_by(session_keys.c.added_at, session_keys.c.access_key)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        if not rows:
            return None
        return KeptSession(tuple(row.access_key for row in rows), rows[0].expires_at)

    @steady
    async def extend(self, session_hash: str, expires_at: int) -> None:
        """Let a session last until ``expires_at`` (epoch ms); one that has ended stays ended."""
        async with self._database.write() as connection:
            await connection.execute(
                update(session_keys).where(_is(session_hash)).values(expires_at=expires_at)
            )

    @steady
    async def close(self, session_hash: str) -> None:
        """Forget a session."""
        async with self._database.write() as connection:
            await connection.execute(delete(session_keys).where(_is(session_hash)))

    async def _use_code(self, code_hash: str, opening: Opening, again: bool) -> str | None:
        take = delete(sign_in_codes).where(
            sign_in_codes.c.code_hash == code_hash, sign_in_codes.c.expires_at > opening.at
        )
        async with self._database.write() as connection:
            taken = await connection.execute(take.returning(sign_in_codes.c.access_key))
            access_key: str | None = taken.scalar_one_or_none()
            if access_key is not None:
                await self._open(connection, access_key, opening)
            elif again:
                # Gone at a second try: the first was written if its session is there.
                added = session_keys.c.added_at == opening.at
                mine = select(session_keys.c.access_key).where(_is(opening.session_hash), added).limit(1)
                access_key = (await connection.execute(mine)).scalar_one_or_none()
        return access_key

    async def _open(self, connection: AsyncConnection, access_key: str, opening: Opening) -> None:
        await _forget_old(connection, session_keys, opening.at)
        if opening.replaces is not None:
            moved = {"session_hash": opening.session_hash, "expires_at": opening.expires_at}
            await connection.execute(update(session_keys).where(_is(opening.replaces)).values(moved))
        times = {"added_at": opening.at, "expires_at": opening.expires_at}
        new = self._database.insert(session_keys).values(
            session_hash=opening.session_hash, access_key=access_key, **times
        )
        keys = [session_keys.c.session_hash, session_keys.c.access_key]
        await connection.execute(new.on_conflict_do_update(index_elements=keys, set_=times))


def _is(session_hash: str) -> ColumnElement[bool]:
    return session_keys.c.session_hash == session_hash


async def _forget_old(connection: AsyncConnection, table: Table, at: int) -> None:
    await connection.execute(delete(table).where(table.c.expires_at <= at))
