"""What Spark did and does for jobs: follows the monitoring with as few requests as its ids allow."""

import asyncio
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from headway.engine.monitor_client import MonitorClient
from headway.engine.monitor_details import Details
from headway.engine.monitor_fields import ENDED_JOB, is_final
from headway.jobs.errors import ProgressUnavailable
from headway.jobs.subjob import Snapshot, Stage, Subjob

READ_SECONDS = 0.9  # a whole read; who asks for progress waits a second at most
LOOK_AHEAD = 2
READ_SINGLY = 32  # more ids than this, and the whole list is cheaper
HOLE_SECONDS = 5.0
# A stage's figures move when its tasks begin and end, which its subjob shows, if not to the moment. And by
# what executors report.
SETTLED_SECONDS = 0.6
STAGES_AGAIN_SECONDS = 2.0


@dataclass(slots=True)
class _Group:
    """What is known of one job: its subjobs and their stages' attempts, by id."""

    subjobs: dict[int, Subjob] = field(default_factory=dict)
    stages: dict[int, tuple[Stage, ...]] = field(default_factory=dict)

    def stage_ids(self, *, running: bool = False) -> set[int]:
        """Stages of all subjobs, or of the running ones."""
        subjobs = (subjob for subjob in self.subjobs.values() if subjob.is_running or not running)
        return {stage_id for subjob in subjobs for stage_id in subjob.stage_ids or ()}

    def last_attempts(self) -> dict[int, Stage]:
        """The newest attempt of each stage, in order of id."""
        return {stage_id: attempts[-1] for stage_id, attempts in sorted(self.stages.items()) if attempts}

    def parts(self) -> tuple[Collection[Subjob], Collection[Stage]]:
        """Subjobs, and the newest attempt of each stage."""
        return self.subjobs.values(), self.last_attempts().values()

    def unsure_ids(self) -> set[int]:
        """Stages that were not yet seen, or that may still change."""
        return {i for i in self.stage_ids() if i not in self.stages or not is_final(self.stages[i])}


