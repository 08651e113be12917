"""How many signed progress requests a second one core answers while 20 jobs run.

The service is pinned to one core; Spark and the load share the other. The peer is Spark's own list of jobs,
``/api/v1/applications/*/jobs``, asked the same way in the same run.
"""

import asyncio
import os
from datetime import UTC, datetime
from urllib.parse import urlsplit

from bench.load import Load, drive
from bench.running import running_service
from headway.web.signature import sign
from tests.e2e.spark_side import SparkSide
from tests.service_process import Project, ServiceProcess
from tests.statements import sleeping
from tests.waiting import eventually

JOBS = 20
CONNECTIONS = 10
SECONDS = 10.0


def main() -> None:
    with running_service("3g") as service:
        measure(service)


def measure(service: ServiceProcess) -> None:
    project = service.project()
    spark = SparkSide(service.home, project.project_id)
    ids = [project.submit(sleeping(2_000, 1_000)) for _ in range(JOBS)]
    for job_id in ids:
        eventually(lambda job_id=job_id: project.progress(job_id).get("sub_job_id") is not None)  # type: ignore[misc]
    # Enough ended jobs for Spark's list to look as it does after an hour of work.
    for _ in range(50):
        project.submit("SELECT count(*) FROM range(0, 100, 1, 2)")
    assert service.process is not None
    os.sched_setaffinity(service.process.pid, {0})
    for thread in os.listdir(f"/proc/{service.process.pid}/task"):
        os.sched_setaffinity(int(thread), {0})
    others = set(os.sched_getaffinity(0)) - {0} or {0}
    os.sched_setaffinity(0, others)
    ours = asyncio.run(_ours(project, ids))
    sparks = asyncio.run(_sparks(spark))
    for job_id in ids:
        project.cancel(job_id)
    print(f"{JOBS} jobs running, {CONNECTIONS} connections, {SECONDS:g} s each, service on one core")
    _print("Headway progress, signed", ours)
    _print("Spark /applications/*/jobs", sparks)
    print(f"ratio: {ours.per_second / sparks.per_second:.1f}x the requests a second")


async def _ours(project: Project, ids: list[str]) -> Load:
    server = urlsplit(project.endpoint)
    requests = []
    for job_id in ids:
        path = f"/v1/{project.project_id}/jobs/{job_id}/progress"
        headers = {
            "Host": server.netloc,
            "Content-Type": "application/json",
            "User-Agent": "huaweicloud-usdk-python/3.0",
            "X-Project-Id": project.project_id,
        }
        signed = sign(
            project.access_key, project.secret_key, "GET", path, "", headers, b"", datetime.now(UTC)
        )
        requests.append(_request(path, {**headers, **signed}))
    assert server.hostname
    assert server.port
    return await drive(server.hostname, server.port, requests, connections=CONNECTIONS, seconds=SECONDS)


async def _sparks(spark: SparkSide) -> Load:
    server = urlsplit(spark.address.monitor_url or "")
    headers = {"Host": server.netloc, **spark.address.monitor_headers()}
    request = _request(f"/api/v1/applications/{spark.record.app_id}/jobs", headers)
    assert server.hostname
    assert server.port
    return await drive(server.hostname, server.port, [request], connections=CONNECTIONS, seconds=SECONDS)


def _request(path: str, headers: dict[str, str]) -> bytes:
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode()


def _print(name: str, load: Load) -> None:
    p50, p99 = load.percentile(0.5) * 1000, load.percentile(0.99) * 1000
    print(f"{name:28} {load.per_second:8.0f} req/s   p50 {p50:6.2f} ms   p99 {p99:6.2f} ms")


if __name__ == "__main__":
    main()
