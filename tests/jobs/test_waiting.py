"""What a job waits for, in a sentence."""

from dataclasses import replace

import pytest

from headway.jobs.job import Job
from headway.jobs.lifecycle import JobState
from headway.jobs.subjob import Capacity, Snapshot, Stage, Subjob
from headway.jobs.waiting import Surroundings, Waiting, wait_of
from tests.builders import a_job

NOW = 1_000_000
NOTHING = Snapshot(NOW)
ALONE = Surroundings()
RUNNING = replace(a_job(), state=JobState.RUNNING, started_at=NOW - 3_400)
FULL = Capacity(executors=2, cores=16, busy=16)


def ready(active: int = 0, *, since: int = 5_000, capacity: Capacity | None = FULL) -> Snapshot:
    """A job with a stage of eight tasks that was submitted ``since`` ms ago; ``active`` of them run."""
    subjob = Subjob(4, status="RUNNING", stage_ids=(8,))
    stage = Stage(8, 0, "ACTIVE", num_tasks=8, num_active_tasks=active, submission_time=NOW - since)
    return Snapshot(NOW, (subjob,), {8: stage}, capacity=capacity)


def said(job: Job, snapshot: Snapshot, around: Surroundings = ALONE) -> tuple[str, str]:
    waiting = wait_of(job, snapshot, around)
    assert isinstance(waiting, Waiting)
    return waiting.reason, waiting.text


def test_a_queued_job_tells_its_queue_and_how_many_are_before_it() -> None:
    job = a_job(queue="etl")
    assert said(job, NOTHING) == ("queue", "Waits for room in the queue etl")
    assert said(job, NOTHING, Surroundings(ahead=1_200)) == (
        "queue",
        "Waits for room in the queue etl; 1,200 before it",
    )


def test_a_launching_job_tells_what_the_engine_does() -> None:
    job = replace(a_job(), state=JobState.LAUNCHING)
    starting = Surroundings(engine_is_ready=False, engine_step="starting Spark")
    assert said(job, NOTHING, starting) == ("engine", "starting Spark")
    assert said(job, NOTHING, Surroundings(engine_is_ready=False)) == ("engine", "Waits for the engine")
    assert said(job, NOTHING) == ("engine", "Opens its session")


@pytest.mark.parametrize(
    ("passed", "text"),
    [
        (200, "Spark plans the statement"),
        (3_400, "Spark plans the statement, for 3 s so far"),
        (
            75_000,
            "Spark plans the statement, for 1 min 15 s so far: many files or partitions, or a very large "
            "plan, take it long",
        ),
    ],
)
def test_a_job_without_subjobs_is_planned(passed: int, text: str) -> None:
    assert said(replace(RUNNING, started_at=NOW - passed), NOTHING) == ("planning", text)


def test_between_two_subjobs_spark_plans_when_it_takes_a_while() -> None:
    def calm(passed: int) -> Snapshot:
        return Snapshot(NOW, (Subjob(4, status="SUCCEEDED", completion_time=NOW - passed),))

    assert said(RUNNING, calm(2_000)) == ("planning", "Spark plans what comes next, for 2 s so far")
    assert wait_of(RUNNING, calm(300), ALONE) is None


def test_tasks_wait_for_the_first_executor() -> None:
    assert said(RUNNING, ready(capacity=Capacity(0, 0, 0))) == (
        "executors",
        "The engine has no executor yet; 8 tasks wait until the cluster gives one",
    )


def test_tasks_wait_for_the_executors_that_are_missing() -> None:
    around = Surroundings(executors_wanted=8, competitors=(("a", 12),))
    assert said(RUNNING, ready(active=7), around) == (
        "executors",
        "The engine has 2 of 8 executors; 1 task waits for a core",
    )
    assert wait_of(RUNNING, ready(active=8), around) is None
    assert wait_of(RUNNING, ready(active=7, capacity=replace(FULL, busy=12)), around) is None
    assert wait_of(RUNNING, ready(active=7), replace(around, executors_wanted=2)) is None


def test_tasks_wait_for_cores_and_the_jobs_that_have_them_are_named() -> None:
    def text(*competitors: tuple[str, int]) -> str:
        reason, sentence = said(RUNNING, ready(), Surroundings(competitors=competitors))
        assert reason == "cores"
        return sentence.removeprefix("8 tasks wait for a core: all 16 are taken by ")

    assert text(("a", 16), ("b", 0)) == "job a (16 tasks)"
    assert text(("a", 4), ("b", 12)) == "job b (12 tasks) and job a (4 tasks)"
    assert text(("a", 15), ("b", 1)) == "job a (15 tasks) and job b (1 task)"
    assert text(*((name, 4) for name in "edcba")) == (
        "job a (4 tasks), job b (4 tasks), job c (4 tasks) and 2 more jobs"
    )


def test_cores_that_no_known_job_has_are_named_when_that_has_lasted() -> None:
    """Spark is late to tell of tasks on a cold engine: until then they may be the job's own."""
    lasting = ready(since=20_000)
    assert said(RUNNING, lasting) == (
        "cores",
        "8 tasks wait for a core: all 16 are taken by other work on the engine",
    )
    assert "job a (9 tasks)" in said(RUNNING, lasting, Surroundings(competitors=(("a", 9),)))[1]
    assert wait_of(RUNNING, ready(since=9_000), Surroundings(competitors=(("a", 9),))) is None


@pytest.mark.parametrize(
    "snapshot",
    [
        ready(active=1),  # it has a core
        ready(since=300),  # just submitted
        ready(capacity=replace(FULL, busy=15)),  # a core is free
        ready(capacity=None),  # nobody knows
    ],
)
def test_a_job_that_works_or_is_about_to_waits_for_nothing(snapshot: Snapshot) -> None:
    assert wait_of(RUNNING, snapshot, Surroundings(competitors=(("a", 16),))) is None


@pytest.mark.parametrize(
    "state", [JobState.CANCELLING, JobState.FINISHED, JobState.FAILED, JobState.CANCELLED]
)
def test_a_job_that_is_stopped_or_has_ended_waits_for_nothing(state: JobState) -> None:
    assert wait_of(replace(RUNNING, state=state), ready(), ALONE) is None
