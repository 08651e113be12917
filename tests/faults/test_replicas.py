"""Two services on one PostgreSQL and one home: either answers for every job and takes over from the other."""

import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass

import psutil
import pytest
from sqlalchemy import create_engine, text

from tests.faults.caller import Caller
from tests.faults.scene import ENV, Scene, free_port, tracebacks
from tests.faults.seen import Seen
from tests.faults.store_side import Remembered, StoreSide
from tests.faults.watcher import Watcher
from tests.faults.work import Marking, Numbers, Sleeping, Work, marks
from tests.postgres import Server, own_server
from tests.service_process import ServiceProcess
from tests.waiting import eventually

TAKEN_OVER_SECONDS = 10.0
HANDED_OVER_SECONDS = 4.0


@dataclass
class Pair:
    """Two replicas that share a store, a home and an engine."""

    scene: Scene
    server: Server
    a: ServiceProcess
    b: ServiceProcess
    at_a: Caller
    at_b: Caller

    @property
    def url(self) -> str:
        return self.server.url.render_as_string(hide_password=False)

    def job(self, job_id: str) -> Remembered:
        with StoreSide(self.url) as store:
            return store.job(job_id)

    def replicas(self) -> dict[str, str]:
        """The id of each living replica, by its endpoint."""
        engine = create_engine(self.url)
        with engine.connect() as connection:
            rows = connection.execute(text("SELECT endpoint, replica_id FROM replicas")).all()
        engine.dispose()
        assert len({row.endpoint for row in rows}) == len(rows), rows
        return {row.endpoint: row.replica_id for row in rows}

    def run_both(self) -> None:
        for service in (self.a, self.b):
            if not service.runs:
                service.start()
        eventually(lambda: len(self.replicas()) == 2)


@pytest.fixture(scope="module")
def made_pair(fault_home: Scene) -> Iterator[Pair]:
    fault_home.rest()
    with own_server() as server:
        url = server.url.render_as_string(hide_password=False)
        env = {**ENV, "HEADWAY_STORE__URL": url}
        a, b = (ServiceProcess(fault_home.home, env, free_port()) for _ in range(2))
        a.start()
        b.start()
        with Caller(a.project()) as at_a, Caller(b.project()) as at_b:
            yield Pair(fault_home, server, a, b, at_a, at_b)
        for service in (a, b):
            if service.runs:
                service.stop()


@pytest.fixture
def pair(made_pair: Pair) -> Iterator[Pair]:
    made_pair.run_both()
    logged = {service.port: len(service.log()) for service in (made_pair.a, made_pair.b)}
    yield made_pair
    for service in (made_pair.a, made_pair.b):
        assert tracebacks(service.log()[logged[service.port] :]) == []


def test_either_replica_answers_for_the_jobs_of_both(pair: Pair, seen: Seen) -> None:
    query, victim = Sleeping(tasks=48, ms=300), Sleeping(tasks=600, ms=300, queue="second")
    victim.submit(pair.at_a)
    spark = pair.scene.spark()
    eventually(lambda: spark.running_tasks(victim.job_id))
    query.submit(pair.at_a)
    elsewhere = pair.at_a if eventually(lambda: _owner(pair, query)) == pair.b.endpoint else pair.at_b
    assert eventually(lambda: elsewhere.fraction(query.job_id)) > 0
    for caller in (pair.at_a, pair.at_b):
        assert caller.job(query.job_id)["state"] == "RUNNING"
    pair.at_b.cancel(victim.job_id)
    for caller in (pair.at_b, pair.at_a):
        assert victim.end(caller, 40) == "CANCELLED"
        query.end(caller)
        query.check(caller)
    assert spark.running_tasks(victim.job_id) == 0
    seen(
        "a job of one replica asked for, followed, waited for, read and cancelled through the other",
        "the same answers from both",
    )


def test_a_killed_replica_is_taken_over_and_its_query_runs_once(pair: Pair, seen: Seen) -> None:
    query, insert = Sleeping(tasks=100, ms=600), Marking(ms=60, queue="second")
    for work in (query, insert):
        work.submit(pair.at_a)
    owner, other = _split(pair, query)
    at_other = pair.at_b if other is pair.b else pair.at_a
    with Watcher(other.project()) as watcher:
        watcher.follow(query.job_id, insert.job_id)
        eventually(lambda: watcher.last(query.job_id) > 0)
        owner.kill()
        began = time.monotonic()
        eventually(lambda: _owner(pair, query) == other.endpoint, 20)
        taken_over = time.monotonic() - began
        assert taken_over < TAKEN_OVER_SECONDS
        for work in (query, insert):
            work.end(at_other)
            work.check(at_other)
    insert.check_marks(marks(at_other))
    for work in (query, insert):
        pair.job(work.job_id).check()
    subjobs = pair.scene.spark().subjobs(query.job_id)
    assert [job["status"] for job in subjobs] == ["SUCCEEDED"] * 2
    seen(
        "one of two replicas killed under a query and an INSERT",
        f"the other carried them on after {taken_over:.1f} s; each ran once; progress never fell",
    )


