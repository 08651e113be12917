"""Progress on the wire, and watchers that wait for news of it."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from headway.api.progress_view import ProgressOut, progress_out
from headway.engine.base import EngineState, EngineStatus
from headway.jobs.estimate import Basis, Estimate, Phase, Remaining
from headway.jobs.lifecycle import JobState
from headway.jobs.subjob import Capacity, Snapshot, Stage, Subjob
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
        8: Stage(
            8, 0, "ACTIVE", num_tasks=8, input_bytes=100, input_rows=10, shuffle_write_bytes=7, run_time_ms=9
        ),
        9: Stage(9, 1, "PENDING", spilled_bytes=3, output_rows=2, output_bytes=6),
    }
    return Snapshot(taken_at, (subjob,), stages, capacity=Capacity(1, 4, 1))


def said(estimate: Estimate) -> ProgressOut:
    return progress_out(replace(seen(RUNNING, busy(4), 0.5), estimate=estimate), READY, 0)


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
    assert (totals.spilled_bytes, totals.output_rows, totals.output_bytes) == (3, 2, 6)
    assert (totals.run_time_ms, totals.cores) == (9, 4)
    assert progress_out(seen(RUNNING, NOTHING, 0.0), READY, 0).totals.cores == 0


def test_a_subjob_has_the_stages_that_spark_told_of_in_order() -> None:
    view = progress_out(seen(RUNNING, busy(4), 0.5), READY, 0)
    assert [(each.id, [stage.stage_id for stage in each.stages]) for each in view.subjobs] == [(4, [8, 9])]


def test_the_whole_estimate_is_shown() -> None:
    view = said(Estimate(0.5, 0.4, 0.7, Remaining(8, 12, 20), Basis.HISTORY))
    assert view.model_dump(mode="json")["estimate"] == {
        "fraction": 0.5,
        "low": 0.4,
        "high": 0.7,
        "remaining_seconds": {"low": 8, "likely": 12, "high": 20},
        "basis": "history",
    }
    assert said(Estimate(0.5, 0.4, 0.7)).estimate.remaining_seconds is None


def test_the_phase_is_the_one_that_was_seen() -> None:
    fetching = replace(seen(RUNNING, busy(4), 0.5), phase=Phase.FETCHING)
    assert progress_out(fetching, READY, 0).phase == "fetching"


def test_a_job_without_cores_names_the_jobs_that_have_them() -> None:
    stage = Stage(8, 0, "ACTIVE", num_tasks=8, submission_time=0)
    full = replace(busy(0, taken_at=9_000), stages={8: stage}, capacity=Capacity(1, 4, 4))
    waiting = progress_out(replace(seen(RUNNING, full, 0.0), competitors=(("j1", 4),)), READY, 0).waiting_for
    assert waiting is not None
    assert (waiting.reason, waiting.text) == (
        "cores",
        "8 tasks wait for a core: all 4 are taken by job j1 (4 tasks)",
    )


def test_findings_are_shown_with_their_figures() -> None:
    retried = Stage(8, 1, "ACTIVE", num_tasks=8, num_failed_tasks=2)
    view = progress_out(seen(RUNNING, replace(busy(4), stages={8: retried}), 0.5), READY, 0)
    (finding,) = view.model_dump(mode="json")["findings"]
    assert (finding["kind"], finding["severity"]) == ("retried_tasks", "warning")
    assert (finding["subjob_id"], finding["stage_id"]) == (4, 8)
    assert finding["figures"] == {"failed_tasks": 2, "killed_tasks": 0, "stage_attempts": 2, "num_tasks": 8}
    assert finding["text"].startswith("Stage 8: 2 tasks failed and it was begun again once")


def test_the_etag_changes_with_what_is_said_and_not_with_the_time() -> None:
    def etag(snapshot: Snapshot) -> str:
        return progress_out(seen(RUNNING, snapshot, 0.5), READY, 0).etag

    assert etag(busy(4, taken_at=5)) == etag(busy(4, taken_at=900))
    assert etag(busy(4)) != etag(busy(5))


def test_the_etag_passes_over_what_is_too_small_to_show() -> None:
    def etag(fraction: float, left: float) -> str:
        return said(Estimate(fraction, 0.4, 0.7, Remaining(8, left, 20))).etag

    assert etag(0.50001, 12.01) == etag(0.50002, 12.04)
    assert etag(0.5001, 12.0) != etag(0.5002, 12.0)
    assert etag(0.5, 12.0) != etag(0.5, 12.1)


@given(st.floats(0, 0.99999999))
def test_what_is_shown_is_not_rounded_to_the_whole(fraction: float) -> None:
    assert said(Estimate(fraction, 0.0, 1.0)).estimate.fraction == fraction


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


async def test_progress_that_the_caller_has_is_not_sent_again() -> None:
    async with a_scene() as scene:
        scene.service.progresses = [seen(RUNNING, busy(4), 0.5)]
        path = f"/jobs/{RUNNING.job_id}/progress"
        first = await scene.http.get(path)
        known = first.headers["etag"]
        assert known == f'"{first.json()["etag"]}"'
        for named in (known, f'W/{known}, "other"', "*"):
            again = await scene.http.get(path, headers={"If-None-Match": named})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", known)
        scene.service.progresses = [seen(RUNNING, busy(5), 0.6)]
        news = await scene.http.get(path, headers={"If-None-Match": known})
    assert (news.status_code, news.headers["etag"] != known) == (200, True)
