import asyncio

import pytest
from sqlalchemy import text

from headway.store.database import Database


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
async def test_postgresql_may_be_named_as_usual(database_url: str, scheme: str) -> None:
    database = Database(scheme + database_url[database_url.index(":") :])
    await database.ping()
    assert database.is_shared
    await database.close()


def test_another_kind_of_database_is_refused_without_its_secret() -> None:
    with pytest.raises(ValueError, match="mysql is not a database") as refused:
        Database("mysql://ada:hidden@db/headway")
    assert "hidden" not in str(refused.value)


class Fault(Exception):
    pass


async def test_what_fails_leaves_nothing_behind(database: Database) -> None:
    async def forget_and_fail() -> None:
        async with database.write() as connection:
            await connection.execute(text("DELETE FROM alembic_version"))
            raise Fault

    with pytest.raises(Fault):
        await forget_and_fail()
    async with database.read() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM alembic_version"))).scalar_one() == 1


async def test_closing_waits_for_who_still_reads(database_url: str) -> None:
    database = Database(database_url)
    async with database.read() as connection:
        closing = asyncio.create_task(database.close())
        for number in range(20):
            assert (await connection.execute(text(f"SELECT {number}"))).scalar_one() == number
        assert not closing.done()
    await closing
