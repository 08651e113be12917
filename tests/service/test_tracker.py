"""Progress: one reader for everybody, bounded waits, numbers that never fall."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.contextvars import bound_contextvars, get_contextvars

from headway.engine.base import Execution
from headway.engine.scripted import Reading, Script, ScriptedEngine, ScriptedHost
from headway.jobs.errors import ProgressUnavailable, StoreUnavailable
from headway.jobs.estimate import Phase
from headway.jobs.job import Job
from headway.jobs.lifecycle import JobState
from headway.jobs.plan import Plan
from headway.jobs.subjob import Snapshot
from headway.service import tracker as tracker_module
from headway.service.clock import Clock, now_ms
from headway.service.run_history import Known, RunHistory
from headway.service.tracker import Tracker
from headway.service.watch import JobProgress
from headway.store.progress_store import KeptProgress, ProgressStore
from tests.builders import a_job
from tests.service.scene import reading, until

LONG_AGO = 0


class Kept(ProgressStore):
    """What was said, in memory."""

    def __init__(self) -> None:
        self.said: dict[str, KeptProgress] = {}

    async def keep(self, said: Sequence[KeptProgress]) -> None:
        for one in said:
            before = self.said.get(one.job_id)
            snapshot = one.snapshot or (before.snapshot if before else None)
            self.said[one.job_id] = replace(one, snapshot=snapshot)

    async def get(self, job_id: str) -> KeptProgress | None:
        return self.said.get(job_id)


class Away(Kept):
    """The store does not answer."""

    async def keep(self, rows: Sequence[KeptProgress]) -> None:
        raise StoreUnavailable("away")


class NoHistory(RunHistory):
    """Nothing is known of earlier runs."""

    def __init__(self) -> None:
        pass

    async def recall(self, job: Job) -> Known:
        return Known()


def always_fresh() -> int:
    return 0


async def a_tracker(*readings: Reading, clock: Clock = now_ms) -> tuple[Tracker, Job, ScriptedEngine]:
    """A tracker that follows one running job."""
    job = replace(a_job(), state=JobState.RUNNING, started_at=1)
    engine = ScriptedEngine({job.request.sql: Script(readings=list(readings))})
    host = ScriptedHost(engine)
    await host.ready()
    await engine.prepare(Execution(job.job_id, "s", job.request.sql, "", "default"))
    tracker = Tracker(host, Kept(), NoHistory(), clock)
    tracker.watch(job)
    return tracker, job, engine


async def test_one_read_serves_fifty_callers() -> None:
    gate = asyncio.Event()
    tracker, job, engine = await a_tracker(gate, reading((1, 4)))
    asked = [asyncio.create_task(tracker.progress(job)) for _ in range(50)]
    await until(lambda: engine.reads == 1)
    gate.set()
    answers = await asyncio.gather(*asked)
    assert (engine.reads, tracker.reads) == (1, 1)
    assert {answer.progress.fraction for answer in answers} == {0.25}
    assert len({id(answer) for answer in answers}) == 1
    await tracker.close()


async def test_a_fresh_answer_is_given_at_once_and_is_the_same_object() -> None:
    tracker, job, _ = await a_tracker(reading((1, 4)), asyncio.Event())
    first = await tracker.progress(job)
    began = time.monotonic()
    for _ in range(1_000):
        assert await tracker.progress(job) is first
    assert time.monotonic() - began < 0.5
    moved = replace(job, state=JobState.CANCELLING)
    assert (await tracker.progress(moved)).job is moved
    await tracker.close()


async def test_a_job_that_nobody_asks_about_is_read_seldom_and_who_asks_has_it_read_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tracker_module, "READ_UNASKED_SECONDS", (60.0, 60.0))
    later = 0
    tracker, job, engine = await a_tracker(
        reading((1, 4)), reading((2, 4)), reading((3, 4)), clock=lambda: now_ms() + later
    )
    await until(lambda: engine.reads == 1)
    later = 1_500
    assert (await tracker.progress(job)).progress.fraction == 0.5
    await until(lambda: engine.reads == 3)  # and again, as long as somebody looks
    await tracker.close()


async def test_monitoring_that_hangs_is_said_within_a_second_and_recovers() -> None:
    gate = asyncio.Event()
    tracker, job, _ = await a_tracker(reading((1, 4), at=LONG_AGO), gate, reading((2, 4)))

    async def ask() -> float:
        began = time.monotonic()
        with pytest.raises(ProgressUnavailable):
            await tracker.progress(job)
        return time.monotonic() - began

    await until(lambda: tracker.reads == 2)
    waits = await asyncio.gather(*(ask() for _ in range(50)))
    assert max(waits) < 1.0
    gate.set()
    assert (await tracker.progress(job)).progress.fraction == 0.5
    await tracker.close()


async def test_a_pause_of_sparks_is_bridged_by_what_it_said_a_moment_ago() -> None:
    tracker, job, _ = await a_tracker(reading((1, 4), at=now_ms() - 1_500), asyncio.Event())
    await until(lambda: tracker.reads == 2)
    began = time.monotonic()
    assert (await tracker.progress(job)).progress.fraction == 0.25
    assert time.monotonic() - began < 1.0
    await tracker.close()


async def test_monitoring_that_refuses_is_unavailable_and_recovers() -> None:
    tracker, job, _ = await a_tracker(
        ProgressUnavailable("too old"), ProgressUnavailable("too old"), reading((3, 4))
    )
    assert (await tracker.progress(job)).progress.fraction == 0.75
    await tracker.close()


async def test_a_running_job_that_nobody_follows_here_is_unavailable() -> None:
    tracker = Tracker(ScriptedHost(ScriptedEngine()), Kept(), NoHistory(), now_ms)
    with pytest.raises(ProgressUnavailable):
        await tracker.progress(replace(a_job(), state=JobState.RUNNING))


async def test_the_contracts_number_follows_the_rules_through_a_jobs_life() -> None:
    seen: list[tuple[float | None, int | None, int]] = []
    course = [
        reading(),
        reading((0, 8)),
        reading((2, 8)),
        reading((8, 8)),  # between two subjobs
        reading((8, 8), (1, 4)),
        reading((8, 8), (4, 4)),
    ]
    tracker, running, engine = await a_tracker(course[0], clock=always_fresh)
    for state in (JobState.QUEUED, JobState.LAUNCHING):
        answer = await tracker.progress(replace(running, state=state))
        assert (answer.progress.fraction, answer.progress.subjobs, answer.estimate.fraction) == (0, (), 0.0)
    for snapshot in course:
        engine.scripts[running.request.sql].readings[:] = [snapshot]
        answer = await until(lambda wanted=snapshot: _with(tracker, running, wanted))
        progress = answer.progress
        # Between two subjobs it is the whole job's number.
        number = None if progress.sub_job_id is None and progress.subjobs else progress.fraction
        assert number is not None or progress.fraction == answer.estimate.fraction
        seen.append((number, progress.sub_job_id, len(progress.subjobs)))
    assert seen == [(0, None, 0), (0, 0, 1), (0.25, 0, 1), (None, None, 1), (0.25, 1, 2), (None, None, 2)]
    for state in (JobState.FINISHED, JobState.FAILED, JobState.CANCELLED):
        answer = await tracker.progress(replace(running, state=state))
        assert answer.progress.fraction == 1
        assert isinstance(answer.progress.fraction, int)
        assert (answer.progress.sub_job_id, answer.progress.subjobs) == (None, ())
    await tracker.close()


async def _with(tracker: Tracker, job: Job, snapshot: Snapshot) -> JobProgress | None:
    answer = await tracker.progress(job)
    return answer if answer.snapshot is snapshot else None


@pytest.mark.parametrize("state", [JobState.FAILED, JobState.CANCELLED])
async def test_a_job_that_ended_early_keeps_the_number_that_was_said(state: JobState) -> None:
    tracker, job, _ = await a_tracker(reading((6, 8)))
    said = (await tracker.progress(job)).estimate.fraction
    ended = replace(job, state=state, ended_at=1)
    await tracker.unwatch(job.job_id)
    answer = await tracker.progress(ended)
    assert (said <= answer.estimate.fraction < 1, answer.progress.fraction) == (True, 1)
    assert (await tracker.progress(replace(job, state=JobState.FINISHED))).estimate.fraction == 1.0
    await tracker.close()


async def test_the_next_process_says_no_less_and_keeps_the_last_words_of_spark() -> None:
    tracker, job, engine = await a_tracker(reading((6, 8)), reading((7, 8)))
    said = (await tracker.progress(job)).estimate.fraction
    last = await tracker.unwatch(job.job_id)
    await tracker.close()
    after = Tracker(tracker.host, tracker.store, NoHistory(), now_ms)
    kept = await tracker.store.get(job.job_id)
    assert (kept and kept.snapshot) == last
    engine.scripts[job.request.sql].readings[:] = [reading((1, 8))]
    await engine.prepare(Execution(job.job_id, "s", job.request.sql, "", "default"))
    after.watch(job, again=True)
    assert (await after.progress(job)).estimate.fraction >= said
    await after.close()


async def test_a_second_attempt_that_is_asked_for_before_its_first_read_says_no_less() -> None:
    tracker, job, _ = await a_tracker(reading((1, 8)))
    await tracker.close()
    await tracker.store.keep([KeptProgress(job.job_id, 0.7)])
    again = Tracker(tracker.host, tracker.store, NoHistory(), now_ms)
    again.watch(job, again=True)
    # Who asks has read the job a moment ago, when it was about to run.
    before = await again.progress(replace(job, state=JobState.LAUNCHING, attempt=2))
    assert before.estimate.fraction == 0.7
    assert (await again.progress(job)).estimate.fraction >= 0.7
    await again.close()


class SlowHistory(NoHistory):
    """A store that takes its time with the first question."""

    def __init__(self) -> None:
        self.asked = 0
        self.gate = asyncio.Event()

    async def recall(self, job: Job) -> Known:
        self.asked += 1
        if self.asked == 1:
            await self.gate.wait()
        return Known()


async def test_a_job_that_comes_while_another_is_looked_up_is_read_the_next_time() -> None:
    tracker, job, engine = await a_tracker(reading((2, 8)))
    await tracker.close()
    tracker.history = history = SlowHistory()
    other = replace(job, job_id="00000000-0000-4000-8000-00000000000b")
    await engine.prepare(Execution(other.job_id, "s", other.request.sql, "", "default"))
    tracker.watch(job)
    await until(lambda: history.asked)
    tracker.watch(other)
    history.gate.set()
    for each in (job, other):
        assert (await tracker.progress(each)).estimate.fraction > 0
    await tracker.close()


class Slow(Kept):
    """The store takes its time with each write."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.begun = 0

    async def keep(self, said: Sequence[KeptProgress]) -> None:
        self.begun += 1
        await self.gate.wait()
        await super().keep(said)


