"""Spark's own word: its monitoring REST, asked past Headway."""

import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2

from headway.engine.record import load

# contract field -> Spark's JobData field; the times and the counters are compared in ways of their own
SAME = {"name": "name", "description": "description", "stage_ids": "stageIds", "job_group": "jobGroup"}
RISING = {
    "num_completed_tasks": "numCompletedTasks",
    "num_completed_indices": "numCompletedIndices",
    "num_completed_stages": "numCompletedStages",
    "num_failed_tasks": "numFailedTasks",
    "num_skipped_tasks": "numSkippedTasks",
}
SNAPSHOT_SECONDS = 1.5  # an answer is at most this old: a second, and the way


class SparkSide:
    def __init__(self, home: Path, project_id: str) -> None:
        record = load(home / "projects" / project_id / "engine")
        assert record is not None
        self.record = record
        self.address = record.doors.address
        self._url = f"{self.address.monitor_url}/api/v1/applications/{record.app_id}"

    def get(self, path: str) -> Any:
        headers = dict(self.address.monitor_headers())
        answer = httpx2.get(self._url + path, headers=headers, timeout=30, verify=False)
        answer.raise_for_status()
        return answer.json()

    def subjobs(self, job_id: str) -> list[dict[str, Any]]:
        return sorted(
            (job for job in self.get("/jobs") if job.get("jobGroup") == job_id), key=lambda job: job["jobId"]
        )

    def running_tasks(self, job_id: str) -> int:
        return sum(job["numActiveTasks"] for job in self.subjobs(job_id))

    def watch(self, job_id: str, done: threading.Event, every: float) -> "History":
        history = History()
        while not done.wait(every):
            history.add(self.subjobs(job_id))
        history.add(self.subjobs(job_id))
        return history


@dataclass
class History:
    """What Spark said about a job's subjobs, each time with when it was asked and answered."""

    seen: list[tuple[float, dict[int, dict[str, Any]]]] = field(default_factory=list)

    def add(self, subjobs: list[dict[str, Any]]) -> None:
        self.seen.append((time.monotonic(), {subjob["jobId"]: subjob for subjob in subjobs}))

    def agrees(self, subjob: dict[str, Any], at: float) -> bool:
        """Check one subjob of an answer got at ``at``; gives whether there was a word to hold it against."""
        words = [(when, jobs[subjob["id"]]) for when, jobs in self.seen if subjob["id"] in jobs]
        earlier = [job for when, job in words if when < at - SNAPSHOT_SECONDS]
        later = [job for when, job in words if when > at]
        assert words, f"Spark never spoke of subjob {subjob['id']}"
        final = words[-1][1]
        for ours, sparks in SAME.items():
            assert subjob.get(ours) == final.get(sparks), ours
        assert _sparks_time(subjob["submission_time"]) == final["submissionTime"][:19]
        for ours, sparks in RISING.items():
            if earlier:
                assert subjob[ours] >= earlier[-1][sparks], ours
            if later:
                assert subjob[ours] <= later[0][sparks], ours
        if subjob["status"] != "RUNNING":
            assert subjob["status"] == final["status"]
            assert _sparks_time(subjob["completion_time"]) == final["completionTime"][:19]
            assert subjob["num_tasks"] == final["numTasks"]
            assert subjob["killed_tasks_summary"] == final["killedTasksSummary"]
        return bool(earlier or later)


def _sparks_time(text: str) -> str:
    """Turn the contract's time into the start of Spark's, to the second."""
    moment = datetime.strptime(text, "%a %b %d %H:%M:%S UTC %Y").replace(tzinfo=UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S")
