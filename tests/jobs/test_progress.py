"""The contract's progress, rule by rule."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.jobs.lifecycle import BEFORE_SPARK, TERMINAL, JobState
from headway.jobs.progress import Progress, contract_progress, subjob_fraction
from headway.jobs.subjob import Snapshot, Subjob

WITH_SPARK = [JobState.RUNNING, JobState.CANCELLING]

counts = st.none() | st.integers(min_value=0, max_value=10_000)
subjobs = st.builds(
    Subjob,
    id=st.integers(min_value=0, max_value=1_000_000),
    status=st.sampled_from(["RUNNING", "SUCCEEDED", "FAILED", "UNKNOWN", None]),
    num_tasks=counts,
    num_completed_tasks=counts,
    num_skipped_tasks=counts,
    num_completed_indices=counts,
)
snapshots = st.lists(subjobs, max_size=6, unique_by=lambda each: each.id).map(
    lambda found: Snapshot(0, tuple(sorted(found, key=lambda each: each.id)))
)
fractions = st.floats(min_value=0, max_value=0.99)


def ended(number: int, tasks: int) -> Subjob:
    return Subjob(number, status="SUCCEEDED", num_tasks=tasks, num_completed_tasks=tasks)


def running(number: int, tasks: int, done: int) -> Subjob:
    return Subjob(number, status="RUNNING", num_tasks=tasks, num_completed_tasks=done)


@given(st.sampled_from(sorted(BEFORE_SPARK)), snapshots, fractions)
def test_before_the_run_it_is_the_integer_zero_and_nothing_else(
    state: JobState, snapshot: Snapshot, before: float
) -> None:
    assert_plain(contract_progress(state, snapshot, before), 0)


@given(st.sampled_from(sorted(TERMINAL)), snapshots, fractions)
def test_after_any_end_it_is_the_integer_one_and_nothing_else(
    state: JobState, snapshot: Snapshot, before: float
) -> None:
    assert_plain(contract_progress(state, snapshot, before), 1)


def assert_plain(progress: Progress, number: int) -> None:
    assert progress == Progress(number)
    assert type(progress.fraction) is int


def test_a_running_subjob_gives_its_own_ratio() -> None:
    snapshot = Snapshot(0, (ended(3, 8), running(4, 8, 2)))
    assert contract_progress(JobState.RUNNING, snapshot, 0.7) == Progress(0.25, 4, snapshot.subjobs)


def test_of_several_running_subjobs_the_lowest_id_speaks() -> None:
    snapshot = Snapshot(0, (running(7, 10, 9), running(9, 10, 1)))
    progress = contract_progress(JobState.CANCELLING, snapshot, 0)
    assert (progress.sub_job_id, progress.fraction) == (7, 0.9)
    assert progress.subjobs == snapshot.subjobs


def test_before_the_first_subjob_it_is_zero() -> None:
    assert_plain(contract_progress(JobState.RUNNING, Snapshot(0), 0), 0)


def test_between_two_subjobs_the_whole_job_speaks() -> None:
    snapshot = Snapshot(0, (ended(1, 10), replace(ended(2, 10), num_completed_tasks=0)))
    assert contract_progress(JobState.RUNNING, snapshot, 0.8) == Progress(0.8, None, snapshot.subjobs)


def test_skipped_tasks_are_part_of_the_contracts_ratio() -> None:
    reused = Subjob(1, status="SUCCEEDED", num_tasks=17, num_skipped_tasks=16, num_completed_tasks=1)
    assert subjob_fraction(reused) == 1 / 17  # to the letter: completed over all


@given(st.sampled_from(WITH_SPARK), snapshots, fractions)
def test_rules_of_a_running_job(state: JobState, snapshot: Snapshot, before: float) -> None:
    progress = contract_progress(state, snapshot, before)
    assert 0 <= progress.fraction <= 1
    assert progress.subjobs == snapshot.subjobs
    alive = [each for each in snapshot.subjobs if each.status == "RUNNING"]
    if alive:
        speaker = min(alive, key=lambda each: each.id)
        assert progress.sub_job_id == speaker.id
        tasks, done = speaker.num_tasks or 0, speaker.num_completed_tasks or 0
        assert progress.fraction == (min(1, done / tasks) if tasks else 0)
    else:
        assert progress.sub_job_id is None
        assert progress.fraction < 1
        assert progress.fraction == (before if snapshot.subjobs else 0)


@pytest.mark.parametrize("tasks", [None, 0, -1])
def test_a_subjob_without_tasks_is_at_zero(tasks: int | None) -> None:
    assert subjob_fraction(Subjob(1, status="RUNNING", num_tasks=tasks, num_completed_tasks=3)) == 0