async def test_the_last_word_of_spark_is_kept_also_while_the_store_is_slow() -> None:
    tracker, job, _ = await a_tracker(reading((6, 8)), reading((8, 8)))
    tracker.store = store = Slow()
    await until(lambda: store.begun)
    last = await tracker.unwatch(job.job_id)
    asked = asyncio.create_task(tracker.progress(replace(job, state=JobState.FINISHED)))
    store.gate.set()
    assert (await asked).snapshot == last
    await tracker.close()
    kept = await store.get(job.job_id)
    assert (kept and kept.snapshot) == last


async def test_what_cannot_be_kept_is_not_said() -> None:
    tracker, job, _ = await a_tracker(reading((2, 8)), reading((7, 8)))
    tracker.store = Away()
    kept = await tracker.progress(job)
    before = tracker.reads
    await until(lambda: tracker.reads > before + 2)
    assert (await tracker.progress(job)).estimate.fraction == kept.estimate.fraction == 0
    await tracker.close()


async def test_an_ended_job_shows_its_last_figures_and_its_curve() -> None:
    tracker, job, _ = await a_tracker(reading((6, 8)), reading((8, 8)))
    await tracker.progress(job)
    last = await tracker.unwatch(job.job_id)
    await tracker.close()
    later = Tracker(tracker.host, tracker.store, NoHistory(), now_ms)
    answer = await later.progress(replace(job, state=JobState.FINISHED, ended_at=2))
    assert answer.snapshot == last
    assert answer.progress.subjobs == ()  # the contract shows none
    assert answer.curve
    assert answer.phase is Phase.DONE


