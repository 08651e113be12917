"""What is read beside subjobs and stages: plans, running tasks, cores. Progress is coarser without it."""

import asyncio
import time
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

from headway.engine.monitor_client import MonitorClient
from headway.engine.plan_page import Trees
from headway.jobs.errors import ProgressUnavailable
from headway.jobs.plan import Plan
from headway.jobs.subjob import Capacity, RunningTask, Stage, Subjob

WAIT_SECONDS = 0.25  # a read waits so long for it, and goes on with what there is
AGAIN_SECONDS = 0.9  # tasks are listed and cores counted no more often
CALM_SECONDS = 5.0  # and no less often: cores only then, while as many tasks as before have one
# A plan's page costs Spark some milliseconds: it is read again after so many times as long as it took.
PAGE_PAUSES = 25
PAGE_AGAIN_SECONDS = (0.4, 5.0)
# The longer a plan has been known and a stage has run, the calmer: a share of that time.
AGAIN_SHARE = 0.2
MOVED_SHARE = 0.4  # of the pause, when subjobs or stages began or ended: the plan may be another
LOOK_AHEAD = (2, 8)  # executions asked for at once: at first, and when nothing was found again and again
UNCLAIMED_KEPT = 64  # executions without a subjob that are looked at again
TRIES = 20
PLANS_READ = 4  # pages asked for in one read
STAGES_READ = 6  # stages whose tasks are listed
TASKS_READ = 32  # tasks of a stage that are listed
YOUNG_SECONDS = 1.0  # the tasks of a stage that began just now tell nothing yet


# By job: its subjobs, and the newest attempt of each stage.
Groups = Mapping[str, tuple[Collection[Subjob], Collection[Stage]]]


@dataclass(slots=True)
class _Execution:
    """One SQL execution of a job; its trees are read again and again, for the last time when it has ended."""

    plan: Plan
    known_at: float = field(default_factory=time.monotonic)
    again_at: float = 0.0
    moved_at: float = 0.0  # when subjobs or stages began or ended, it is read so soon
    is_final: bool = False


@dataclass(slots=True)
class _Known:
    """What is known of one job beside its subjobs and stages."""

    executions: dict[int, _Execution] = field(default_factory=dict)
    seen: frozenset[tuple[int, str | None]] = frozenset()  # subjobs and stages at the last read of the plans
    tries: int = 0  # reads in which nothing moved and a subjob was without an execution
    sure: bool = False  # read once more since: Spark tells of a new plan a moment after it began on it

    def may_have_ended(self, subjobs: Collection[Subjob]) -> bool:
        """Whether an execution runs of which no subjob does."""
        at_work = any(subjob.is_running for subjob in subjobs)
        return not at_work and any(one.plan.is_running for one in self.executions.values())

    def is_without_execution(self, subjobs: Collection[Subjob]) -> bool:
        """Whether a subjob belongs to no execution that is known."""
        placed = {each for one in self.executions.values() for each in one.plan.subjob_ids}
        return any(subjob.id not in placed for subjob in subjobs)


