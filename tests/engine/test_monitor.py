"""Spark's monitoring, read sparingly: on real Spark, and step by step on one that is played."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import httpx2
import pytest

import headway.engine.monitor as monitor_module
from headway.engine.address import EngineAddress
from headway.engine.monitor import LOOK_AHEAD, READ_SINGLY, Monitor
from headway.engine.monitor_client import MonitorClient
from headway.engine.monitor_fields import read_subjob, read_time
from headway.engine.plan_page import Trees
from headway.engine.spark_engine import SparkEngine
from headway.jobs.errors import ProgressUnavailable
from headway.jobs.plan import Plan, PlanNode
from headway.jobs.subjob import Capacity, RunningTask, Stage, Subjob
from tests.engine.conftest import Spark
from tests.engine.jobs import Jobs, collected, snapshot_of, tasks_of
from tests.statements import sleeping


@dataclass
class PlayedSpark(MonitorClient):
    """What a Spark that a test moves by hand would answer; counts what it is asked."""

    known: dict[int, Subjob] = field(default_factory=dict)
    stages: dict[int, tuple[Stage, ...]] = field(default_factory=dict)
    executions: dict[int, Plan] = field(default_factory=dict)
    told: dict[int, Trees] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    silent: bool = False

    def run(self, job_id: int, group: str, *stage_ids: int) -> None:
        self.known[job_id] = Subjob(job_id, job_group=group, status="RUNNING", stage_ids=stage_ids)
        for stage_id in stage_ids:
            self.stages[stage_id] = (Stage(stage_id, 0, "ACTIVE", num_active_tasks=2),)

    def end(self, job_id: int, status: str = "SUCCEEDED") -> None:
        self.known[job_id] = replace(self.known[job_id], status=status)
        for stage_id in self.known[job_id].stage_ids or ():
            last = self.stages[stage_id][-1]
            self.stages[stage_id] = (
                *self.stages[stage_id][:-1],
                replace(last, status="COMPLETE", num_active_tasks=0),
            )

    async def jobs(self, *, running: bool) -> list[Subjob]:
        self.asked["running" if running else "all"] += 1
        if self.silent:
            await asyncio.Event().wait()
        return [subjob for subjob in self.known.values() if subjob.is_running or not running]

    async def jobs_by_id(self, ids: Iterable[int]) -> dict[int, Subjob]:
        wanted = list(ids)
        self.asked.update(f"job {job_id}" for job_id in wanted)
        return {job_id: self.known[job_id] for job_id in wanted if job_id in self.known}

    async def open_stages(self) -> list[Stage]:
        self.asked["open stages"] += 1
        attempts = (stage for stages in self.stages.values() for stage in stages)
        return [stage for stage in attempts if stage.status in ("ACTIVE", "PENDING")]

    async def stages_by_id(self, ids: Iterable[int]) -> dict[int, tuple[Stage, ...]]:
        wanted = list(ids)
        self.asked.update(f"stage {stage_id}" for stage_id in wanted)
        return {stage_id: self.stages[stage_id] for stage_id in wanted if stage_id in self.stages}

    async def capacity(self) -> Capacity:
        self.asked["capacity"] += 1
        return Capacity(executors=1, cores=2, busy=0)

    async def running_tasks(self, stage: Stage, most: int) -> tuple[RunningTask, ...]:
        return ()

    async def plans(self, ids: Iterable[int]) -> dict[int, Plan]:
        wanted = list(ids)
        self.asked.update(f"plan {each}" for each in wanted)
        return {each: self.executions[each] for each in wanted if each in self.executions}

    async def executions_listed(self) -> dict[int, Plan]:
        return dict(self.executions)

    async def trees(self, execution_id: int) -> Trees:
        self.asked[f"tree {execution_id}"] += 1
        return self.told.get(execution_id, ((PlanNode(0, f"plan of {execution_id}"),),))

    async def close(self) -> None:
        return None


@pytest.fixture
def played() -> PlayedSpark:
    return PlayedSpark()


@pytest.fixture
async def monitor(played: PlayedSpark) -> AsyncIterator[Monitor]:
    """A monitor that has read an engine on which one job of somebody else ended."""
    played.run(0, "other")
    played.end(0)
    monitor = Monitor(played)
    monitor.watch("mine")
    await monitor.snapshots(["mine"])
    played.asked.clear()
    yield monitor
    await monitor.close()


async def subjobs(monitor: Monitor, job_id: str = "mine") -> list[tuple[int, str | None]]:
    snapshot = (await monitor.snapshots([job_id]))[job_id]
    return [(subjob.id, subjob.status) for subjob in snapshot.subjobs]


async def test_ended_subjobs_and_stages_are_read_once(monitor: Monitor, played: PlayedSpark) -> None:
    played.run(1, "mine", 10, 11)
    assert await subjobs(monitor) == [(1, "RUNNING")]
    played.end(1)
    assert await subjobs(monitor) == [(1, "SUCCEEDED")]
    before = played.asked.copy()

    for _ in range(5):
        assert await subjobs(monitor) == [(1, "SUCCEEDED")]

    # Plans are asked for as long as something moves, and once more.
    new = {what: times for what, times in (played.asked - before).items() if not what.startswith("plan")}
    assert new == {"running": 5, "job 2": 5, "job 3": 5}
    assert played.asked["all"] == 0


async def test_a_subjob_that_came_and_went_between_two_reads_is_seen(
    monitor: Monitor, played: PlayedSpark
) -> None:
    for job_id in range(1, 8):
        played.run(job_id, "mine", job_id * 10)
        played.end(job_id)

    assert await subjobs(monitor) == [(job_id, "SUCCEEDED") for job_id in range(1, 8)]
    assert played.asked["open stages"] == 0


async def test_while_a_jobs_subjob_runs_no_others_are_looked_for(
    monitor: Monitor, played: PlayedSpark
) -> None:
    played.run(1, "mine")
    await subjobs(monitor)
    played.run(2, "mine")
    played.end(2)  # beside it, between two reads
    played.asked.clear()
    assert await subjobs(monitor) == [(1, "RUNNING")]
    assert played.asked["job 2"] == 0

    played.end(1)
    assert await subjobs(monitor) == [(1, "SUCCEEDED"), (2, "SUCCEEDED")]


async def test_the_last_subjob_is_looked_for_while_others_run_on(
    monitor: Monitor, played: PlayedSpark
) -> None:
    played.run(1, "other")
    await subjobs(monitor)
    played.run(2, "mine")
    played.end(2)

    assert await subjobs(monitor) == [(2, "SUCCEEDED")]


async def test_an_id_that_spark_tells_of_late_is_not_missed(monitor: Monitor, played: PlayedSpark) -> None:
    played.run(2, "mine")
    assert await subjobs(monitor) == [(2, "RUNNING")]
    played.run(1, "mine")
    played.end(1)

    assert await subjobs(monitor) == [(1, "SUCCEEDED"), (2, "RUNNING")]


async def test_an_id_that_never_comes_is_given_up(
    monitor: Monitor, played: PlayedSpark, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monitor_module, "HOLE_SECONDS", 0.0)
    played.run(LOOK_AHEAD, "mine")
    for _ in range(3):
        await subjobs(monitor)
    played.asked.clear()

    await subjobs(monitor)

    assert played.asked["job 1"] == 0


async def test_a_subjob_dropped_by_spark_before_its_end_was_read_does_not_run_for_ever(
    monitor: Monitor, played: PlayedSpark
) -> None:
    played.run(1, "mine", 10)
    await subjobs(monitor)
    del played.known[1], played.stages[10]

    assert await subjobs(monitor) == [(1, "UNKNOWN")]
    snapshot = (await monitor.snapshots(["mine"]))["mine"]
    assert snapshot.stages == {}


async def test_many_jobs_of_others_cost_one_list(monitor: Monitor, played: PlayedSpark) -> None:
    for job_id in range(1, 3 * READ_SINGLY):
        played.run(job_id, "other")
        played.end(job_id)
    played.run(3 * READ_SINGLY, "mine")

    assert await subjobs(monitor) == [(3 * READ_SINGLY, "RUNNING")]
    assert played.asked["all"] == 1
    assert sum(played.asked.values()) < READ_SINGLY


async def test_nothing_of_others_is_kept(monitor: Monitor, played: PlayedSpark) -> None:
    for job_id in range(1, 500):
        played.run(job_id, f"other {job_id}")
        played.end(job_id)
        await subjobs(monitor)

    assert list(monitor._groups) == ["mine"]
    assert monitor._open == set()
    assert monitor._holes == {}


async def test_a_job_not_watched_from_its_start_gets_its_earlier_subjobs(
    monitor: Monitor, played: PlayedSpark
) -> None:
    played.run(1, "taken over")
    played.end(1)
    played.run(2, "taken over")
    await subjobs(monitor)

    assert await subjobs(monitor, "taken over") == [(1, "SUCCEEDED"), (2, "RUNNING")]
    monitor.forget("taken over")
    assert "taken over" not in monitor._groups


async def test_stages_are_read_when_their_subjob_moved_or_after_a_while(
    monitor: Monitor, played: PlayedSpark, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monitor_module, "SETTLED_SECONDS", 0.0)
    played.run(1, "mine", 10)
    await monitor.snapshots(["mine"])

    async def seen() -> int:
        return (await monitor.snapshots(["mine"]))["mine"].stages[10].num_complete_tasks

    played.stages[10] = (replace(played.stages[10][0], num_complete_tasks=1),)
    assert await seen() == 0
    played.known[1] = replace(played.known[1], num_completed_tasks=1)
    assert await seen() == 1
    assert played.asked["open stages"] == 2

    played.stages[10] = (replace(played.stages[10][0], num_complete_tasks=2),)
    assert await seen() == 1
    monkeypatch.setattr(monitor_module, "STAGES_AGAIN_SECONDS", 0.0)
    assert await seen() == 2


async def test_stages_are_read_again_when_spark_tells_of_them_after_their_subjob(
    monitor: Monitor, played: PlayedSpark
) -> None:
    played.run(1, "mine", 10)
    await monitor.snapshots(["mine"])
    played.stages[10] = (replace(played.stages[10][0], num_complete_tasks=1),)
    assert (await monitor.snapshots(["mine"]))["mine"].stages[10].num_complete_tasks == 1


async def test_a_stage_that_is_repeated_shows_its_last_attempt(monitor: Monitor, played: PlayedSpark) -> None:
    played.run(1, "mine", 10, 11)
    played.stages[10] = (Stage(10, 0, "COMPLETE"),)
    await monitor.snapshots(["mine"])
    played.stages[10] = (Stage(10, 0, "COMPLETE"), Stage(10, 1, "ACTIVE", num_active_tasks=1))
    played.known[1] = replace(played.known[1], num_active_stages=2)

    snapshot = (await monitor.snapshots(["mine"]))["mine"]

    assert snapshot.stages[10].attempt_id == 1


async def test_tasks_left_over_by_an_ended_subjob_are_counted(monitor: Monitor, played: PlayedSpark) -> None:
    played.run(1, "mine", 10)
    await monitor.snapshots(["mine"])
    played.end(1, "FAILED")
    played.stages[10] = (Stage(10, 0, "FAILED", num_active_tasks=3),)
    assert await monitor.running_tasks("mine") == 3

    played.stages[10] = (Stage(10, 0, "FAILED", num_active_tasks=0),)
    assert await monitor.running_tasks("mine") == 0


async def test_a_long_first_list_is_waited_for_by_the_next_read() -> None:
    played = PlayedSpark(silent=True)
    monitor = Monitor(played, seconds=0.05)
    with pytest.raises(ProgressUnavailable):
        await monitor.snapshots(["mine"])
    with pytest.raises(ProgressUnavailable):
        await monitor.snapshots(["mine"])

    assert played.asked["all"] == 1
    await monitor.close()


async def test_subjob_fields_agree_with_sparks_own_answer(jobs: Jobs, spark: Spark) -> None:
    execution = await jobs.prepare(sleeping(tasks=6, ms=150))
    running = asyncio.create_task(collected(spark.engine.execute(execution)))
    seen = set()
    while not running.done():
        for subjob in (await snapshot_of(spark.engine, execution.job_id)).subjobs:
            seen.add((subjob.id, subjob.status))
    await running

    async with asyncio.timeout(10):
        while True:
            snapshot = await snapshot_of(spark.engine, execution.job_id)
            if not any(subjob.is_running for subjob in snapshot.subjobs):
                break
    theirs = [data for data in await sparks_own(spark, "/jobs") if data.get("jobGroup") == execution.job_id]
    assert snapshot.subjobs == tuple(
        read_subjob(data) for data in sorted(theirs, key=lambda data: data["jobId"])
    )
    assert (snapshot.subjobs[0].id, "RUNNING") in seen
    first = snapshot.subjobs[0]
    assert (first.status, first.num_tasks, first.num_completed_tasks) == ("SUCCEEDED", 6, 6)
    assert first.description == execution.description
    assert first.killed_tasks_summary == {}
    for stage_id, stage in snapshot.stages.items():
        (their_stage,) = await sparks_own(spark, f"/stages/{stage_id}?details=false")
        assert (stage.status, stage.num_complete_tasks) == (
            their_stage["status"],
            their_stage["numCompleteTasks"],
        )
        assert stage.run_time_ms == their_stage["executorRunTime"]
    assert snapshot.stages[first.stage_ids[0]].run_time_ms >= 6 * 150  # type: ignore[index]


async def test_a_job_before_its_first_subjob_has_an_empty_snapshot(jobs: Jobs, engine: SparkEngine) -> None:
    execution = await jobs.prepare("SELECT 1")

    assert (await snapshot_of(engine, execution.job_id)).subjobs == ()
    assert await tasks_of(engine, execution.job_id) == 0
    engine.forget(execution.job_id)


async def test_a_wrong_token_and_a_closed_port_are_progress_unavailable(spark: Spark) -> None:
    wrong = replace(spark.address, monitor_secret=None, monitor_bearer="wrong")
    closed = replace(spark.address, monitor_url="http://127.0.0.1:9")
    for address, reason in ((wrong, "status 403"), (closed, "does not answer")):
        monitor = Monitor(MonitorClient(address))
        with pytest.raises(ProgressUnavailable, match=reason):
            await monitor.snapshots(["mine"])
        await monitor.close()


async def test_no_monitoring_address_is_progress_unavailable(spark: Spark) -> None:
    monitor = Monitor(MonitorClient(replace(spark.address, monitor_url=None)))
    with pytest.raises(ProgressUnavailable):
        await monitor.snapshots(["mine"])


async def test_a_monitoring_that_never_answers_costs_less_than_a_second() -> None:
    async with answering(b"") as address:
        monitor = Monitor(MonitorClient(address))
        began = time.monotonic()
        with pytest.raises(ProgressUnavailable):
            await monitor.snapshots(["mine"])
        assert time.monotonic() - began < 1
        await monitor.close()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html>", "JSON"),
        (b"[]", "no running application"),
        (b'[{"id": "a", "attempts": [{"appSparkVersion": "3.1.2"}]}]', "too old"),
    ],
)
async def test_an_answer_that_makes_no_sense_is_progress_unavailable(body: bytes, reason: str) -> None:
    async with answering(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)) as address:
        monitor = Monitor(MonitorClient(address))
        with pytest.raises(ProgressUnavailable, match=reason):
            await monitor.snapshots(["mine"])
        await monitor.close()


def test_sparks_times_are_read_to_the_millisecond() -> None:
    assert read_time("2026-11-22T14:25:33.646GMT") == 1_795_357_533_646
    assert read_time("1970-01-01T00:00:00.000GMT") == 0
    assert read_time(None) is None


def test_fields_that_spark_leaves_out_stay_unknown() -> None:
    assert read_subjob({"jobId": 3}) == Subjob(3)


@asynccontextmanager
async def answering(answer: bytes) -> AsyncIterator[EngineAddress]:
    """A server that gives each request the same bytes; none at all for ``b""``."""
    writers: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        while await reader.read(65536):
            writer.write(answer)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    yield EngineAddress("127.0.0.1", 1, monitor_url=f"http://127.0.0.1:{port}")
    server.close()
    for writer in writers:
        writer.transport.abort()


async def sparks_own(spark: Spark, path: str) -> list[dict]:  # type: ignore[type-arg]
    base = f"{spark.address.monitor_url}/api/v1/applications"
    async with httpx2.AsyncClient(headers=spark.address.monitor_headers()) as http:
        app_id = (await http.get(base)).json()[0]["id"]
        return list((await http.get(f"{base}/{app_id}{path}")).json())
