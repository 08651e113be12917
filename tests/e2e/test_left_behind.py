"""What a killed service leaves in Spark, and nobody asks for any more, is gone soon after the next start."""

import asyncio
import signal
import sqlite3
import uuid
from collections.abc import AsyncIterator

import pytest

from headway.engine.base import Execution
from headway.engine.spark_engine import SparkEngine
from headway.jobs.errors import EngineLost, StatementFailed
from tests.e2e.spark_side import SparkSide
from tests.service_process import ServiceProcess
from tests.statements import sleeping
from tests.waiting import eventually

LONG = sleeping(2000, 500)


@pytest.fixture
async def past(service: ServiceProcess, spark: SparkSide) -> AsyncIterator[SparkEngine]:
    """The engine as another process of the same installation reaches it."""
    user = f"headway-{(service.home / 'installation').read_text().strip()}"
    engine = SparkEngine(spark.address, user=user, spare_sessions=0)
    yield engine
    await engine.close()


def statement(sql: str, session_id: str) -> Execution:
    return Execution(str(uuid.uuid4()), session_id, sql, sql[:80], "default")


async def test_a_statement_without_a_job_is_ended_and_one_with_a_job_goes_on(
    service: ServiceProcess, spark: SparkSide, past: SparkEngine
) -> None:
    job_id = service.project().submit(LONG)
    await asyncio.to_thread(eventually, lambda: spark.running_tasks(job_id))
    service.stop(with_signal=signal.SIGKILL)
    orphan = statement(LONG, str(uuid.uuid4()))
    await past.prepare(orphan)
    events = past.execute(orphan)
    await anext(events)
    await events.aclose()
    await asyncio.to_thread(eventually, lambda: spark.running_tasks(orphan.job_id))

    service.start()

    def ends() -> list[str]:
        return [subjob["status"] for subjob in spark.subjobs(orphan.job_id)]

    # Between two tasks it runs none for a moment too: its end is what tells.
    await asyncio.to_thread(eventually, lambda: ends() == ["FAILED"])
    assert spark.running_tasks(orphan.job_id) == 0
    assert any(orphan.job_id in line for line in service.log().splitlines() if "without a job" in line)
    project = service.project()
    assert project.status(job_id)["status"] == "RUNNING"
    project.cancel(job_id)
    assert project.ended(job_id)["status"] == "CANCELLED"


async def test_a_session_that_was_left_open_at_its_jobs_end_is_closed(
    service: ServiceProcess, past: SparkEngine
) -> None:
    service.stop()
    own = service.env
    service.env = {**own, "HEADWAY_STOP_AT": "finished"}
    service.start()
    job_id = service.project().submit("SELECT 1")
    assert service.process is not None
    assert service.process.wait(60) == -signal.SIGKILL
    service.env = own
    with sqlite3.connect(service.home / "headway.db") as store:
        query = "SELECT state, session_id FROM jobs WHERE job_id = ?"
        state, session_id = store.execute(query, (job_id,)).fetchone()
    store.close()
    assert state == "FINISHED"
    await past.prepare(statement("SELECT 1", session_id))  # it is there

    service.start()

    async with asyncio.timeout(60):
        while not await is_closed(past, session_id):
            await asyncio.sleep(0.2)
    assert service.project().preview(job_id)["rows"] == [[1]]


async def is_closed(engine: SparkEngine, session_id: str) -> bool:
    try:
        await engine.prepare(statement("SELECT 1", session_id))
    except (EngineLost, StatementFailed):
        return True
    return False
