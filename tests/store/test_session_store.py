import asyncio

import pytest
from sqlalchemy import func, select

from headway.store.database import Database
from headway.store.session_store import KeptSession, Opening, SessionStore
from headway.store.tables import session_keys, sign_in_codes


@pytest.fixture
def sessions(database: Database) -> SessionStore:
    return SessionStore(database)


def opening(name: str, at: int = 100, life: int = 50, replaces: str | None = None) -> Opening:
    return Opening(name, at, at + life, replaces)


async def test_a_code_begins_one_session(sessions: SessionStore) -> None:
    await sessions.add_code("code", "AK", at=0, expires_at=200)
    assert await sessions.use_code("code", opening("s1")) == "AK"
    assert await sessions.use_code("code", opening("s2")) is None
    assert await sessions.get("s1", at=149) == KeptSession(("AK",), 150)
    assert await sessions.get("s2", at=100) is None


async def test_of_two_who_use_a_code_at_the_same_moment_one_gets_in(sessions: SessionStore) -> None:
    await sessions.add_code("code", "AK", at=0, expires_at=200)
    names = [f"s{number}" for number in range(5)]
    used = await asyncio.gather(*(sessions.use_code("code", opening(name)) for name in names))
    assert sorted(used, key=str) == ["AK", None, None, None, None]
    begun = [name for name in names if await sessions.get(name, at=100)]
    assert begun == [names[used.index("AK")]]


@pytest.mark.parametrize(("at", "gets_in"), [(199, True), (200, False)])
async def test_a_code_holds_until_its_end(sessions: SessionStore, at: int, gets_in: bool) -> None:
    await sessions.add_code("code", "AK", at=0, expires_at=200)
    assert (await sessions.use_code("code", opening("s1", at)) is not None) == gets_in


async def test_a_session_goes_on_in_the_next_one(sessions: SessionStore) -> None:
    await sessions.open("AK1", opening("s1", at=100))
    await sessions.open("AK2", opening("s2", at=110, replaces="s1"))
    await sessions.open("AK1", opening("s3", at=120, replaces="s2"))
    assert await sessions.get("s3", at=120) == KeptSession(("AK2", "AK1"), 170)  # the latest last
    assert await sessions.get("s1", at=120) is None
    assert await sessions.get("s2", at=120) is None


async def test_a_session_that_has_expired_does_not_go_on(sessions: SessionStore) -> None:
    await sessions.open("AK1", opening("s1", at=100))
    assert await sessions.get("s1", at=150) is None
    await sessions.open("AK2", opening("s2", at=150, replaces="s1"))
    assert await sessions.get("s2", at=150) == KeptSession(("AK2",), 200)


async def test_a_session_that_is_used_lasts(sessions: SessionStore) -> None:
    await sessions.open("AK", opening("s1"))
    await sessions.extend("s1", 1_000)
    assert await sessions.get("s1", at=999) == KeptSession(("AK",), 1_000)


async def test_a_session_that_ended_does_not_come_back(sessions: SessionStore) -> None:
    await sessions.open("AK", opening("s1"))
    await sessions.close("s1")
    await sessions.extend("s1", 1_000)
    assert await sessions.get("s1", at=100) is None


async def test_what_has_expired_is_forgotten(sessions: SessionStore, database: Database) -> None:
    for number in range(3):
        await sessions.add_code(f"c{number}", "AK", at=number * 100, expires_at=number * 100 + 50)
        await sessions.open("AK", opening(f"s{number}", at=number * 100))
    async with database.read() as connection:
        for table in (sign_in_codes, session_keys):
            left = await connection.execute(select(func.count()).select_from(table))
            assert left.scalar_one() == 1
