"""An engine that stands still (SIGSTOP) is not lost: everything answers, nothing piles up, all goes on."""

import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx2
import psutil

from tests.faults.caller import Caller
from tests.faults.scene import Scene
from tests.faults.seen import Seen
from tests.faults.watcher import Watcher
from tests.faults.work import Marking, Numbers, Sleeping, Work, marks
from tests.service_process import Project
from tests.waiting import eventually

CALLERS = 20
BOUND_SECONDS = 1.5  # a second, and the way
DEADLINE_SECONDS = 30.0
MORE_FILES = 8  # what a service may have open besides when it is as idle as before


def test_a_hung_engine_is_waited_for_and_everything_answers_meanwhile(
    scene: Scene, caller: Caller, watcher: Watcher, seen: Seen
) -> None:
    process = scene.service.process
    assert process is not None
    service = psutil.Process(process.pid)
    running = Sleeping(tasks=100, ms=300)
    writing = Marking(ms=50, queue="second")
    victim = Sleeping(tasks=600, ms=300, queue="third")
    works: list[Work] = [running, writing, victim]
    for work in works:
        watcher.follow(work.submit(caller))
    spark = scene.spark()
    eventually(lambda: watcher.last(running.job_id) > 0)
    eventually(lambda: all(spark.running_tasks(work.job_id) for work in works))
    files = service.num_fds()
    with _standing_still(scene.engine()):
        eventually(lambda: _is_silent(scene.project, running.job_id))
        began = time.monotonic()
        slowest = _ask_at_once(scene.project, running.job_id)
        late = Numbers()
        asked = time.monotonic()
        watcher.follow(late.submit(caller))
        assert time.monotonic() - asked < BOUND_SECONDS
        caller.cancel(victim.job_id)
        assert scene.project.status(running.job_id)["status"] == "RUNNING"
        assert victim.end(caller, DEADLINE_SECONDS + 15) == "CANCELLED"
        waited = time.monotonic() - began
        assert "did not confirm" in victim.ended["message"], victim.ended
        slowest = max(slowest, _ask_at_once(scene.project, running.job_id))
        assert caller.job(running.job_id)["state"] == "RUNNING"
        assert caller.job(late.job_id)["state"] == "LAUNCHING"
    works = [running, writing, late]
    for work in works:
        work.end(caller)
        work.check(caller)
        assert work.ended["attempt"] == 1
    writing.check_marks(marks(caller))
    eventually(lambda: spark.running_tasks(victim.job_id) == 0)
    eventually(lambda: service.num_fds() <= files + MORE_FILES, 30)
    with scene.store() as store:
        for work in (*works, victim):
            store.job(work.job_id).check()
    seen(
        f"engine stopped (SIGSTOP) for {waited:.0f} s, then continued",
        f"progress DLI.0999 within {slowest:.1f} s for {CALLERS} callers at once, RUNNING, submit accepted; "
        "a cancel ended after its 30 s and said that Spark did not confirm; then all went on and finished, "
        "and what had been cancelled was stopped",
    )


@contextmanager
def _standing_still(engine: psutil.Process) -> Iterator[None]:
    engine.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        engine.send_signal(signal.SIGCONT)


def _is_silent(project: Project, job_id: str) -> bool:
    answer, _ = _progress(project, job_id)
    return answer.status_code == 400


def _progress(project: Project, job_id: str) -> tuple[httpx2.Response, float]:
    with project.http() as http:
        began = time.monotonic()
        answer = http.get(f"/v1/{project.project_id}/jobs/{job_id}/progress")
        return answer, time.monotonic() - began


def _ask_at_once(project: Project, job_id: str) -> float:
    """Ask with many callers; each gets the contract's word for it, the slowest after so many seconds."""
    with ThreadPoolExecutor(CALLERS) as pool:
        answers = list(pool.map(lambda _: _progress(project, job_id), range(CALLERS)))
    for answer, seconds in answers:
        assert (answer.status_code, answer.json()["error_code"]) == (400, "DLI.0999"), answer.text
        assert seconds < BOUND_SECONDS
    return max(seconds for _, seconds in answers)