async def test_another_replica_answers_from_what_is_kept_while_that_is_young() -> None:
    tracker, job, _ = await a_tracker(reading((6, 8)))
    tracker.keep_snapshots = True
    said = await tracker.progress(job)
    other = Tracker(tracker.host, tracker.store, NoHistory(), now_ms)
    heard = await other.progress(job)
    assert (heard.progress, heard.snapshot) == (said.progress, said.snapshot)
    assert heard.estimate.fraction >= said.estimate.fraction
    later = Tracker(tracker.host, tracker.store, NoHistory(), lambda: now_ms() + 60_000)
    with pytest.raises(ProgressUnavailable):
        await later.progress(job)
    await tracker.close()


async def test_nothing_is_read_when_no_job_runs() -> None:
    tracker, job, engine = await a_tracker(reading((1, 4)))
    await tracker.progress(job)
    await tracker.unwatch(job.job_id)
    await until(lambda: tracker._loop is not None and tracker._loop.done())
    reads = engine.reads
    assert reads >= 2  # one more at the end, for the final figures
    tracker.watch(job)
    await until(lambda: engine.reads > reads)
    await tracker.close()


async def test_the_last_snapshot_is_taken_after_the_end() -> None:
    gate = asyncio.Event()
    tracker, job, engine = await a_tracker(gate, reading((1, 4)), reading((4, 4)))
    await until(lambda: engine.reads == 1)
    last = asyncio.create_task(tracker.unwatch(job.job_id))
    await asyncio.sleep(0.01)
    assert engine.forgotten == []  # the read under way still speaks of the job
    gate.set()
    snapshot = await last
    assert snapshot is not None
    assert snapshot.subjobs[0].num_completed_tasks == 4
    assert engine.forgotten == [job.job_id]
    await tracker.close()


