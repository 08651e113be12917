"""A disk that takes no more: the job says so, the others keep their answers, room given back is used.

A bound on the size of files stands for the full disk: a write beyond it fails in the process that writes.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from tests.faults.caller import Caller
from tests.faults.scene import Scene
from tests.faults.seen import Seen
from tests.faults.work import Numbers

MB = 2**20
WIDE = "SELECT id, repeat('x', 100) AS s FROM range(0, 400000, 1, 8)"  # some 40 MB of rows
SHUFFLED = (
    "SELECT max(u) AS u FROM (SELECT /*+ REPARTITION(4) */ id, reflect('java.util.UUID', 'randomUUID') AS u"
    " FROM range(0, 1500000, 1, 2))"
)


def test_a_full_disk_under_the_results_fails_that_job_alone(scene: Scene, caller: Caller, seen: Seen) -> None:
    assert scene.service.process is not None
    with _files_up_to(16 * MB, psutil.Process(scene.service.process.pid)):
        wide, narrow = caller.submit(WIDE), Numbers(n=1_000, parts=2)
        narrow.submit(caller)
        job = caller.ended(wide)
        narrow.end(caller)
        narrow.check(caller)
    assert (job["status"], job["reason"]) == ("FAILED", "internal error"), job
    assert job["message"].startswith("the rows could not be stored: File too large"), job
    again = caller.ended(caller.submit(WIDE))
    assert again["status"] == "FINISHED", again
    seen(
        "no room for a result on the service's disk",
        f"FAILED with “{job['message']}”; a job beside it finished, and so did the same statement "
        "once there was room",
    )


def test_a_full_disk_under_sparks_shuffle_fails_that_job_alone(
    scene: Scene, caller: Caller, seen: Seen
) -> None:
    engine = scene.engine()
    kept = Numbers(n=1_000, parts=2)
    kept.submit(caller)
    kept.end(caller)
    with _files_up_to(4 * MB, engine):
        job = caller.ended(caller.submit(SHUFFLED))
        beside = Numbers(n=1_000, parts=2)
        beside.submit(caller)
        beside.end(caller)
        beside.check(caller)
        kept.check(caller)
    assert job["status"] == "FAILED", job
    assert "File too large" in job["message"], job
    again = caller.ended(caller.submit(SHUFFLED))
    assert again["status"] == "FINISHED", again
    assert scene.engine().pid == engine.pid
    seen(
        "no room for a shuffle on the engine's disk",
        "FAILED with Spark's own words for it; the engine lived on, other rows stayed, and the same "
        "statement finished once there was room",
    )


@contextmanager
def _files_up_to(size: int, process: psutil.Process) -> Iterator[None]:
    before = process.rlimit(psutil.RLIMIT_FSIZE)
    process.rlimit(psutil.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        process.rlimit(psutil.RLIMIT_FSIZE, before)
