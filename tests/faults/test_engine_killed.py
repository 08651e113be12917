"""kill -9 of the engine: what could be lost ends and says so, the rest goes on with a new engine."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import psutil
import pytest

from tests.faults.caller import Caller
from tests.faults.scene import Scene, record_of, tracebacks
from tests.faults.seen import Seen
from tests.faults.watcher import Watcher
from tests.faults.work import LOST, Marking, Numbers, Sleeping, Trickle, Work, marks
from tests.waiting import eventually

AT_MOST_SECONDS = 10.0


@dataclass
class Struck:
    """Jobs of every kind that were there when the engine died, and what became of them."""

    scene: Scene
    caller: Caller
    watcher: Watcher
    finished: Numbers
    query: Sleeping
    insert: Marking
    trickle: Trickle
    occupying: Sleeping
    queued: Numbers
    dead: psutil.Process
    died_at: float = 0.0
    said: float = 0.0  # of the query, when it died
    insert_seconds: float = 0.0


@pytest.fixture(scope="module")
def struck(fault_home: Scene) -> Iterator[Struck]:
    """The engine dies under everything at once, and the service while the next engine starts."""
    fault_home.run()
    logged = len(fault_home.service.log())
    with Caller(fault_home.project) as caller, Watcher(fault_home.project) as watcher:
        struck = Struck(
            scene=fault_home,
            caller=caller,
            watcher=watcher,
            finished=Numbers(),
            query=Sleeping(tasks=80, ms=400),
            insert=Marking(ms=100, queue="second"),
            trickle=Trickle(queue="third"),
            occupying=Sleeping(tasks=20, ms=500, queue="narrow"),
            queued=Numbers(queue="narrow"),
            dead=fault_home.engine(),
        )
        struck.finished.submit(caller)
        assert struck.finished.end(caller) == "FINISHED"
        at_work: list[Work] = [struck.query, struck.insert, struck.trickle, struck.occupying]
        for work in (*at_work, struck.queued):
            watcher.follow(work.submit(caller))
        spark = fault_home.spark()
        eventually(lambda: watcher.last(struck.query.job_id) > 0)
        eventually(lambda: spark.running_tasks(struck.insert.job_id))
        eventually(lambda: fault_home.has_rows(struck.trickle.job_id))
        assert caller.job(struck.queued.job_id)["state"] == "QUEUED"
        struck.said = watcher.last(struck.query.job_id)
        struck.died_at = time.monotonic()
        struck.dead.kill()
        struck.insert.end(caller)
        struck.insert_seconds = time.monotonic() - struck.died_at
        eventually(lambda: _is_starting(fault_home, struck.dead))
        fault_home.restart()
        yield struck
    assert tracebacks(fault_home.service.log()[logged:]) == []


def test_an_insert_under_a_dead_engine_fails_at_once_and_is_not_run_again(struck: Struck, seen: Seen) -> None:
    ended = struck.insert.ended
    assert (ended["status"], ended["reason"], ended["attempt"]) == ("FAILED", LOST, 1), ended
    assert struck.insert_seconds < AT_MOST_SECONDS
    struck.scene.replaced_engine(struck.dead)
    struck.insert.check_marks(marks(struck.caller))
    seen(
        "engine killed under an INSERT",
        f"FAILED, engine lost, after {struck.insert_seconds:.1f} s; not run again",
    )


def test_a_query_that_gave_no_row_runs_once_more_under_its_id(struck: Struck, seen: Seen) -> None:
    struck.query.end(struck.caller)
    struck.query.check(struck.caller)
    assert struck.query.ended["attempt"] == 2
    with struck.scene.store() as store:
        life = store.job(struck.query.job_id)
    life.check()
    assert [state.value for state in life.states] == [
        *("QUEUED", "LAUNCHING", "RUNNING", "LAUNCHING", "RUNNING", "FINISHED")
    ]
    again = [one.fraction for one in struck.watcher.said(struck.query.job_id) if one.attempt == 2]
    assert min(again) >= struck.said > 0
    seen(
        "engine killed under a query that had given no row",
        f"FINISHED in attempt 2; progress was {struck.said:.2f} and did not fall",
    )


def test_a_query_that_gave_rows_fails(struck: Struck, seen: Seen) -> None:
    assert struck.trickle.end(struck.caller) == "FAILED"
    assert (struck.trickle.ended["reason"], struck.trickle.ended["attempt"]) == (LOST, 1)
    seen("engine killed under a query of which rows were kept", "FAILED, engine lost")


def test_a_job_that_waited_runs_on_the_new_engine(struck: Struck, seen: Seen) -> None:
    struck.queued.end(struck.caller)
    struck.queued.check(struck.caller)
    assert struck.queued.ended["attempt"] == 1
    struck.occupying.end(struck.caller)
    struck.occupying.check(struck.caller)
    spark = struck.scene.spark()
    assert spark.record.pid != struck.dead.pid
    assert [job["status"] for job in spark.subjobs(struck.queued.job_id)] == ["SUCCEEDED"]
    seen(
        "engine killed while a job waits in its queue, and the service while the next engine starts",
        "one new engine came by itself; FINISHED there",
    )


def test_rows_of_a_finished_job_stay_readable(struck: Struck, seen: Seen) -> None:
    struck.finished.check(struck.caller)
    seen("engine killed after a job had finished", "its rows are read as before")


def _is_starting(scene: Scene, dead: psutil.Process) -> bool:
    record = record_of(scene.home, scene.project.project_id)
    return record is not None and record.pid != dead.pid and record.app_id is None
