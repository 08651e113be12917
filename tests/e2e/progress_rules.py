"""The rules of the contract's progress, checked over the answers to one job."""

from datetime import datetime
from typing import Any

import pytest

WAITING, RUNNING, ENDED = {"LAUNCHING"}, {"RUNNING"}, {"FINISHED", "FAILED", "CANCELLED"}
SUBJOB_FIELDS = {
    "id": int,
    "name": str,
    "description": str,
    "submission_time": str,
    "completion_time": str,
    "stage_ids": list,
    "job_group": str,
    "status": str,
    "num_tasks": int,
    "num_active_tasks": int,
    "num_completed_tasks": int,
    "num_skipped_tasks": int,
    "num_failed_tasks": int,
    "num_killed_tasks": int,
    "num_completed_indices": int,
    "num_active_stages": int,
    "num_completed_stages": int,
    "num_skipped_stages": int,
    "num_failed_stages": int,
    "killed_tasks_summary": dict,
}


class RuleBook:
    """Holds what was said so far, since some rules are about change."""

    def __init__(self, job_id: str) -> None:
        self.job_id = job_id
        self.saw_running_subjob = False
        self._between = 0.0
        self._subjobs: dict[int, dict[str, Any]] = {}

    def check(self, answer: dict[str, Any]) -> None:
        assert answer["is_success"] is True
        assert answer["job_id"] == self.job_id
        assert None not in answer.values()
        status = answer["status"]
        if status in WAITING | ENDED:
            expected = 0 if status in WAITING else 1
            assert answer["progress"] == expected
            assert isinstance(answer["progress"], int)
            assert "sub_job_id" not in answer
            assert "sub_jobs" not in answer
            return
        assert status in RUNNING
        subjobs = answer.get("sub_jobs", [])
        self._check_subjobs(subjobs)
        running = [subjob for subjob in subjobs if subjob["status"] == "RUNNING"]
        if running:
            self.saw_running_subjob = True
            assert answer["sub_job_id"] == running[0]["id"]
            ratio = running[0]["num_completed_tasks"] / running[0]["num_tasks"]
            assert answer["progress"] == pytest.approx(min(1.0, ratio), abs=1e-9)
            return
        assert "sub_job_id" not in answer
        if not subjobs:
            assert answer["progress"] == 0
            return
        assert self._between <= answer["progress"] < 1
        self._between = answer["progress"]

    def _check_subjobs(self, subjobs: list[dict[str, Any]]) -> None:
        ids = [subjob["id"] for subjob in subjobs]
        assert ids == sorted(set(ids))
        assert set(self._subjobs) <= set(ids), "a subjob that was shown is gone"
        for subjob in subjobs:
            for field, value in subjob.items():
                assert isinstance(value, SUBJOB_FIELDS[field]), field
                assert not isinstance(value, bool)
            assert subjob["job_group"] == self.job_id
            datetime.strptime(subjob["submission_time"], "%a %b %d %H:%M:%S UTC %Y")
            assert ("completion_time" in subjob) is (subjob["status"] != "RUNNING")
            before = self._subjobs.get(subjob["id"], {})
            assert subjob["num_completed_tasks"] >= before.get("num_completed_tasks", 0)
            self._subjobs[subjob["id"]] = subjob
