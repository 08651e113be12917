"""Any course that jobs may take, over the real store: the rows, the memory and the events agree."""

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from headway.jobs.lifecycle import INITIAL, TERMINAL, JobState, Reason, may_move
from headway.store.job_store import OCCUPYING, IllegalMove, Move, Room
from tests.builders import a_job
from tests.service.scene import World

T = TypeVar("T")
ROOM = 2


class Lives(RuleBasedStateMachine):
    jobs = Bundle("jobs")
    empty_database: Path

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.home = Path(tempfile.mkdtemp())
        shutil.copy(self.empty_database, self.home / "headway.db")
        self.model: dict[str, JobState] = {}  # in order of submission
        self.said: dict[str, list[str]] = {}

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    @initialize()
    def begin(self) -> None:
        self.world = World(self.home)
        self.do(self.world.membership.join())

    @rule(target=jobs)
    def submit(self) -> str:
        job = a_job()
        self.do(self.world.journal.insert(job))
        self.model[job.job_id] = INITIAL
        self.said[job.job_id] = [INITIAL]
        return job.job_id

    @rule()
    def claim(self) -> None:
        claimed = self.do(self.world.journal.claim("p1", "default", Room(ROOM, 100)))
        waiting = [job_id for job_id, state in self.model.items() if state is JobState.QUEUED]
        has_room = sum(state in OCCUPYING for state in self.model.values()) < ROOM
        assert (claimed.job_id if claimed else None) == (waiting[0] if waiting and has_room else None)
        if claimed:
            self.moved(claimed.job_id, JobState.LAUNCHING)

    @rule(job_id=jobs, target_state=st.sampled_from(JobState))
    def move(self, job_id: str, target_state: JobState) -> None:
        before = self.model[job_id]
        if before is JobState.QUEUED and target_state is JobState.LAUNCHING:
            return  # that is claiming
        work = self.world.journal.move(job_id, Move(target_state))
        if may_move(before, target_state):
            self.do(work)
            self.moved(job_id, target_state)
            return
        with pytest.raises(IllegalMove) as refused:
            self.do(work)
        assert refused.value.job.state is before

    @rule()
    def engine_does_not_start(self) -> None:
        self.do(self.world.journal.fail_waiting("p1", Reason.ENGINE_START_FAILED, "no Java"))
        for job_id, state in self.model.items():
            if state is JobState.QUEUED:
                self.moved(job_id, JobState.FAILED)

    @rule()
    def restart(self) -> None:
        self.do(self.world.stop())
        self.world = World(self.home)
        self.do(self.world.membership.join())
        for job in self.do(self.world.replicas.adopt(self.world.membership.id)):
            self.world.journal.carry(job)

    @invariant()
    def rows_memory_and_events_agree(self) -> None:
        for job_id, state in self.model.items():
            job = self.do(self.world.store.get(job_id))
            assert job.state is state
            assert (job.ended_at is not None) is (state in TERMINAL)
            live = self.world.live.get(job_id)
            assert (live.state if live else None) == (state if state in OCCUPYING else None)
            assert self.do(self.world.moves(job_id)) == self.said[job_id]

    def moved(self, job_id: str, state: JobState) -> None:
        self.model[job_id] = state
        self.said[job_id].append(state)

    def teardown(self) -> None:
        self.do(self.world.stop())
        self.do(self.loop.shutdown_default_executor())
        self.loop.close()
        shutil.rmtree(self.home)


def test_jobs_live_by_the_table(empty_database: Path) -> None:
    class Machine(Lives):
        pass

    Machine.empty_database = empty_database
    Machine.TestCase.settings = settings(max_examples=12, stateful_step_count=15, deadline=None)
    Machine.TestCase().runTest()
