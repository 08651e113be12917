from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from headway.store.database import Database
from headway.store.job_store import JobStore
from headway.store.tables import metadata
from tests.builders import a_job


async def test_the_migrations_make_the_tables_that_the_code_expects(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    async with database.read() as connection:
        assert await connection.run_sync(differences) == []


async def test_migrating_a_database_in_use_changes_nothing(database: Database, store: JobStore) -> None:
    job = a_job()
    await store.insert(job)
    await database.migrate()
    assert await store.get(job.job_id) == job
