"""An upgrade of replicas, one after the other: ``python -m bench.rolling_upgrade REVISION``.

A replica of an older revision of this repository (a tag or a commit) works on a PostgreSQL of its own; one
of this state joins it, migrates the store beside it, takes over its running job, and hands one back. Exits
with 1 if a job is lost or ends otherwise than FINISHED, or a replica logs an error.
"""

import io
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from tests.faults.scene import free_port
from tests.postgres import own_server
from tests.service_process import Project, ServiceProcess
from tests.statements import sleeping
from tests.waiting import eventually

REPOSITORY = Path(__file__).parents[1]
SHORT_JOBS = 20


def main(revision: str) -> int:
    with own_server() as server, tempfile.TemporaryDirectory(prefix="headway-upgrade-") as place:
        sources, home = Path(place) / "older", Path(place) / "home"
        home.mkdir()
        unpack(revision, sources)
        env = {
            "HEADWAY_STORE__URL": server.url.render_as_string(hide_password=False),
            "HEADWAY_ENGINE__MEMORY": "2g",
        }
        older = ServiceProcess(home, {**env, "PYTHONPATH": str(sources / "src")}, free_port())
        newer = ServiceProcess(home, env, free_port())
        try:
            course(older, newer)
        finally:
            for service in (older, newer):
                if service.runs:
                    service.headway("engine", "stop")
                    service.stop()
        errors = [line for each in (older, newer) for line in each.log().splitlines() if '"error"' in line]
    for line in errors:
        print(line)
    return 1 if errors else 0


def unpack(revision: str, place: Path) -> None:
    """Put the sources of a revision somewhere."""
    archive = ["git", "-C", str(REPOSITORY), "archive", "--format=tar", revision, "src"]
    packed = subprocess.run(archive, check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as files:
        files.extractall(place, filter="data")


def course(older: ServiceProcess, newer: ServiceProcess) -> None:
    older.start()
    before = older.project()
    first = under_way(before, 120)
    say("the older replica carries a job")
    newer.start()
    after = newer.project()
    say("the newer one has joined and migrated the store")
    pair = (before, after)
    jobs = [pair[number % 2].submit(f"SELECT {number}") for number in range(SHORT_JOBS)]
    for number, job_id in enumerate(jobs):
        finished(pair[(number + 1) % 2], job_id)
    say(f"{SHORT_JOBS} jobs sent to either and asked for at the other finished")
    older.stop()
    finished(after, first)
    say("the older one stopped; the newer one carried its job to the end")
    older.start()
    second = under_way(after, 40)
    newer.stop()
    finished(older.project(), second)
    say("the older one came back to the newer schema and carried on a job of the newer one")


def under_way(project: Project, tasks: int) -> str:
    job_id = project.submit(sleeping(tasks, 500))
    eventually(lambda: project.progress(job_id).get("progress", 0) > 0)
    return job_id


def finished(project: Project, job_id: str) -> None:
    job = project.ended(job_id)
    if job["status"] != "FINISHED":
        raise SystemExit(f"job {job_id}: {job}")


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    sys.exit(main(sys.argv[1]))
