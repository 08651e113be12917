"""kill -9 of the service at every point of a job's life: each job goes on or ends, once and truthfully."""

from collections.abc import Callable, Sequence
from itertools import cycle

import pytest

from headway.service.fault_points import FaultPoint
from tests.faults.caller import Caller
from tests.faults.scene import Scene
from tests.faults.seen import Seen
from tests.faults.watcher import Watcher
from tests.faults.work import Making, Marking, Numbers, Shuffled, Sleeping, Work, marks
from tests.waiting import eventually

WORKING = (
    FaultPoint.INSERTED,
    FaultPoint.CLAIMED,
    FaultPoint.ENGINE_READY,
    FaultPoint.PREPARED,
    FaultPoint.RUNNING,
    FaultPoint.SCHEMA_KEPT,
    FaultPoint.ROWS_KEPT,
    FaultPoint.RESULT_WHOLE,
    FaultPoint.FINISHED,
)
CANCELLING = (FaultPoint.CANCELLING, FaultPoint.INTERRUPTED, FaultPoint.CANCELLED)
FAILS = "SELECT id, raise_error('not today') FROM range(0, 3, 1, 1)"


def test_a_service_killed_at_every_point_loses_nothing_and_runs_nothing_twice(
    scene: Scene, caller: Caller, watcher: Watcher, seen: Seen, undisturbed: dict[type[Work], int]
) -> None:
    works: list[Work] = [Sleeping(tasks=150, ms=500)]  # runs through most of it
    watcher.follow(works[0].submit(caller))
    caller.in_state(works[0].job_id, "RUNNING")
    scene.service.kill()
    kinds: list[Callable[[], Work]] = [_marking, Making, Shuffled]
    for point, kind in zip(WORKING, cycle(kinds), strict=False):
        # What the one before left is taken over by one that dies itself, maybe of just that.
        scene.start_until(point)
        for work in (kind(), Numbers(queue="second")):
            works.append(work)
            if work.offer(caller):
                watcher.follow(work.job_id)
        scene.service.died()
    scene.service.start()
    for work in works:
        watcher.follow(work.submit(caller))
    for work in works:
        work.end(caller)
        work.check(caller)
    found = marks(caller)
    for work in works:
        if isinstance(work, Marking):
            work.check_marks(found)
    with scene.store() as store:
        for work in works:
            store.job(work.job_id).check()
        tokens = [job.client_token for job in store.jobs()]
    assert all(tokens.count(work.token) == 1 for work in works)
    _ran_once(scene, works, undisturbed)
    seen(
        f"service killed at {len(WORKING)} points of jobs' lives, one after the other: {', '.join(WORKING)}",
        f"{len(works)} queries, INSERTs and CREATE TABLEs finished, ran once, with their exact rows; "
        "progress never fell",
    )


def test_a_service_killed_while_it_cancels_leaves_nothing_running(
    scene: Scene, caller: Caller, watcher: Watcher, seen: Seen
) -> None:
    bystander, victim = Sleeping(tasks=30, ms=500), Sleeping(tasks=600, ms=500, queue="second")
    scene.service.kill()
    scene.start_until(CANCELLING[0])
    watcher.follow(bystander.submit(caller), victim.submit(caller))
    spark = scene.spark()
    eventually(lambda: spark.running_tasks(victim.job_id))
    caller.cancel(victim.job_id)
    scene.service.died()
    for point in CANCELLING[1:]:
        scene.start_until(point)
        scene.service.died()
    scene.service.start()
    assert victim.end(caller) == "CANCELLED"
    assert victim.ended["message"] == "cancelled by the user"
    assert spark.running_tasks(victim.job_id) == 0
    bystander.end(caller)
    bystander.check(caller)
    with scene.store() as store:
        for work in (victim, bystander):
            store.job(work.job_id).check()
    seen(
        f"service killed while it cancels, and each one after it: {', '.join(CANCELLING)}",
        "CANCELLED, and nothing of it runs in Spark; another job finished",
    )


def test_a_service_killed_as_a_job_fails_keeps_the_reason(
    scene: Scene, caller: Caller, watcher: Watcher, seen: Seen
) -> None:
    scene.service.kill()
    scene.start_until(FaultPoint.FAILED)
    job_id = caller.submit(FAILS)
    watcher.follow(job_id)
    scene.service.died()
    scene.service.start()
    job = caller.ended(job_id)
    assert (job["status"], job["reason"]) == ("FAILED", "statement failed")
    assert "not today" in job["error"]["message"]
    with scene.store() as store:
        store.job(job_id).check()
    seen("service killed as a job fails", "FAILED with Spark's own reason")


def _marking() -> Marking:
    # One after the other: Spark's writers into one directory disturb each other.
    return Marking(queue="narrow")


@pytest.fixture(scope="module")
def undisturbed(fault_home: Scene) -> dict[type[Work], int]:
    """How many subjobs each kind of statement has when nothing happens to it."""
    kinds: list[Work] = [Sleeping(tasks=4, ms=10), Numbers(), Marking(), Making(), Shuffled()]
    fault_home.run()
    with Caller(fault_home.project) as caller:
        for work in kinds:
            work.submit(caller)
        for work in kinds:
            work.end(caller)
            work.check(caller)
    spark = fault_home.spark()
    return {type(work): len(spark.subjobs(work.job_id)) for work in kinds}


def _ran_once(scene: Scene, works: Sequence[Work], undisturbed: dict[type[Work], int]) -> None:
    """Hold Spark's word on some jobs to what one run of each has."""
    spark = scene.spark()
    for work in works:
        subjobs = spark.subjobs(work.job_id)
        assert {job["status"] for job in subjobs} == {"SUCCEEDED"}, (work, subjobs)
        assert len(subjobs) == undisturbed[type(work)], (work, subjobs)
