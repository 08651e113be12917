from dataclasses import replace

import pytest

from headway.api.progress_view import phase_of, progress_out
from headway.engine.base import EngineState, EngineStatus
from headway.jobs.lifecycle import JobState
from headway.jobs.subjob import Snapshot, Stage, Subjob
from tests.api.scene import a_scene, seen
from tests.builders import a_job

READY = EngineStatus(EngineState.READY)
RUNNING = replace(a_job(), state=JobState.RUNNING)
NOTHING = Snapshot(5)


def busy(done: int, taken_at: int = 5) -> Snapshot:
    subjob = Subjob(
        4,
        status="RUNNING",
        stage_ids=(9, 8, 7),
        num_tasks=10,
        num_skipped_tasks=2,
        num_completed_tasks=done,
        num_completed_indices=done,
        num_failed_tasks=1,
    )
    stages = {
        8: Stage(8, 0, "ACTIVE", num_tasks=8, input_bytes=100, input_rows=10, shuffle_write_bytes=7),
        9: Stage(9, 1, "PENDING", spilled_bytes=3, output_rows=2),
    }
    return Snapshot(taken_at, (subjob,), stages)


@pytest.mark.parametrize(
    ("state", "snapshot", "phase"),
    [
        (JobState.QUEUED, NOTHING, "queued"),
        (JobState.LAUNCHING, NOTHING, "launching"),
        (JobState.RUNNING, NOTHING, "planning"),
        (JobState.RUNNING, busy(1), "running"),
        (JobState.CANCELLING, busy(1), "running"),
        (JobState.FINISHED, NOTHING, "done"),
        (JobState.FAILED, NOTHING, "done"),
        (JobState.CANCELLED, NOTHING, "done"),
    ],
)
def test_every_state_has_a_phase(state: JobState, snapshot: Snapshot, phase: str) -> None:
    assert phase_of(state, snapshot) == phase


def test_a_queued_job_tells_how_many_are_before_it() -> None:
    view = progress_out(seen(a_job(), NOTHING, 0.0), READY, ahead=3)
    assert view.waiting_for is not None
    assert (view.waiting_for.reason, view.waiting_for.text) == (
        "queue",
        "Waits for room in the queue default; 3 before it",
    )


def test_a_launching_job_tells_what_the_engine_does() -> None:
    job = replace(a_job(), state=JobState.LAUNCHING)
    starting = EngineStatus(EngineState.STARTING, "Starting Spark")
    texts = [progress_out(seen(job, NOTHING, 0.0), status, 0).waiting_for for status in (starting, READY)]
    assert [each.text for each in texts if each] == ["Starting Spark", "Opens its session"]


def test_totals_leave_out_what_was_skipped() -> None:
    totals = progress_out(seen(RUNNING, busy(4), 0.5), READY, 0).totals
    assert (totals.tasks, totals.completed_tasks, totals.failed_tasks) == (8, 4, 1)
    assert (totals.input_bytes, totals.input_rows, totals.shuffle_bytes) == (100, 10, 7)
    assert (totals.spilled_bytes, totals.output_rows) == (3, 2)


def test_a_subjob_has_the_stages_that_spark_told_of_in_order() -> None:
    view = progress_out(seen(RUNNING, busy(4), 0.5), READY, 0)
    assert [(each.id, [stage.stage_id for stage in each.stages]) for each in view.subjobs] == [(4, [8, 9])]
    assert view.estimate.fraction == 0.5


def test_the_etag_changes_with_what_is_said_and_not_with_the_time() -> None:
    def etag(snapshot: Snapshot) -> str:
        return progress_out(seen(RUNNING, snapshot, 0.5), READY, 0).etag

    assert etag(busy(4, taken_at=5)) == etag(busy(4, taken_at=900))
    assert etag(busy(4)) != etag(busy(5))


async def test_a_watcher_is_answered_when_something_is_new() -> None:
    async with a_scene() as scene:
        scene.service.jobs[RUNNING.job_id] = RUNNING
        old, new = seen(RUNNING, busy(4), 0.5), seen(RUNNING, busy(5), 0.6)
        scene.service.progresses = [old, old, old, new]
        path = f"/jobs/{RUNNING.job_id}/progress"
        first = (await scene.http.get(path)).json()
        second = (await scene.http.get(path, params={"since": first["etag"], "wait": 30})).json()
    assert (first["estimate"]["fraction"], second["estimate"]["fraction"]) == (0.5, 0.6)
    assert len([each for each in scene.service.asked if isinstance(each, tuple)]) == 2


async def test_a_watcher_is_answered_when_the_time_is_over() -> None:
    async with a_scene() as scene:
        scene.service.jobs[RUNNING.job_id] = RUNNING
        scene.service.progresses = [seen(RUNNING, busy(4), 0.5)]
        path = f"/jobs/{RUNNING.job_id}/progress"
        first = (await scene.http.get(path)).json()
        second = (await scene.http.get(path, params={"since": first["etag"], "wait": 0.01})).json()
    assert second == first


async def test_nobody_waits_for_a_job_that_has_ended() -> None:
    ended = replace(RUNNING, state=JobState.FINISHED)
    async with a_scene() as scene:
        scene.service.progresses = [seen(ended, NOTHING, 1.0)]
        path = f"/jobs/{ended.job_id}/progress"
        first = (await scene.http.get(path)).json()
        second = (await scene.http.get(path, params={"since": first["etag"], "wait": 60})).json()
    assert second["phase"] == "done"
    assert scene.service.asked == []