class Details:
    """Plans, running tasks and cores of the jobs that the monitor watches."""

    def __init__(self, client: MonitorClient) -> None:
        self._client = client
        self._known: dict[str, _Known] = {}
        self._next: int | None = None  # the first execution id not seen; None: nothing was read so far
        self._ahead = LOOK_AHEAD[0]
        self._unclaimed: set[int] = set()  # executions without a subjob so far
        self._tasks: dict[int, tuple[RunningTask, ...]] = {}
        self._capacity: Capacity | None = None
        self._tasks_again: dict[int, float] = {}  # by stage
        self._capacity_at = 0.0
        self._capacity_tasks = 0  # of the watched jobs, that ran then
        self._reading: asyncio.Task[None] | None = None

    @property
    def capacity(self) -> Capacity | None:
        """What the engine has to work with, as last seen."""
        return self._capacity

    def plans(self, job_id: str) -> tuple[Plan, ...]:
        """Give a job's executions as last seen."""
        known = self._known.get(job_id)
        if known is None:
            return ()
        executions = (one for _, one in sorted(known.executions.items()))
        return tuple(replace(one.plan, is_awaited=not one.is_final) for one in executions)

    def tasks(self, stage_id: int) -> tuple[RunningTask, ...]:
        """Give the tasks of a stage that ran when they were last listed."""
        return self._tasks.get(stage_id, ())

    def forget(self, job_id: str) -> None:
        """Drop all that is known of a job."""
        self._known.pop(job_id, None)

    async def read(self, groups: Groups) -> None:
        """Bring up to date what has changed; what Spark does not tell soon comes with a later read."""
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._update(dict(groups)))
        await asyncio.wait((self._reading,), timeout=WAIT_SECONDS)

    async def close(self) -> None:
        """Stop reading."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.wait((self._reading,))

    async def _update(self, groups: Groups) -> None:
        with suppress(ProgressUnavailable):
            await asyncio.gather(self._read_plans(groups), self._read_load(groups))

    async def _read_load(self, groups: Groups) -> None:
        await asyncio.gather(self._read_capacity(groups), self._read_tasks(groups))

    async def _read_capacity(self, groups: Groups) -> None:
        running = (subjob for subjobs, _ in groups.values() for subjob in subjobs if subjob.is_running)
        tasks = [subjob.num_active_tasks or 0 for subjob in running]
        is_calm = sum(tasks) == self._capacity_tasks and all(tasks)
        now = time.monotonic()
        if now - self._capacity_at >= (CALM_SECONDS if is_calm else AGAIN_SECONDS):
            self._capacity = await self._client.capacity()
            self._capacity_at, self._capacity_tasks = now, sum(tasks)

    async def _read_tasks(self, groups: Groups) -> None:
        now, now_at = time.monotonic(), now_ms()
        stages = (stage for _, found in groups.values() for stage in found if stage.status == "ACTIVE")
        ages = [(stage, (now_at - (stage.submission_time or now_at)) / 1000) for stage in stages]
        active = {stage.stage_id: (stage, age) for stage, age in ages if age > YOUNG_SECONDS}
        self._tasks = {each: tasks for each, tasks in self._tasks.items() if each in active}
        self._tasks_again = {each: at for each, at in self._tasks_again.items() if each in active}
        due = [active[each] for each in sorted(active) if now >= self._tasks_again.get(each, 0.0)]
        due = due[:STAGES_READ]
        for stage, age in due:
            pause = min(CALM_SECONDS, max(AGAIN_SECONDS, AGAIN_SHARE * age))
            self._tasks_again[stage.stage_id] = now + pause
        listed = await asyncio.gather(*(self._client.running_tasks(stage, TASKS_READ) for stage, _ in due))
        self._tasks |= {stage.stage_id: tasks for (stage, _), tasks in zip(due, listed, strict=True)}

    async def _read_plans(self, groups: Groups) -> None:
        stale: set[int] = set()
        moved: dict[str, frozenset[tuple[int, str | None]]] = {}
        homeless = False
        for job_id, (subjobs, stages) in groups.items():
            known = self._known.setdefault(job_id, _Known())
            seen = _moves(subjobs, stages)
            alone = known.is_without_execution(subjobs)
            known.tries = 0 if seen != known.seen or not alone else known.tries + 1
            if known.tries == TRIES // 2:
                self._next = None  # it may lie beyond ids that Spark does not tell of any more: listed anew
            # Spark may tell of an execution's subjobs late, and of its end; some subjobs belong to none.
            is_calm = seen == known.seen and known.sure and not known.may_have_ended(subjobs)
            if is_calm and not 0 < known.tries < TRIES:
                continue
            moved[job_id] = seen
            homeless = homeless or alone
            stale |= {each for each, one in known.executions.items() if one.plan.is_running}
        if homeless or stale:
            self._take(await self._client.plans(stale | (self._unclaimed if homeless else set())), groups)
        if homeless and self._are_alone({job_id: groups[job_id] for job_id in moved}):
            self._take(await self._new_ones(), groups)
        await self._read_trees(moved.keys())
        for job_id, seen in moved.items():
            # It may have been forgotten meanwhile.
            if (left := self._known.get(job_id)) is not None:
                left.sure = left.seen == seen
                left.seen = seen

    def _are_alone(self, groups: Groups) -> bool:
        # Some may have been forgotten meanwhile.
        left = {job_id: group for job_id, group in groups.items() if job_id in self._known}
        return any(self._known[job_id].is_without_execution(subjobs) for job_id, (subjobs, _) in left.items())

    async def _read_trees(self, moved: Collection[str]) -> None:
        now = time.monotonic()
        due = [
            one
            for job_id, known in self._known.items()
            for one in known.executions.values()
            if not one.is_final
            and (not one.plan.is_running or now >= (one.moved_at if job_id in moved else one.again_at))
        ]
        due = sorted(due, key=lambda one: one.again_at)[:PLANS_READ]
        await asyncio.gather(*(self._read_tree(one) for one in due))

    async def _read_tree(self, one: _Execution) -> None:
        began, was_running = time.monotonic(), one.plan.is_running
        trees, told_at = await self._client.trees(one.plan.execution_id), now_ms()
        now = time.monotonic()
        least, most = PAGE_AGAIN_SECONDS
        pause = min(most, max(least, PAGE_PAUSES * (now - began), AGAIN_SHARE * (now - one.known_at)))
        one.again_at, one.moved_at = now + pause, now + MOVED_SHARE * pause
        one.is_final = not was_running
        # For a moment Spark's page may show a new plan beside the figures of the one before: none fits.
        if trees and (one.is_final or _has_figures(trees) or not _has_figures(one.plan.trees)):
            one.plan = replace(one.plan, trees=trees, told_at=told_at)

    async def _new_ones(self) -> dict[int, Plan]:
        least, most = LOOK_AHEAD
        found: dict[int, Plan] = {}
        if self._next is None:
            listed = await self._client.executions_listed()
            at_work = sorted(each for each, plan in listed.items() if plan.is_running or plan.subjob_ids)
            # Remembered before they are read: a read that fails is done again.
            self._unclaimed |= set(at_work[-most:])
            self._next = max(listed, default=-1) + 1
            found = await self._client.plans(self._unclaimed)
        while True:
            new = await self._client.plans(range(self._next, self._next + self._ahead))
            if not new:
                # Some ids are never used: look further the next time.
                self._ahead = least if found else min(most, 2 * self._ahead)
                return found
            found |= new
            self._unclaimed |= new.keys()
            self._next = max(new) + 1

    def _take(self, found: Mapping[int, Plan], groups: Groups) -> None:
        owner = {subjob.id: job_id for job_id, (subjobs, _) in groups.items() for subjob in subjobs}
        for execution_id, plan in found.items():
            job_id = _owner(plan.subjob_ids, owner) or self._holder(execution_id)
            if job_id is None and plan.is_running and not plan.subjob_ids:
                self._unclaimed.add(execution_id)
                continue
            self._unclaimed.discard(execution_id)
            if (known := self._known.get(job_id or "")) is not None:
                one = known.executions.setdefault(execution_id, _Execution(plan))
                one.plan = replace(plan, trees=one.plan.trees, told_at=one.plan.told_at)
        if len(self._unclaimed) > UNCLAIMED_KEPT:
            self._unclaimed = set(sorted(self._unclaimed)[-UNCLAIMED_KEPT:])

    def _holder(self, execution_id: int) -> str | None:
        return next(
            (job_id for job_id, known in self._known.items() if execution_id in known.executions), None
        )


def now_ms() -> int:
    """Give the time as Spark does, epoch milliseconds."""
    return time.time_ns() // 1_000_000


def _owner(subjob_ids: Iterable[int], owner: Mapping[int, str]) -> str | None:
    return next((owner[each] for each in subjob_ids if each in owner), None)


def _has_figures(trees: Trees) -> bool:
    return any(node.metrics for tree in trees[:1] for node in tree)


def _moves(subjobs: Collection[Subjob], stages: Collection[Stage]) -> frozenset[tuple[int, str | None]]:
    """What a change of the plan shows in: subjobs and stages that began or ended."""
    return frozenset(
        [(subjob.id, subjob.status) for subjob in subjobs]
        + [(-1 - stage.stage_id, stage.status) for stage in stages]
    )
