"""How much memory the service takes with 1,000 finished and 50 running jobs.

The peer is a plain PySpark Connect client process that has run one statement on the same engine.
"""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import psutil

from bench.running import running_service
from tests.e2e.spark_side import SparkSide
from tests.service_process import Project, ServiceProcess
from tests.statements import sleeping
from tests.waiting import eventually

FINISHED = 1_000
RUNNING = 50
PEER = """
import sys, psutil
from pyspark.sql.connect.session import SparkSession
session = SparkSession.builder.remote(sys.argv[1]).create()
session.sql("SELECT 1").collect()
print(psutil.Process().memory_info().rss)
session.stop()
"""


def main() -> None:
    with running_service("3g") as service:
        measure(service)


def measure(service: ServiceProcess) -> None:
    project = service.project()
    assert service.process is not None
    memory = psutil.Process(service.process.pid).memory_info
    print(f"service at start:                          {memory().rss / 1e6:6.0f} MB")
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda n: project.submit(f"SELECT {n}"), range(FINISHED)))
        list(pool.map(lambda job_id: project.ended(job_id, 600), ids))
        running = list(pool.map(project.submit, [sleeping(1_000, 1_000)] * RUNNING))
        eventually(lambda: _running(project) == RUNNING)
        for job_id in running:
            eventually(lambda job_id=job_id: "sub_job_id" in project.progress(job_id))  # type: ignore[misc]
        ours = memory().rss
        list(pool.map(project.cancel, running))
        list(pool.map(lambda job_id: project.ended(job_id, 600), running))
    doors = SparkSide(service.home, project.project_id).record.doors
    url = f"sc://localhost:{doors.connect_port}/;token={doors.connect_token}"
    peer = int(subprocess.run([sys.executable, "-c", PEER, url], capture_output=True, check=True).stdout)
    print(f"service, {FINISHED} finished and {RUNNING} running jobs: {ours / 1e6:6.0f} MB")
    print(f"one plain PySpark Connect client:          {peer / 1e6:6.0f} MB   ratio {ours / peer:.2f}")


def _running(project: Project) -> int:
    with project.http() as http:
        path = f"/v1.0/{project.project_id}/jobs"
        return int(http.get(path, params={"job-status": "RUNNING", "page-size": 1}).json()["job_count"])


if __name__ == "__main__":
    main()
