"""The lifecycle table, checked against the moves as a person would list them."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.jobs.lifecycle import (
    BEFORE_SPARK,
    INITIAL,
    LIVE,
    PREDECESSORS,
    TERMINAL,
    JobState,
    JobStatus,
    diagram,
    may_move,
    states_of,
    status_of,
)

# Written down a second time on purpose, the other way round: from a state to where it may go.
MOVES = {
    "QUEUED": {"LAUNCHING", "FAILED", "CANCELLED"},
    "LAUNCHING": {"RUNNING", "FAILED", "CANCELLED"},
    "RUNNING": {"LAUNCHING", "CANCELLING", "FINISHED", "FAILED", "CANCELLED"},
    "CANCELLING": {"FINISHED", "FAILED", "CANCELLED"},
    "FINISHED": set(),
    "FAILED": set(),
    "CANCELLED": set(),
}


@pytest.mark.parametrize(("source", "target"), list(product(JobState, JobState)))
def test_every_pair_of_states(source: JobState, target: JobState) -> None:
    assert may_move(source, target) == (target in MOVES[source])


def test_the_table_knows_every_state() -> None:
    assert set(PREDECESSORS) == set(JobState) == set(MOVES)


def test_terminal_states_are_those_nothing_leaves() -> None:
    assert {state for state, targets in MOVES.items() if not targets} == TERMINAL
    assert {JobState.FINISHED, JobState.FAILED, JobState.CANCELLED} == TERMINAL
    assert set(JobState) == LIVE | TERMINAL
    assert not LIVE & TERMINAL
    assert BEFORE_SPARK < LIVE


def test_only_the_first_state_has_no_way_in() -> None:
    assert [state for state, sources in PREDECESSORS.items() if not sources] == [INITIAL]


def test_every_live_state_can_end_in_failure_and_in_cancellation() -> None:
    for state in LIVE:
        assert may_move(state, JobState.FAILED)
        assert may_move(state, JobState.CANCELLED)


@given(st.lists(st.integers(min_value=0, max_value=100), max_size=20))
def test_within_one_attempt_a_random_walk_never_repeats_a_state(choices: list[int]) -> None:
    state, seen = INITIAL, [INITIAL]
    for choice in choices:
        targets = [target for target in JobState if may_move(state, target)]
        if not targets:
            break
        before, state = state, targets[choice % len(targets)]
        if (before, state) == (JobState.RUNNING, JobState.LAUNCHING):
            seen = [INITIAL]  # a new attempt
        assert state not in seen
        seen.append(state)
    assert len(seen) <= len(JobState)
    assert (state in TERMINAL) == (not any(may_move(state, target) for target in JobState))
    # What the contract shows never goes backwards: LAUNCHING, then RUNNING, then an end.
    order = [JobStatus.LAUNCHING, JobStatus.RUNNING]
    shown = [order.index(status_of(each)) if each in LIVE else 2 for each in seen]
    assert shown == sorted(shown)


@given(st.lists(st.sampled_from(JobState), max_size=30))
def test_random_demands_move_a_job_only_along_the_table(demands: list[JobState]) -> None:
    state = INITIAL
    for target in demands:
        if may_move(state, target):
            assert state in LIVE
            state = target
    if state in (JobState.FINISHED, JobState.CANCELLING):
        assert JobState.RUNNING in demands  # nothing finishes that Spark never saw


def test_statuses_and_states_are_two_views_of_one_table() -> None:
    for state in JobState:
        assert state in states_of(status_of(state))
    assert set().union(*(states_of(status) for status in JobStatus)) == set(JobState)
    assert states_of(JobStatus.SCALING) == frozenset()
    assert {status_of(state) for state in TERMINAL} == {
        JobStatus.FINISHED,
        JobStatus.FAILED,
        JobStatus.CANCELLED,
    }


def test_the_diagram_draws_every_move_once() -> None:
    lines = [line.strip() for line in diagram().splitlines()]
    moves = {f"{source} --> {target}" for source, targets in MOVES.items() for target in targets}
    ends = {f"{state} --> [*]" for state in TERMINAL}
    assert lines[0] == "stateDiagram-v2"
    assert sorted(lines[1:]) == sorted({"[*] --> QUEUED"} | moves | ends)
