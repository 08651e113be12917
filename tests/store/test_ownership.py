"""Replicas that pause, die, come back and have clocks that jump: whatever happens, a job has one owner."""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Row, delete, select

from headway.jobs.lifecycle import BEFORE_SPARK, TERMINAL, JobState
from headway.service.membership import BEAT_SECONDS, DEAD_AFTER_SECONDS, Membership
from headway.store.database import Database
from headway.store.job_queries import OCCUPYING
from headway.store.job_store import IllegalMove, JobStore, Move, NotCarried, Room
from headway.store.replica_store import ReplicaStore
from headway.store.tables import job_events, jobs, replicas
from tests.builders import a_job

T = TypeVar("T")
ROOM = Room(queue=2, project=3)
PLACES = [("p1", "a"), ("p1", "b"), ("p2", "a")]
PLACE = st.sampled_from(PLACES)
NEXT = {
    JobState.LAUNCHING: [JobState.RUNNING, JobState.FAILED],
    JobState.RUNNING: [JobState.FINISHED, JobState.LAUNCHING],  # back: its engine was lost, it runs again
    JobState.CANCELLING: [JobState.CANCELLED, JobState.FINISHED],
}
JOBS = select(jobs.c["job_id", "project_id", "queue_name", "state", "replica_id"]).order_by(jobs.c.seq)
EVENTS = select(job_events.c["job_id", "source", "target"])
LONG = int(DEAD_AFTER_SECONDS / BEAT_SECONDS) + 2  # rounds in which a dead replica is found for sure
WHO = st.integers(0, 9)  # of those that come into question


@dataclass
class Process:
    """A service process, as far as ownership goes; ``held`` is what it believes to carry, under which id."""

    store: ReplicaStore
    now: float = 0.0
    paused: bool = False
    held: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.membership = Membership(self.store, "http://…", "1", shared=True, clock=lambda: self.now)

    async def start(self) -> None:
        await self.membership.join()
        await self.adopt()

    async def adopt(self) -> None:
        replica_id = self.membership.id
        for job in await self.store.adopt(replica_id):
            self.held[job.job_id] = replica_id

    async def look(self) -> None:
        if not await self.membership.look():
            self.held.clear()
            await self.membership.join()
        await self.adopt()


