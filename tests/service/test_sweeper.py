"""What Spark does for nobody is ended; what a job stands for is left alone."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import insert

from headway.engine.base import EngineState, FoundOperation
from headway.engine.scripted import ScriptedEngine, ScriptedHost
from headway.jobs.errors import ProgressUnavailable
from headway.jobs.lifecycle import TERMINAL, JobState
from headway.service.engines import Engines
from headway.service.sweeper import Sweeper
from headway.store.database import Database
from headway.store.job_rows import row_of
from headway.store.spark_sessions import SparkSessions
from headway.store.tables import jobs
from tests.builders import a_job
from tests.service.scene import P1, P2, until


class Place:
    """A store, engines that are played, and a sweeper that is quick to be sure."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.hosts: dict[str, ScriptedHost] = {}
        self.engines = Engines(self.host)
        self.projects = [P1]
        self.sweeper = self.new_sweeper()

    def new_sweeper(self, sure_after: float = 0.0) -> Sweeper:
        sessions = SparkSessions(self.database)
        return Sweeper(
            sessions, self.engines, lambda: tuple(self.projects), every=0.01, sure_after=sure_after
        )

    def host(self, project_id: str = P1) -> ScriptedHost:
        return self.hosts.setdefault(project_id, ScriptedHost(ScriptedEngine()))

    async def started(self, project_id: str = P1) -> ScriptedEngine:
        return await self.engines.host(project_id).ready()  # type: ignore[return-value]

    async def job(self, state: JobState, engine: str = "scripted-1", at: int = 1) -> FoundOperation:
        """Remember a job; gives what Spark would say of it."""
        job, session_id = a_job(at=at), str(uuid.uuid4())
        ended = {"ended_at": at} if state in TERMINAL else {}
        row = {**row_of(job), "state": state, "session_id": session_id, "engine_id": engine, **ended}
        async with self.database.write() as connection:
            await connection.execute(insert(jobs).values(row))
        return FoundOperation(job.job_id, session_id)


@pytest.fixture
async def place(tmp_path: Path, empty_database: Path) -> AsyncIterator[Place]:
    (tmp_path / "headway.db").write_bytes(empty_database.read_bytes())
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'headway.db'}")
    place = Place(database)
    yield place
    await place.sweeper.stop()
    await database.close()


def nobodys() -> FoundOperation:
    return FoundOperation(str(uuid.uuid4()), str(uuid.uuid4()))


@pytest.mark.parametrize("state", [JobState.LAUNCHING, JobState.RUNNING, JobState.CANCELLING])
async def test_a_job_under_way_is_left_alone(place: Place, state: JobState) -> None:
    engine = await place.started()
    engine.at_work = [await place.job(state)]
    assert await place.sweeper.sweep(P1) == 0
    assert engine.ended == []


@pytest.mark.parametrize("state", sorted(TERMINAL))
async def test_a_statement_of_an_ended_job_is_ended(place: Place, state: JobState) -> None:
    engine = await place.started()
    left = await place.job(state)
    engine.at_work = [left, await place.job(JobState.RUNNING)]
    assert await place.sweeper.sweep(P1) == 1
    assert engine.ended == [left]


async def test_a_statement_that_no_job_ever_stood_for_is_ended(place: Place) -> None:
    engine = await place.started()
    engine.at_work = [nobodys(), nobodys()]
    assert await place.sweeper.sweep(P1) == 2
    assert engine.at_work == []


async def test_an_earlier_attempt_is_ended_and_the_present_one_goes_on(place: Place) -> None:
    engine = await place.started()
    present = await place.job(JobState.RUNNING)
    earlier = FoundOperation(present.job_id, str(uuid.uuid4()))
    engine.at_work = [present, earlier]
    assert await place.sweeper.sweep(P1) == 1
    assert engine.at_work == [present]


async def test_a_statement_whose_job_has_just_ended_gets_time_to_end_by_itself(place: Place) -> None:
    engine = await place.started()
    engine.at_work = [await place.job(JobState.FINISHED)]
    looked = asyncio.Event()
    find = engine.find_operations

    async def seen() -> tuple[FoundOperation, ...]:
        looked.set()
        return tuple(await find())

    engine.find_operations = seen  # type: ignore[method-assign]
    sweeping = asyncio.create_task(place.new_sweeper(sure_after=0.05).sweep(P1))
    await looked.wait()
    engine.at_work = []
    assert await sweeping == 0
    assert engine.ended == []


async def test_another_projects_statement_on_a_shared_engine_is_known(place: Place) -> None:
    await place.started()
    shared = await place.started(P2)
    shared.at_work = [await place.job(JobState.RUNNING)]  # of p1
    assert await place.sweeper.sweep(P2) == 0


async def test_no_engine_is_started_to_be_swept(place: Place) -> None:
    assert await place.sweeper.sweep(P1) == 0
    await place.sweeper.release_sessions(P1)
    assert place.host().status.state is EngineState.STOPPED


async def test_sessions_that_a_killed_process_left_open_are_ended_once(place: Place) -> None:
    engine = await place.started()
    ended = [await place.job(JobState.FINISHED), await place.job(JobState.FAILED)]
    running = await place.job(JobState.RUNNING)
    elsewhere = await place.job(JobState.FINISHED, engine="another")
    engine.sessions = {found.session_id for found in (*ended, running, elsewhere)}

    await place.sweeper.release_sessions(P1)

    assert engine.sessions == {running.session_id, elsewhere.session_id}
    later = await place.job(JobState.FINISHED)
    engine.sessions.add(later.session_id)
    await place.sweeper.release_sessions(P1)
    assert later.session_id in engine.sessions  # its own process does it
    place.sweeper.took_over()
    await place.sweeper.release_sessions(P1)
    assert engine.sessions == {running.session_id, elsewhere.session_id}


async def test_the_loop_sweeps_what_runs_and_goes_on_when_spark_does_not_answer(place: Place) -> None:
    engine, other = await place.started(), await place.started(P2)
    find = engine.find_operations
    failures = iter([ProgressUnavailable("busy"), RuntimeError("a bug")])

    async def sometimes() -> tuple[FoundOperation, ...]:
        for failure in failures:
            raise failure
        return tuple(await find())

    engine.find_operations = sometimes  # type: ignore[method-assign]
    engine.at_work, other.at_work = [nobodys()], [nobodys()]
    place.sweeper.start()
    await until(lambda: not engine.at_work and not other.at_work)
    assert next(failures, None) is None


async def test_an_engine_that_nobody_has_asked_for_is_found(place: Place) -> None:
    engine = await place.host().ready()  # an earlier process started it
    engine.at_work = [nobodys()]
    place.sweeper.start()
    await until(lambda: not engine.at_work)