class Monitor:
    """Snapshots of watched jobs. Spark's job ids are dense, so each ended one is read exactly once.

    Of other people's work on the engine nothing is kept but the ids that still run.
    """

    def __init__(self, client: MonitorClient, seconds: float = READ_SECONDS) -> None:
        self._client = client
        self._details = Details(client)
        self._seconds = seconds
        self._reading = asyncio.Lock()
        self._listing: asyncio.Task[None] | None = None
        self._groups: dict[str, _Group] = {}
        self._next: int | None = None  # the first id not yet seen; None: nothing was read so far
        self._at_work: tuple[Subjob, ...] = ()  # the running subjobs when they last moved
        self._moved_at = self._stages_at = 0.0
        self._open: set[int] = set()  # seen ids that had not ended
        self._holes: dict[int, float] = {}  # ids passed over because Spark did not know them (yet) -> since

    async def close(self) -> None:
        """Stop reading and close the connections."""
        if self._listing is not None:
            self._listing.cancel()
            await asyncio.wait((self._listing,))
        await self._details.close()
        await self._client.close()

    def watch(self, job_id: str) -> None:
        """Follow a job from before its first subjob; spares the search for earlier ones."""
        self._groups.setdefault(job_id, _Group())

    def forget(self, job_id: str) -> None:
        """Drop all that is known of a job."""
        self._groups.pop(job_id, None)
        self._details.forget(job_id)

    async def snapshots(self, job_ids: Sequence[str]) -> Mapping[str, Snapshot]:
        """Read what Spark says now; a job without subjobs has an empty snapshot."""
        groups = await self._read(job_ids, every_attempt=False)
        taken_at = time.time_ns() // 1_000_000
        await self._details.read({job_id: group.parts() for job_id, group in groups.items()})
        return {job_id: self._snapshot(job_id, group, taken_at) for job_id, group in groups.items()}

    async def running_tasks(self, job_id: str) -> int:
        """Count the tasks still running, those of ended subjobs and earlier stage attempts included.

        A subjob that runs without a task yet counts as one: its tasks are to come.
        """
        group = (await self._read((job_id,), every_attempt=True))[job_id]
        attempts = (stage for stages in group.stages.values() for stage in stages)
        tasks = sum(stage.num_active_tasks for stage in attempts)
        return max(tasks, sum(subjob.is_running for subjob in group.subjobs.values()))

    async def kill(self, job_id: str) -> None:
        """Kill the subjobs that still run."""
        group = (await self._read((job_id,), every_attempt=False))[job_id]
        await self._client.kill(subjob.id for subjob in group.subjobs.values() if subjob.is_running)

    def _snapshot(self, job_id: str, group: _Group, taken_at: int) -> Snapshot:
        subjobs = tuple(group.subjobs[each] for each in sorted(group.subjobs))
        stages = group.last_attempts()
        for stage_id, stage in stages.items():
            if stage.status == "ACTIVE":
                stages[stage_id] = replace(stage, running=self._details.tasks(stage_id))
        return Snapshot(taken_at, subjobs, stages, self._details.plans(job_id), self._details.capacity)

    async def _read(self, job_ids: Sequence[str], *, every_attempt: bool) -> dict[str, _Group]:
        if not job_ids:
            return {}
        try:
            async with asyncio.timeout(self._seconds), self._reading:
                await self._read_jobs(job_ids, in_full=every_attempt)
                groups = {job_id: self._groups[job_id] for job_id in job_ids}
                if self._stages_may_have_moved(groups.values()) or every_attempt:
                    await self._read_stages(groups.values(), every_attempt=every_attempt)
                    self._stages_at = time.monotonic()
                return groups
        except TimeoutError:
            raise ProgressUnavailable("Spark's monitoring does not answer in time") from None

    async def _read_jobs(self, job_ids: Sequence[str], *, in_full: bool) -> None:
        while self._next is None or any(job_id not in self._groups for job_id in job_ids):
            # Subjobs of a job not watched from its start may have ended long ago: only the list has them.
            await self._whole_list(job_ids)
        running = {subjob.id: subjob for subjob in await self._client.jobs(running=True)}
        top = max((self._next, *(job_id + 1 for job_id in running)))
        passed = (self._open | set(range(self._next, top)) | set(self._holes)) - set(running)
        if len(passed) > READ_SINGLY:
            await self._whole_list(job_ids)
            return
        # While each job has a subjob at work: what came and went beside it is found when that one ends.
        calm = not in_full and self._all_at_work(job_ids, running)
        ahead = set() if calm else set(range(top, top + LOOK_AHEAD))
        found = await self._client.jobs_by_id(passed | ahead)
        while ahead and ahead <= found.keys():
            ahead = {job_id + LOOK_AHEAD for job_id in ahead}
            found |= await self._client.jobs_by_id(ahead)
        self._take(running | found, passed)

    def _all_at_work(self, job_ids: Sequence[str], running: Mapping[int, Subjob]) -> bool:
        at_work = {subjob.job_group for subjob in running.values()}
        return all(job_id in at_work for job_id in job_ids)

    async def _whole_list(self, job_ids: Sequence[str]) -> None:
        # It may be long: it goes on when this read is out of time, and the next one waits for it.
        if self._listing is None or self._listing.done():
            self._listing = asyncio.create_task(self._list(job_ids))
            self._listing.add_done_callback(lambda task: task.cancelled() or task.exception())
        await asyncio.shield(self._listing)

    async def _list(self, job_ids: Sequence[str]) -> None:
        seen = await self._client.jobs(running=False)
        for job_id in job_ids:
            self.watch(job_id)
        self._take_all(seen)

    def _take_all(self, seen: Iterable[Subjob]) -> None:
        known = {subjob.id: subjob for subjob in seen}
        gone = self._open - known.keys()
        self._holes.clear()
        self._take(known, gone)

    def _take(self, known: Mapping[int, Subjob], asked: Iterable[int]) -> None:
        """Remember what was read; ``asked`` are ids that Spark should know and may not."""
        now = time.monotonic()
        for job_id in set(asked) - known.keys():
            if job_id in self._open:
                self._open.discard(job_id)
                self._end_unseen(job_id)
            elif now - self._holes.setdefault(job_id, now) > HOLE_SECONDS:
                del self._holes[job_id]
        following = max((self._next or 0, *(job_id + 1 for job_id in known)))
        first_missing = following if self._next is None else max(self._next, following - READ_SINGLY)
        for job_id in range(first_missing, following):
            # Ids are given out before Spark tells of their jobs, and not always in the same order.
            if job_id not in known:
                self._holes.setdefault(job_id, now)
        self._next = following
        for subjob in known.values():
            self._holes.pop(subjob.id, None)
            if subjob.status in ENDED_JOB:
                self._open.discard(subjob.id)
            else:
                self._open.add(subjob.id)
            if (group := self._groups.get(subjob.job_group or "")) is not None:
                group.subjobs[subjob.id] = subjob

    def _end_unseen(self, job_id: int) -> None:
        """A subjob ended and Spark dropped it before it was read again: how it ended is not known."""
        for group in self._groups.values():
            if (subjob := group.subjobs.get(job_id)) is not None:
                group.subjobs[job_id] = replace(subjob, status="UNKNOWN", num_active_tasks=0)

    def _stages_may_have_moved(self, groups: Collection[_Group]) -> bool:
        now = time.monotonic()
        at_work = tuple(each for group in groups for each in group.subjobs.values() if each.is_running)
        if at_work != self._at_work:
            self._at_work, self._moved_at = at_work, now
        # The read before this one may have come before Spark had told all.
        is_settled = self._stages_at - self._moved_at > SETTLED_SECONDS
        if not is_settled or now - self._stages_at > STAGES_AGAIN_SECONDS:
            return True
        return any(group.unsure_ids() - group.stage_ids(running=True) for group in groups)

    async def _read_stages(self, groups: Collection[_Group], *, every_attempt: bool) -> None:
        running = {stage_id for group in groups for stage_id in group.stage_ids(running=True)}
        unsure = {stage_id for group in groups for stage_id in group.unsure_ids()}
        now: dict[int, tuple[Stage, ...]] = {}
        if running and not every_attempt:
            # One request for all that moves. A stage that ended is here again when it has to be repeated.
            for stage in await self._client.open_stages():
                if stage.stage_id in running | unsure:
                    now[stage.stage_id] = (*now.get(stage.stage_id, ()), stage)
        single = unsure | running if every_attempt else unsure - now.keys()
        now |= await self._client.stages_by_id(single)
        for stage_id in unsure - now.keys() - running:
            now[stage_id] = ()  # no longer retained
        for group in groups:
            group.stages |= {stage_id: now[stage_id] for stage_id in group.stage_ids() & now.keys()}
