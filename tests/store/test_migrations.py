import asyncio

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, Table, create_engine, insert, make_url, text

from headway.jobs.credential import Credential
from headway.jobs.errors import ErrorKind, SqlError
from headway.jobs.job import Job, JobFilter, JobMode, JobOrder, JobRequest, JobType, ResultFigures, Tag
from headway.jobs.lifecycle import JobState, Reason
from headway.jobs.subjob import Snapshot, Subjob
from headway.store.credential_store import CredentialStore
from headway.store.database import Database
from headway.store.job_search import JobSearch
from headway.store.job_store import JobStore, Move, Room
from headway.store.progress_store import KeptProgress, ProgressStore
from headway.store.replica_store import ReplicaStore
from headway.store.tables import metadata
from tests.builders import a_job, joined
from tests.postgres import migrate

# A job in the first schema, with every column that may be null filled.
ENDED = {
    "job_id": "j1",
    "project_id": "p1",
    "owner": "ada",
    "state": "FAILED",
    "reason": "statement failed",
    "message": "bad cast",
    "error": '{"kind": "data", "message": "bad cast", "line": 1}',
    "job_type": "QUERY",
    "mode": "async",
    "statement": "select cast('x' as int)",
    "queue_name": "default",
    "current_db": "shop",
    "current_catalog": "lake",
    "engine_type": "spark",
    "conf": '{"spark.x": "1"}',
    "tags": '{"team": "ops"}',
    "submitted_at": 1,
    "started_at": 2,
    "ended_at": 3,
    "session_id": "s",
    "engine_id": "app-1",
    "schema_json": "{}",
    "row_count": 4,
    "byte_count": 5,
    "cpu_ms": 6,
    "attempt": 1,
}
UNDER_WAY = ENDED | {"job_id": "j2", "state": "RUNNING", "ended_at": None, "submitted_at": 5}
WAITS = ENDED | {"job_id": "j3", "state": "QUEUED", "ended_at": None, "submitted_at": 6}
KEYS = {
    "access_key": "AK",
    "secret_key": "SK",
    "token": "T",
    "project_id": "p1",
    "user_name": "admin",
    "created_at": 1,
}


def sync_url(url: str) -> str:
    parsed = make_url(url)
    name = "sqlite" if parsed.get_backend_name() == "sqlite" else "postgresql+psycopg"
    return parsed.set(drivername=name).render_as_string(hide_password=False)


def populate_first_schema(url: str) -> None:
    migrate(url, "0001")
    engine = create_engine(url)
    with engine.begin() as connection:
        for name, rows in {
            "jobs": [ENDED, UNDER_WAY, WAITS],
            "job_tags": [{"job_id": "j1", "key": "team", "value": "ops"}],
            "job_events": [{"job_id": "j1", "at": 1, "target": "QUEUED"}],
            "credentials": [KEYS],
        }.items():
            connection.execute(insert(Table(name, MetaData(), autoload_with=connection)), rows)
    engine.dispose()


async def test_the_migrations_make_the_tables_that_the_code_expects(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        options = {"compare_type": True}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))

    async with database.read() as connection:
        assert await connection.run_sync(differences) == []


async def test_a_database_of_the_first_schema_goes_on_with_all_that_is_in_it(empty_url: str) -> None:
    populate_first_schema(sync_url(empty_url))
    database = Database(empty_url)
    await database.migrate()
    store = JobStore(database)
    assert await store.get("j1") == Job(
        job_id="j1",
        project_id="p1",
        owner="ada",
        job_type=JobType.QUERY,
        mode=JobMode.ASYNC,
        request=JobRequest(
            "select cast('x' as int)",
            current_db="shop",
            current_catalog="lake",
            conf={"spark.x": "1"},
            tags=(Tag("team", "ops"),),
        ),
        state=JobState.FAILED,
        reason=Reason.STATEMENT_FAILED,
        message="bad cast",
        error=SqlError(ErrorKind.DATA, "bad cast", line=1),
        submitted_at=1,
        started_at=2,
        ended_at=3,
        session_id="s",
        engine_id="app-1",
        result=ResultFigures(4, 5, "{}"),
        cpu_ms=6,
    )
    assert await CredentialStore(database).all() == [Credential("p1", "admin", "AK", "SK", "T")]
    wanted = JobFilter(tags=(Tag("team", "ops"),))
    found = await JobSearch(database).find("p1", wanted, JobOrder.START_TIME_ASC, 0, 10, now=9)
    assert [job.job_id for job in found[1]] == ["j1"]
    # What was under way before there were replicas is taken over, what waited is claimed.
    replica_id = await joined(ReplicaStore(database))
    assert [job.job_id for job in await ReplicaStore(database).adopt(replica_id)] == ["j2"]
    claimed = await store.claim("p1", "default", Room(9, 9), replica_id, at=9)
    assert claimed is not None
    assert claimed.job_id == "j3"
    await store.move("j2", Move(JobState.FINISHED, carried_by=replica_id), at=10)
    await store.insert(a_job())
    await database.close()


async def test_progress_of_the_second_schema_is_still_said(empty_url: str) -> None:
    populate_first_schema(sync_url(empty_url))
    migrate(sync_url(empty_url), "0002")
    engine = create_engine(sync_url(empty_url))
    with engine.begin() as connection:
        said = {"job_id": "j2", "fraction": 0.5, "snapshot": '{"taken_at": 7, "subjobs": [{"id": 1}]}'}
        connection.execute(insert(Table("job_progress", MetaData(), autoload_with=connection)), [said])
    engine.dispose()
    database = Database(empty_url)
    await database.migrate()
    kept = KeptProgress("j2", 0.5, Snapshot(7, (Subjob(1),)))
    assert await ProgressStore(database).get("j2") == kept
    await database.close()


async def test_migrating_a_database_in_use_changes_nothing(database: Database, store: JobStore) -> None:
    job = a_job()
    await store.insert(job)
    await database.migrate()
    assert await store.get(job.job_id) == job


async def test_services_that_start_at_the_same_moment_take_turns(empty_url: str) -> None:
    populate_first_schema(sync_url(empty_url))
    services = [Database(empty_url) for _ in range(3)]
    await asyncio.gather(*(service.migrate() for service in services))
    for service in services:
        assert (await JobStore(service).get("j1")).state is JobState.FAILED
        await service.close()


async def test_a_service_starts_on_a_database_of_a_newer_version(database: Database, store: JobStore) -> None:
    job = a_job()
    await store.insert(job)
    async with database.write() as connection:
        await connection.execute(text("ALTER TABLE jobs ADD COLUMN of_tomorrow TEXT"))
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await database.migrate()
    assert await store.get(job.job_id) == job
    await store.insert(a_job())
    async with database.read() as connection:
        version = await connection.execute(text("SELECT version_num FROM alembic_version"))
        assert version.scalar_one() == "9999"
