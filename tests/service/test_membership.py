"""Who is taken for dead, by a watcher's own clock alone; and when a process must first ask whether it is."""

import asyncio
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.service.membership import (
    DEAD_AFTER_SECONDS,
    GAP_SECONDS,
    SURE_SECONDS,
    Membership,
    StandStill,
)
from headway.store.replica_store import Replica, ReplicaStore

SECOND = 1.0


def looks(course: list[Mapping[str, int]], every: float = SECOND) -> list[list[str]]:
    watch = StandStill()
    return [
        [replica for replica, _ in watch.dead(beats, number * every)] for number, beats in enumerate(course)
    ]


def test_a_beat_that_goes_on_is_never_dead() -> None:
    assert not any(looks([{"a": number} for number in range(60)]))


def test_a_beat_that_stands_still_is_dead_after_its_time_and_not_before() -> None:
    found = looks([{"a": 7}] * 10)
    assert found.index(["a"]) * SECOND == DEAD_AFTER_SECONDS


def test_only_the_one_that_stands_still_is_dead() -> None:
    found = looks([{"a": 7, "b": number} for number in range(10)])
    assert found[-1] == ["a"]


def test_a_watcher_that_looked_away_starts_to_watch_anew() -> None:
    watch = StandStill()
    watch.dead({"a": 7}, 0.0)
    away = DEAD_AFTER_SECONDS * 10  # the store was away, or the watcher stood still itself
    assert watch.dead({"a": 7}, away) == []
    assert watch.dead({"a": 7}, away + GAP_SECONDS) == []


def test_a_clock_that_jumps_back_kills_nobody() -> None:
    watch = StandStill()
    for now in (100.0, 101.0, 3.0, 4.0, 5.0):
        assert watch.dead({"a": 7}, now) == []


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(-100, 100)), max_size=40))
def test_whoever_is_dead_has_stood_still_through_looks_without_a_gap(
    course: list[tuple[int, float]],
) -> None:
    watch, now, beat, seen = StandStill(), 0.0, 0, []
    for step, pause in course:
        now, beat = now + pause, beat + step
        seen.append((now, beat))
        for _, dead_beat in watch.dead({"a": beat}, now):
            still = [(when, at) for when, at in seen if at == dead_beat]
            while still and now - still[0][0] < DEAD_AFTER_SECONDS:
                still.pop()
            assert still
            assert 0 <= pause <= GAP_SECONDS


class Beats(ReplicaStore):
    """A store that says what the test lets it say."""

    def __init__(self) -> None:
        self.known: set[str] = set()

    async def join(self, replica: Replica) -> None:
        self.known.add(replica.replica_id)

    async def beat(self, replica_id: str) -> bool:
        return replica_id in self.known

    async def beats(self) -> Mapping[str, int]:
        return dict.fromkeys(self.known, 0)


async def test_a_process_that_stood_still_takes_nothing_before_it_has_asked() -> None:
    now = [0.0]
    store = Beats()
    membership = Membership(store, "http://test", "0", shared=True, clock=lambda: now[0])
    await membership.join()
    await asyncio.wait_for(membership.sure(), 1)  # just joined
    now[0] = SURE_SECONDS + 0.1
    waiting = asyncio.create_task(membership.sure())
    await asyncio.sleep(0)
    assert not waiting.done()
    assert await membership.look()
    await waiting


async def test_one_that_was_buried_meanwhile_stays_unsure_until_it_joins_anew() -> None:
    now = [0.0]
    store = Beats()
    membership = Membership(store, "http://test", "0", shared=True, clock=lambda: now[0])
    await membership.join()
    before = membership.id
    store.known.clear()
    now[0] = 60.0
    waiting = asyncio.create_task(membership.sure())
    assert not await membership.look()
    await asyncio.sleep(0)
    assert not waiting.done()
    await membership.join()
    await waiting
    assert membership.id != before


@pytest.mark.parametrize("seconds", [0.0, 1e6])
async def test_who_has_the_store_to_himself_is_always_sure(seconds: float) -> None:
    now = [0.0]
    membership = Membership(Beats(), "http://test", "0", shared=False, clock=lambda: now[0])
    now[0] = seconds
    await membership.sure()
    assert await membership.look()
