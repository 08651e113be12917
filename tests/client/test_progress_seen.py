"""The service's progress as a program reads it: of this service, an older and a newer one."""

from headway.client.seen import FindingSeen, TotalsSeen, WaitingSeen, read_progress
from headway.client.timeline import read_timeline
from headway.jobs.estimate import Basis, Estimate, Remaining, Sample
from headway.jobs.lifecycle import JobState

PROGRESS = {
    "job_id": "j1",
    "status": "RUNNING",
    "state": "RUNNING",
    "phase": "running",
    "estimate": {
        "fraction": 0.5,
        "low": 0.4,
        "high": 0.7,
        "remaining_seconds": {"low": 8, "likely": 12.5, "high": 20},
        "basis": "history",
    },
    "waiting_for": {"reason": "cores", "text": "Waits for cores"},
    "findings": [
        {
            "kind": "skew",
            "severity": "warning",
            "subjob_id": 1,
            "stage_id": None,
            "text": "One task",
            "figures": {"share": 0.8},
        }
    ],
    "totals": {"tasks": 10, "cores": 8, "run_time_ms": 5_000, "output_bytes": 7},
    "subjobs": [
        {
            "id": 1,
            "status": "RUNNING",
            "stages": [{"stage_id": 3, "attempt_id": 0, "status": "ACTIVE", "running": [{"index": 1}]}],
        }
    ],
    "attempt": 2,
    "updated_at": 5,
    "etag": "e1",
}


def test_everything_the_service_says_is_read() -> None:
    seen = read_progress(PROGRESS)
    assert seen.estimate == Estimate(0.5, 0.4, 0.7, Remaining(8, 12.5, 20), Basis.HISTORY)
    assert seen.waiting == WaitingSeen("cores", "Waits for cores")
    assert seen.findings == (FindingSeen("skew", "One task", "warning", 1, None, {"share": 0.8}),)
    assert seen.totals == TotalsSeen(tasks=10, cores=8, run_time_ms=5_000, output_bytes=7)
    assert seen.subjobs[0].stages[0].stage_id == 3
    assert (seen.attempt, seen.etag, seen.updated_at) == (2, "e1", 5)
    assert seen.body is PROGRESS


def test_an_older_service_gives_no_range_no_time_and_no_findings() -> None:
    older = {**PROGRESS, "estimate": {"fraction": 0.5, "basis": "tasks"}, "totals": {"tasks": 10}}
    del older["findings"]
    seen = read_progress(older)
    assert seen.estimate == Estimate(0.5, 0.5, 0.5, None, Basis.TASKS)
    assert (seen.findings, seen.totals) == ((), TotalsSeen(tasks=10))


def test_what_a_newer_service_knows_does_not_stop_an_older_client() -> None:
    newer = {
        **PROGRESS,
        "phase": "dreaming",
        "estimate": {"fraction": 0.5, "basis": "stars", "colour": "blue"},
        "findings": [{"kind": "new", "severity": "fatal", "text": "x", "more": 1}],
        "moon": "full",
    }
    seen = read_progress(newer)
    assert (seen.phase, seen.estimate.basis) == ("dreaming", Basis.TASKS)
    assert not seen.findings[0].is_warning


def test_a_timeline_is_read() -> None:
    body = {
        "job_id": "j1",
        "state": "FINISHED",
        "started_at": 1,
        "ended_at": None,
        "samples": [{"at": 1, "fraction": 0.5, "low": 0, "high": 1, "remaining_seconds": None}],
        "subjobs": [
            {
                "id": 1,
                "status": None,
                "started_at": 1,
                "ended_at": 2,
                "stages": [{"stage_id": 3, "name": "x"}],
            }
        ],
    }
    seen = read_timeline(body)
    assert seen.samples == (Sample(1, 0.5, 0, 1),)
    assert seen.subjobs[0].stages[0].stage_id == 3
    assert (seen.started_at, seen.ended_at) == (1, None)
    assert seen.body is body


def test_a_job_that_waits_is_read_without_work() -> None:
    seen = read_progress({"job_id": "j1", "state": "QUEUED", "phase": "queued", "estimate": {"fraction": 0}})
    assert (seen.state, seen.estimate.fraction, seen.subjobs) == (JobState.QUEUED, 0, ())
