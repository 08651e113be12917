"""Many jobs at once, many jobs in line, many rows."""

import os
from concurrent.futures import ThreadPoolExecutor

import psutil
import pyarrow as pa

from tests.service_process import Project, ServiceProcess
from tests.statements import sleeping
from tests.waiting import eventually

MANY_ROWS = 5_000_000


def test_fifty_jobs_run_at_the_same_time(project: Project) -> None:
    # One job holds every core for a while, so that none of the fifty ends before the last one runs.
    holder = project.submit(sleeping(os.cpu_count() or 2, 8_000), queue_name="narrow")
    eventually(lambda: project.status(holder)["status"] == "RUNNING")
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(project.submit, [sleeping(4, 50)] * 50))
        assert eventually(lambda: _count(project, "RUNNING") == 51)
        jobs = list(pool.map(lambda job_id: project.ended(job_id, 240), ids))
    assert {job["status"] for job in jobs} == {"FINISHED"}
    assert len({job["job_id"] for job in jobs}) == 50


def test_a_thousand_jobs_wait_in_line_and_none_is_forgotten(project: Project) -> None:
    blocker = project.submit(sleeping(400, 1_000), queue_name="narrow")
    eventually(lambda: project.status(blocker)["status"] == "RUNNING")
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda n: project.submit(f"SELECT {n}", queue_name="narrow"), range(1_000)))
        assert _count(project, "LAUNCHING") == 1_000
        assert project.job(ids[0])["state"] == "QUEUED"
        # The service answers as quickly as ever, and what is cancelled leaves the line at once.
        list(pool.map(project.cancel, ids[20:]))
        assert _count(project, "LAUNCHING") == 20
        project.cancel(blocker)
        jobs = list(pool.map(lambda job_id: project.ended(job_id, 120), ids))
    assert [job["status"] for job in jobs] == ["FINISHED"] * 20 + ["CANCELLED"] * 980


def test_five_million_rows_pass_through_flat_memory(project: Project, service: ServiceProcess) -> None:
    assert service.process is not None
    memory = psutil.Process(service.process.pid).memory_info
    project.rows("SELECT 1")
    before = memory().rss
    job_id = project.submit(f"SELECT id, id * 2 AS v, repeat('x', 20) AS s FROM range({MANY_ROWS})")
    peak = 0

    def ended() -> bool:
        nonlocal peak
        peak = max(peak, memory().rss)
        return project.job(job_id)["status"] == "FINISHED"

    eventually(ended, 240)
    rows = checked = 0
    with (
        project.http() as http,
        http.stream(
            "GET",
            f"/api/v1/{project.project_id}/jobs/{job_id}/result?format=arrow",
            headers={"Accept-Encoding": "identity"},  # compressing takes longer than sending here
        ) as answer,
        pa.ipc.open_stream(_Bytes(answer.iter_raw())) as batches,
    ):
        for batch in batches:
            # In order, without a gap: the ids count up from the last batch's end.
            assert batch.column(0)[0].as_py() == rows
            checked += sum(batch.column(1).to_pylist())
            rows += batch.num_rows
            peak = max(peak, memory().rss)
    assert rows == MANY_ROWS
    assert checked == MANY_ROWS * (MANY_ROWS - 1)
    assert peak - before < 100 * 2**20


class _Bytes:
    """What pyarrow wants of a file, over an HTTP answer as it comes."""

    closed = False

    def __init__(self, chunks: object) -> None:
        self._chunks = iter(chunks)  # type: ignore[call-overload]
        self._buffer = b""

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self._buffer) < size:
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            self._buffer += chunk
        size = len(self._buffer) if size < 0 else size
        taken, self._buffer = self._buffer[:size], self._buffer[size:]
        return taken

    def readable(self) -> bool:
        return True


def _count(project: Project, status: str) -> int:
    with project.http() as http:
        path = f"/v1.0/{project.project_id}/jobs"
        return int(http.get(path, params={"job-status": status, "page-size": 1}).json()["job_count"])
