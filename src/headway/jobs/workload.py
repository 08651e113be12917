"""What is left to do of the stages that Spark has told of, in milliseconds of task time."""

from collections.abc import Iterator
from dataclasses import dataclass

from headway.jobs.segments import is_adaptive
from headway.jobs.subjob import Snapshot, Stage, Subjob

OPEN = frozenset({"ACTIVE", "PENDING"})
_ENDED = frozenset({"COMPLETE", "FAILED"})


@dataclass(frozen=True, slots=True)
class StageWork:
    """One stage that does work: skipped ones are left out, partitions are counted once."""

    stage: Stage
    tasks: int
    done: int
    elapsed_ms: tuple[int, ...] = ()  # of the tasks that run, as far as they are known
    running: int = 0

    @property
    def is_open(self) -> bool:
        """Whether something of it is left to do."""
        return self.stage.status in OPEN

    @property
    def mean_ms(self) -> float | None:
        """How long its tasks took that have ended."""
        if self.stage.num_complete_tasks <= 0:
            return None
        return self.stage.run_time_ms / self.stage.num_complete_tasks


def works(snapshot: Snapshot) -> tuple[StageWork, ...]:
    """Give the stages that do work, in order of id."""
    adaptive = {
        subjob_id: is_adaptive(plan) for plan in snapshot.plans for subjob_id in plan.subjob_ids if plan.trees
    }
    found: dict[int, StageWork] = {}
    for subjob in snapshot.subjobs:
        for stage in _working(subjob, snapshot, adaptive=adaptive.get(subjob.id, True)):
            found[stage.stage_id] = _work(stage, snapshot.taken_at)
    return tuple(found[each] for each in sorted(found))


def _working(subjob: Subjob, snapshot: Snapshot, *, adaptive: bool) -> Iterator[Stage]:
    ids = sorted(each for each in subjob.stage_ids or () if each in snapshot.stages)
    for stage_id in ids:
        stage = snapshot.stages[stage_id]
        if stage.status == "PENDING":
            # Adaptive execution runs one stage a subjob, its last: those before it were run by earlier ones.
            if subjob.is_running and (not adaptive or stage_id == ids[-1]):
                yield stage
        elif stage.status == "ACTIVE" or stage.status in _ENDED:
            yield stage


def _work(stage: Stage, now: int) -> StageWork:
    tasks = max(1, stage.num_tasks)
    done = min(tasks, max(stage.num_completed_indices, 0) or min(tasks, stage.num_complete_tasks))
    if stage.status == "COMPLETE":
        done = tasks
    # The list of tasks may be older than the counts, and of a young stage there is none.
    running = min(stage.num_active_tasks, tasks - done) if stage.status == "ACTIVE" else 0
    elapsed = tuple(max(0, now - task.launched_at) for task in stage.running)[:running]
    if done == 0 and stage.first_task_time is not None:
        elapsed += (max(0, now - stage.first_task_time),) * (running - len(elapsed))
    return StageWork(stage, tasks, done, elapsed, running)
