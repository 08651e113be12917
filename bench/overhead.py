"""What the service adds to a statement: submit -> FINISHED over the same statement in a plain session.

The peer is a PySpark Connect session on the very same engine, collecting the rows as Arrow. Both sides run
each TPC-H query in turns, after a first run to warm the engine.

``python -m bench.overhead [scale] [rounds]``
"""

import statistics
import sys
import time
from collections.abc import Callable

import httpx2
from pyspark.sql.connect.session import SparkSession

from bench.running import running_service
from headway.demo.tpch import QUERY_NUMBERS, query
from tests.e2e.spark_side import SparkSide
from tests.service_process import Project

SHORT = "SELECT 1"
SHORT_RUNS = 100


def main(scale: str = "1", rounds: int = 2) -> None:
    with running_service("6g") as service:
        made = service.headway("demo", "--scale", scale)
        assert made.returncode == 0, made.stderr
        project = service.project()
        measure(project, SparkSide(service.home, project.project_id), rounds)


def measure(project: Project, spark: SparkSide, rounds: int) -> None:
    doors = spark.record.doors
    session = SparkSession.builder.remote(
        f"sc://localhost:{doors.connect_port}/;token={doors.connect_token}"
    ).create()
    session.sql("USE tpch").collect()
    with project.http() as http:

        def ours(sql: str) -> None:
            run_here(http, project, sql)

        def plain(sql: str) -> None:
            session.sql(sql).toArrow()

        ratios = []
        for number in QUERY_NUMBERS:
            sql = query(number).sql
            ours(sql)
            plain(sql)
            pairs = [in_turns(ours, plain, sql, number + turn) for turn in range(rounds)]
            mine, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
            ratios.append(mine / theirs)
            print(
                f"Q{number:<2} service {mine:7.3f} s   plain session {theirs:7.3f} s   ratio {ratios[-1]:.3f}"
            )
        print(f"median ratio over {len(ratios)} queries: {statistics.median(ratios):.3f}")
        for run in (ours, plain):
            for _ in range(20):
                run(SHORT)
        short = [in_turns(ours, plain, SHORT, turn) for turn in range(SHORT_RUNS)]
        mine, theirs = (statistics.median(side) * 1000 for side in zip(*short, strict=True))
        print(f"{SHORT}: service {mine:.1f} ms, plain session {theirs:.1f} ms, added {mine - theirs:.1f} ms")
    session.stop()


def run_here(http: httpx2.Client, project: Project, sql: str) -> None:
    base = f"/v1.0/{project.project_id}/jobs"
    submitted = http.post(f"{base}/submit-job", json={"sql": sql, "currentdb": "tpch"}).json()
    own = f"/api/v1/{project.project_id}/jobs/{submitted['job_id']}"
    while (job := http.get(own, params={"wait": 60}).json())["status"] not in {"FINISHED", "FAILED"}:
        pass
    assert job["status"] == "FINISHED", job["message"]


def in_turns(
    ours: Callable[[str], None], plain: Callable[[str], None], sql: str, turn: int
) -> tuple[float, float]:
    """Time both; who goes first changes, as the engine still gets warmer."""
    if turn % 2:
        theirs = seconds(plain, sql)
        return seconds(ours, sql), theirs
    return seconds(ours, sql), seconds(plain, sql)


def seconds(run: Callable[[str], None], sql: str) -> float:
    began = time.perf_counter()
    run(sql)
    return time.perf_counter() - began


if __name__ == "__main__":
    main(*sys.argv[1:2], *(int(rounds) for rounds in sys.argv[2:3]))