class Ownership(RuleBasedStateMachine):
    def __init__(self, loop: asyncio.Runner, database: Database) -> None:
        super().__init__()
        self._loop = loop
        self._database = database
        self._store = JobStore(database)
        self._processes: list[Process] = []
        self._owners: dict[str, list[str]] = {}  # of each job, every replica that ever got it
        self._now = 0
        self.run(self._clean())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._loop.run(work)

    @property
    def awake(self) -> list[Process]:
        return [process for process in self._processes if not process.paused]

    @initialize(count=st.integers(1, 3))
    def first_ones(self, count: int) -> None:
        for _ in range(count):
            self.start_one()

    @precondition(lambda self: len(self._processes) < 4)
    @rule()
    def start_one(self) -> None:
        process = Process(ReplicaStore(self._database))
        self.run(process.start())
        self._processes.append(process)

    @rule(place=PLACE, count=st.integers(1, 3))
    def submit(self, place: tuple[str, str], count: int) -> None:
        for _ in range(count):
            self.run(self._store.insert(a_job(project=place[0], queue=place[1])))

    @precondition(lambda self: self.awake)
    @rule(who=WHO, place=PLACE)
    def one_claims(self, who: int, place: tuple[str, str]) -> None:
        self.run(self._claim(self.awake[who % len(self.awake)], place))

    @precondition(lambda self: self.awake)
    @rule()
    def all_claim_at_once(self) -> None:
        claims = [self._claim(process, place) for process in self.awake for place in PLACES]
        self.run(_together(claims))

    @precondition(lambda self: self.awake)
    @rule(who=WHO, seconds=st.floats(-5, 60) | st.floats(0, 2))
    def one_clock_jumps(self, who: int, seconds: float) -> None:
        self.awake[who % len(self.awake)].now += seconds

    @precondition(lambda self: self.awake)
    @rule(who=WHO)
    def one_looks(self, who: int) -> None:
        self.run(self.awake[who % len(self.awake)].look())

    @rule(rounds=st.integers(1, 3))
    def all_look_as_time_goes_by(self, rounds: int) -> None:
        for _ in range(rounds):
            for process in self._processes:
                process.now += BEAT_SECONDS
            self.run(_together([process.look() for process in self.awake]))

    @precondition(lambda self: any(process.held for process in self.awake))
    @rule(who=WHO, which=WHO, way=st.integers(0, 1))
    def one_moves_what_it_holds(self, who: int, which: int, way: int) -> None:
        holders = [process for process in self.awake if process.held]
        process = holders[who % len(holders)]
        job_id = sorted(process.held)[which % len(process.held)]
        self.run(self._move(process, job_id, way))

    @rule(which=WHO)
    def a_user_cancels(self, which: int) -> None:
        rows = [row for row in self.run(self._rows()) if row.state not in TERMINAL]
        if rows:
            row = rows[which % len(rows)]
            target = JobState.CANCELLED if row.state in BEFORE_SPARK else JobState.CANCELLING
            if row.state != target:
                self.run(self._store.move(row.job_id, Move(target), at=self._tick()))

    @precondition(lambda self: self.awake)
    @rule(who=WHO)
    def one_stands_still(self, who: int) -> None:
        self.awake[who % len(self.awake)].paused = True

    @precondition(lambda self: any(process.held for process in self.awake))
    @rule(who=WHO, way=st.integers(0, 1))
    def one_is_taken_for_dead_and_goes_on_as_if_nothing_had_been(self, who: int, way: int) -> None:
        holders = [process for process in self.awake if process.held]
        process = holders[who % len(holders)]
        process.paused = True
        if not self.awake:
            self.start_one()
        self.all_look_as_time_goes_by(LONG)
        process.paused = False
        self.every_job_has_one_life_and_one_owner_at_a_time()
        for job_id in list(process.held):
            self.run(self._move(process, job_id, way))

    @rule()
    def all_wake_up(self) -> None:
        for process in self._processes:
            process.paused = False

    @precondition(lambda self: self._processes)
    @rule(who=WHO)
    def one_is_killed(self, who: int) -> None:
        self._processes.pop(who % len(self._processes))

    @precondition(lambda self: self.awake)
    @rule(who=WHO)
    def one_leaves(self, who: int) -> None:
        process = self.awake[who % len(self.awake)]
        self._processes.remove(process)
        self.run(process.membership.leave())

    @invariant()
    def every_job_has_one_life_and_one_owner_at_a_time(self) -> None:
        rows, events = self.run(self._all())
        for row in rows:
            owners = self._owners.setdefault(row.job_id, [])
            if row.state in OCCUPYING and row.replica_id is not None and owners[-1:] != [row.replica_id]:
                assert row.replica_id not in owners, "an owner came back"
                owners.append(row.replica_id)
        busy = [row for row in rows if row.state in OCCUPYING]
        assert all(n <= ROOM.project for n in Counter(row.project_id for row in busy).values())
        assert all(n <= ROOM.queue for n in Counter((r.project_id, r.queue_name) for r in busy).values())
        claims = Counter(e.job_id for e in events if e.source == JobState.QUEUED and e.target in OCCUPYING)
        ends = Counter(event.job_id for event in events if event.target in TERMINAL)
        assert set(claims.values()) <= {1}
        assert ends == {row.job_id: 1 for row in rows if row.state in TERMINAL}

    def teardown(self) -> None:
        """One living replica is enough for every job to get an owner, and to come to its end."""
        self._processes = self.awake
        if not self._processes:
            self.start_one()
        self.all_look_as_time_goes_by(LONG)
        self.every_job_has_one_life_and_one_owner_at_a_time()
        held = {job_id: i for process in self._processes for job_id, i in process.held.items()}
        for row in self.run(self._rows()):
            assert row.state not in OCCUPYING or held[row.job_id] == row.replica_id
        while any(row.state not in TERMINAL for row in self.run(self._rows())):
            self.all_claim_at_once()
            self.every_job_has_one_life_and_one_owner_at_a_time()
            for process in self._processes:
                for job_id in list(process.held):
                    self.run(self._move(process, job_id, 0))
        self.every_job_has_one_life_and_one_owner_at_a_time()

    async def _claim(self, process: Process, place: tuple[str, str]) -> None:
        replica_id = process.membership.id
        job = await self._store.claim(*place, ROOM, replica_id, at=self._tick())
        if job is not None:
            process.held[job.job_id] = replica_id

    async def _move(self, process: Process, job_id: str, way: int) -> None:
        """What a process does with a job, on the belief that it is its own: refused when it is not."""
        row = next(row for row in await self._rows() if row.job_id == job_id)
        believed = process.held[job_id]
        if row.state in TERMINAL:
            del process.held[job_id]
            return
        move = Move(NEXT[JobState(row.state)][way], carried_by=believed)
        try:
            await self._store.move(job_id, move, at=self._tick())
        except NotCarried:
            assert row.replica_id != believed
            del process.held[job_id]
        except IllegalMove as refused:
            raise AssertionError(f"{refused} though nothing else happened") from None
        else:
            assert row.replica_id == believed == self._owners[job_id][-1]

    def _tick(self) -> int:
        self._now += 1
        return self._now

    async def _rows(self) -> list[Row[Any]]:
        return (await self._all())[0]

    async def _all(self) -> tuple[list[Row[Any]], list[Row[Any]]]:
        async with self._database.read() as connection:
            rows = await connection.execute(JOBS)
            return list(rows), list(await connection.execute(EVENTS))

    async def _clean(self) -> None:
        async with self._database.write() as connection:
            for table in (jobs, replicas):
                await connection.execute(delete(table))


async def _together(work: list[Coroutine[Any, Any, None]]) -> None:
    await asyncio.gather(*work)


def test_a_job_has_one_owner_whatever_happens(database_url: str) -> None:
    bounded = settings(
        max_examples=12,
        stateful_step_count=25,
        deadline=None,
        # A failure is told as it was found: making it short takes minutes.
        phases=(Phase.reuse, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    with asyncio.Runner() as loop:
        database = Database(database_url)
        try:
            run_state_machine_as_test(lambda: Ownership(loop, database), settings=bounded)
        finally:
            loop.run(database.close())