async def test_the_last_figures_of_a_plan_are_waited_for_also_when_a_read_fails() -> None:
    awaited, whole = (
        replace(reading((4, 4)), plans=(Plan(1, is_running=False, is_awaited=is_awaited),))
        for is_awaited in (True, False)
    )
    failing = ProgressUnavailable("Spark's monitoring does not answer in time")
    tracker, job, engine = await a_tracker(reading((1, 4)), awaited, failing, awaited, whole)
    await until(lambda: engine.reads == 1)
    snapshot = await tracker.unwatch(job.job_id)
    assert snapshot is not None
    assert [plan.is_awaited for plan in snapshot.plans] == [False]
    await tracker.close()


async def test_figures_that_never_come_are_not_waited_for_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracker_module, "LAST_FIGURES_MS", 300)
    awaited = replace(reading((4, 4)), plans=(Plan(1, is_awaited=True),))
    tracker, job, _ = await a_tracker(*[awaited] * 50)
    snapshot = await tracker.unwatch(job.job_id)
    assert snapshot is not None
    assert snapshot.plans[0].is_awaited
    await tracker.close()


async def test_many_ends_share_the_last_read() -> None:
    tracker, job, engine = await a_tracker(reading((4, 4)))
    others = [a_job() for _ in range(49)]
    for other in others:
        tracker.watch(other)
    await tracker.progress(job)
    ids = [each.job_id for each in (job, *others)]
    before = engine.reads
    await asyncio.gather(*(tracker.unwatch(job_id) for job_id in ids))
    assert engine.reads - before <= 2
    assert sorted(engine.forgotten) == sorted(ids)
    await tracker.close()


async def test_an_engine_that_is_gone_leaves_what_was_seen() -> None:
    tracker, job, _ = await a_tracker(reading((1, 4)))
    seen = await tracker.progress(job)
    await tracker.host.stop()
    assert await tracker.unwatch(job.job_id) is seen.snapshot
    await tracker.close()


async def test_who_waits_for_the_last_read_is_not_left_waiting_by_a_stop() -> None:
    tracker, job, engine = await a_tracker(asyncio.Event())
    await until(lambda: engine.reads == 1)
    last = asyncio.create_task(tracker.unwatch(job.job_id))
    await asyncio.sleep(0)
    await tracker.close()
    assert await last is None


async def test_the_readers_log_lines_are_not_those_of_the_first_job(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, object]] = []
    host = ScriptedHost(ScriptedEngine())
    find = host.find

    async def look() -> ScriptedEngine | None:
        seen.append(get_contextvars())
        return await find()

    monkeypatch.setattr(host, "find", look)
    tracker = Tracker(host, Kept(), NoHistory(), now_ms)
    with bound_contextvars(job_id="the first"):
        tracker.watch(a_job())
        await until(lambda: seen)
    assert seen[0] == {}
    await tracker.close()


counts = st.integers(1, 9).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(counts, max_size=4), min_size=1, max_size=12))
def test_the_whole_jobs_number_never_falls_and_stays_below_one(course: list[list[tuple[int, int]]]) -> None:
    async def follow() -> list[float]:
        snapshots = [reading(*subjobs) for subjobs in course]
        tracker, job, engine = await a_tracker(snapshots[0], clock=always_fresh)
        said = []
        for snapshot in snapshots:
            engine.scripts[job.request.sql].readings[:] = [snapshot]
            tracker._wake.set()
            answer = await until(lambda wanted=snapshot: _with(tracker, job, wanted))
            said.append(answer.estimate.fraction)
        await tracker.unwatch(job.job_id)
        said.append((await tracker.progress(replace(job, state=JobState.FAILED))).estimate.fraction)
        await tracker.close()
        return said

    said = asyncio.run(follow())
    assert said == sorted(said)
    assert all(0 <= number < 1 for number in said)
