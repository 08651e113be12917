"""The whole-job estimate on real Spark, through the front door: while it runs, afterwards, the next time."""

import json
import time
from itertools import pairwise
from typing import Any

import httpx2

from tests.service_process import Project
from tests.statements import MULTI_STAGE
from tests.waiting import eventually


def ours(project: Project, job_id: str) -> str:
    return f"/api/v1/{project.project_id}/jobs/{job_id}"


def followed(http: httpx2.Client, project: Project, sql: str) -> tuple[str, list[dict[str, Any]]]:
    """Run a statement and give all that was said of its progress."""
    job_id = project.submit(sql)
    said: list[dict[str, Any]] = []
    while not said or said[-1]["phase"] != "done":
        answer = http.get(f"{ours(project, job_id)}/progress")
        if answer.status_code == 200:
            said.append(answer.json())
        time.sleep(0.05)
    return job_id, said


def remembered(http: httpx2.Client, project: Project) -> dict[str, str]:
    """Give the fingerprints of the runs that are kept, by job."""
    lines = http.get(f"/api/v1/{project.project_id}/history").text.splitlines()
    return {run["job_id"]: run["fingerprint"] for run in map(json.loads, lines)}


def test_the_estimate_keeps_its_rules_and_is_kept_with_all_that_it_came_from(project: Project) -> None:
    with project.http() as http:
        # Other scenarios run this statement too: here it is to be new.
        http.delete(f"/api/v1/{project.project_id}/history").raise_for_status()
        job_id, said = followed(http, project, MULTI_STAGE)
        fractions = [view["estimate"]["fraction"] for view in said]
        assert all(before <= after for before, after in pairwise(fractions))
        assert all((view["estimate"]["fraction"] == 1) == (view["status"] == "FINISHED") for view in said)
        for estimate in (view["estimate"] for view in said):
            assert 0 <= estimate["low"] <= estimate["fraction"] <= estimate["high"] <= 1
        assert {"plan"} <= {view["estimate"]["basis"] for view in said}
        assert "running" in {view["phase"] for view in said}
        assert len(said[-1]["subjobs"]) >= 3
        assert sum(len(subjob["stages"]) for subjob in said[-1]["subjobs"]) >= 3

        timeline = http.get(f"{ours(project, job_id)}/timeline").json()
        kept = [sample["fraction"] for sample in timeline["samples"]]
        assert len(kept) > 3
        assert kept == sorted(kept)
        assert len(timeline["subjobs"]) == len(said[-1]["subjobs"])
        assert timeline["started_at"] <= timeline["samples"][0]["at"]

        # A run is remembered when Spark's last word on it has come, a moment after its end.
        first = eventually(lambda: remembered(http, project).get(job_id))
        again, second = followed(http, project, MULTI_STAGE.replace("997", "991"))
        assert "history" in {view["estimate"]["basis"] for view in second}
        assert eventually(lambda: remembered(http, project).get(again)) == first


def test_a_statement_that_is_new_learns_from_one_with_the_same_plan(project: Project) -> None:
    with project.http() as http:
        http.delete(f"/api/v1/{project.project_id}/history").raise_for_status()
        job_id, _ = followed(http, project, MULTI_STAGE)
        first = eventually(lambda: remembered(http, project).get(job_id))
        renamed, said = followed(http, project, MULTI_STAGE.replace("total", "hashes"))
        assert "history" in {view["estimate"]["basis"] for view in said}
        assert eventually(lambda: remembered(http, project).get(renamed)) != first


def test_events_tell_a_job_to_its_end_and_the_project_of_it(project: Project) -> None:
    with project.http() as http:
        job_id = project.submit(MULTI_STAGE)
        with http.stream("GET", f"{ours(project, job_id)}/events") as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            events = [
                line.removeprefix("event: ") for line in stream.iter_lines() if line.startswith("event:")
            ]
        assert events[0] == "state"
        assert "progress" in events
        assert events[-1] == "end"


def test_a_result_is_the_same_in_every_format_and_in_parts(project: Project) -> None:
    job = project.run("SELECT id, id * 2 AS twice FROM range(5000)")
    with project.http() as http:
        url = f"{ours(project, job['job_id'])}/result"
        whole = http.get(url, params={"format": "csv"}).text.splitlines()
        assert whole[0] == "id,twice"
        parts = [
            http.get(url, params={"format": "csv", "offset": at, "limit": 1000}).text.splitlines()[1:]
            for at in (4000, 0, 3000, 1000, 2000)
        ]
        assert sorted(whole[1:]) == sorted(line for part in parts for line in part)
        page = http.get(url, params={"format": "json", "offset": 4999}).json()
        assert page["is_complete"] is True
        assert page["rows"] == [[int(cell) for cell in whole[-1].split(",")]] or page["row_count"] == 5000
        assert http.get(url, params={"format": "parquet"}).content[:4] == b"PAR1"