def test_a_replica_that_is_stopped_hands_over(pair: Pair, seen: Seen) -> None:
    query = Sleeping(tasks=60, ms=600)
    query.submit(pair.at_a)
    owner, other = _split(pair, query)
    at_other = pair.at_b if other is pair.b else pair.at_a
    with Watcher(other.project()) as watcher:
        watcher.follow(query.job_id)
        eventually(lambda: watcher.last(query.job_id) > 0)
        assert owner.stop() == 0
        began = time.monotonic()
        eventually(lambda: _owner(pair, query) == other.endpoint)
        handed_over = time.monotonic() - began
        assert handed_over < HANDED_OVER_SECONDS
        query.end(at_other)
        query.check(at_other)
    assert len(pair.scene.spark().subjobs(query.job_id)) == 2
    seen("one of two replicas stopped (SIGTERM)", f"the other had its query {handed_over:.1f} s later")


def test_a_replica_that_stood_still_finds_itself_replaced(pair: Pair, seen: Seen) -> None:
    query, small = Sleeping(tasks=110, ms=600), Numbers(queue="second")
    query.submit(pair.at_a)
    owner, other = _split(pair, query)
    at_other, at_owner = (pair.at_b, pair.at_a) if other is pair.b else (pair.at_a, pair.at_b)
    before = pair.replicas()[owner.endpoint]
    assert owner.process is not None
    process = psutil.Process(owner.process.pid)
    with Watcher(other.project()) as watcher:
        watcher.follow(query.job_id)
        eventually(lambda: watcher.last(query.job_id) > 0)
        process.send_signal(signal.SIGSTOP)
        try:
            eventually(lambda: _owner(pair, query) == other.endpoint, 20)
            said = watcher.last(query.job_id)
            eventually(lambda: watcher.last(query.job_id) > said)  # the other is at work
        finally:
            process.send_signal(signal.SIGCONT)
        after = eventually(lambda: pair.replicas().get(owner.endpoint))
        assert after != before
        assert _owner(pair, query) == other.endpoint
        small.submit(at_owner)
        for work in (query, small):
            for caller in (at_other, at_owner):
                work.end(caller)
                work.check(caller)
            pair.job(work.job_id).check()
    assert len(pair.scene.spark().subjobs(query.job_id)) == 2
    seen(
        "one of two replicas stands still (SIGSTOP) until it was replaced, then goes on",
        "one owner at any time, one end; it came back as a new replica",
    )


def test_the_database_killed_and_back_under_running_jobs(pair: Pair, seen: Seen) -> None:
    works: list[Work] = [Sleeping(tasks=36, ms=500), Marking(ms=30, queue="second"), Numbers()]
    with Watcher(pair.a.project()) as watcher:
        for work, caller in zip(works, (pair.at_a, pair.at_b, pair.at_a), strict=True):
            watcher.follow(work.submit(caller))
        eventually(lambda: watcher.last(works[0].job_id) > 0)
        pair.server.kill()
        refused = pair.at_a.ask("POST", "/jobs", json={"sql": "SELECT 1"})
        assert refused is not None
        assert refused.status_code == 503
        assert int(refused.headers["Retry-After"]) > 0
        assert refused.json()["error_code"] == "StoreUnavailable"
        pair.server.start()
        for work in works:
            for caller in (pair.at_a, pair.at_b):
                work.end(caller)
                work.check(caller)
            pair.job(work.job_id).check()
    found = marks(pair.at_b)
    for work in works:
        if isinstance(work, Marking):
            work.check_marks(found)
    eventually(lambda: len(pair.replicas()) == 2)
    seen(
        "PostgreSQL killed and started again under running jobs",
        "submissions meanwhile answered 503 with Retry-After; every job went on and finished, once",
    )


def _owner(pair: Pair, work: Work) -> str | None:
    """The endpoint of the replica that carries a job; nothing when the job has ended or none does."""
    job = pair.job(work.job_id)
    by_id = {replica_id: endpoint for endpoint, replica_id in pair.replicas().items()}
    return by_id.get(job.replica_id or "")


def _split(pair: Pair, work: Work) -> tuple[ServiceProcess, ServiceProcess]:
    """Who carries a job, and the other one."""
    owner = eventually(lambda: _owner(pair, work))
    return (pair.a, pair.b) if owner == pair.a.endpoint else (pair.b, pair.a)
