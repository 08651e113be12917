"""A day's worth of short jobs in minutes: what grows in the service, and in Spark, that should not.

``python -m bench.soak [JOBS]`` runs them eight at a time and looks ten times; exits with 1 if something grew.
The peer is Spark itself: its own lists are bounded by spark.ui.retained*, and its sessions by ours that end.
"""

import re
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass, fields

import httpx2
import psutil

from bench.running import running_service
from tests.e2e.spark_side import SparkSide
from tests.service_process import Project, ServiceProcess
from tests.waiting import eventually

JOBS = 10_000
LOOKS = 10
AT_ONCE = 8
# Memory settles at first; from the half on it may grow by this share in all.
MEMORY_GROWTH = 1.05
SPARE_SESSIONS = 2
# Spark measures its heap at each heartbeat, every half second; what it says next is of after the collection.
HEAP_IS_MEASURED_SECONDS = 2
# Spark's thread pools give a thread back after a minute without work: looked at after that, at half and end.
SPARK_IDLE_SECONDS = 75
_ONLINE = re.compile(r"(\d+)\s+session\(s\) are online")
STATEMENTS = (
    "SELECT {n}",
    "SELECT sum(id) FROM range({n})",
    "SELECT id % 7, count(*) FROM range(1000) GROUP BY 1",
    "SHOW DATABASES",
    "SELECT no_such_column_{n}",  # a failure leaves nothing behind either
)


@dataclass(frozen=True)
class Look:
    """What is held at one moment, with nothing running."""

    jobs: int
    service_mb: float
    service_files: int
    service_threads: int
    spark_heap_mb: float  # after a collection: what is really held
    spark_rss_mb: float  # what the JVM took of the machine, for the record: it gives little back
    spark_threads: int
    spark_sessions: int
    spark_jobs: int
    spark_stages: int
    spark_queries: int


def main() -> None:
    jobs = int(sys.argv[1]) if len(sys.argv) > 1 else JOBS
    with running_service("2g") as service:
        looks = run(service, jobs)
    grown = growth(looks)
    print("nothing grew" if not grown else f"grew: {', '.join(grown)}")
    sys.exit(1 if grown else 0)


def run(service: ServiceProcess, jobs: int) -> list[Look]:
    project = service.project()
    spark = SparkSide(service.home, project.project_id)
    print("  ".join(f"{field.name:>15}" for field in fields(Look)))
    looks: list[Look] = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for number in range(LOOKS):
            part = range(number * jobs // LOOKS, (number + 1) * jobs // LOOKS)
            list(pool.map(lambda n: one(project, n), part))
            eventually(lambda: sessions(spark) <= SPARE_SESSIONS, 60)
            if number + 1 in (LOOKS // 2, LOOKS):
                time.sleep(SPARK_IDLE_SECONDS)
            looks.append(look(service, spark, part.stop))
            print("  ".join(f"{value:>15,.0f}" for value in astuple(looks[-1])), flush=True)
    return looks


def one(project: Project, number: int) -> None:
    job = project.run(STATEMENTS[number % len(STATEMENTS)].format(n=number))
    expected = "FAILED" if number % len(STATEMENTS) == len(STATEMENTS) - 1 else "FINISHED"
    assert job["status"] == expected, job["message"]


def look(service: ServiceProcess, spark: SparkSide, jobs: int) -> Look:
    assert service.process is not None
    heap = heap_mb(service.project(), spark)
    ours, theirs = psutil.Process(service.process.pid), psutil.Process(spark.record.pid)
    return Look(
        jobs,
        ours.memory_info().rss / 1e6,
        ours.num_fds(),
        ours.num_threads(),
        heap,
        theirs.memory_info().rss / 1e6,
        theirs.num_threads(),
        sessions(spark),
        len(spark.get("/jobs")),
        len(spark.get("/stages")),
        len(spark.get("/sql?length=100000&details=false")),
    )


def heap_mb(project: Project, spark: SparkSide) -> float:
    """Have the engine's JVM collect its garbage, then read how much of the heap is used."""
    collected = project.run("SELECT java_method('java.lang.System', 'gc')")
    assert collected["status"] == "FINISHED", collected["message"]
    time.sleep(HEAP_IS_MEASURED_SECONDS)
    answer = httpx2.get(
        spark.address.monitor_url + "/metrics/json/",
        headers=dict(spark.address.monitor_headers()),
        verify=False,
    )
    gauges = answer.raise_for_status().json()["gauges"]
    used = next(
        each["value"] for name, each in gauges.items() if name.endswith("ExecutorMetrics.JVMHeapMemory")
    )
    return float(used) / 1e6


def sessions(spark: SparkSide) -> int:
    """Ask the page of Spark Connect how many sessions are open."""
    page = httpx2.get(
        spark.address.monitor_url + "/connect/", headers=dict(spark.address.monitor_headers()), verify=False
    )
    found = _ONLINE.search(page.text)
    assert found is not None, page.text[:2000]
    return int(found[1])


def growth(looks: list[Look]) -> list[str]:
    """Name what grew from the half to the end."""
    half, end = looks[len(looks) // 2 - 1], looks[-1]
    memory = [
        name
        for name in ("service_mb", "spark_heap_mb")
        if getattr(end, name) > getattr(half, name) * MEMORY_GROWTH
    ]
    counts = [
        name
        for name in ("service_files", "service_threads", "spark_threads", "spark_sessions")
        if getattr(end, name) > getattr(half, name) + 8
    ]
    lists = [name for name in ("spark_jobs", "spark_stages", "spark_queries") if getattr(end, name) > 8_000]
    return memory + counts + lists


if __name__ == "__main__":
    main()
