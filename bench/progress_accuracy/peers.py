"""The formulas others use, on the same snapshots. Sources: their own code, as named at each.

Each takes what was seen so far and gives a number of 0…1; some of them fall, or say 1 too early.
"""

from collections.abc import Callable, Mapping

from bench.progress_accuracy.trace import Sight
from headway.jobs.subjob import Snapshot, Stage, Subjob

Formula = Callable[[Snapshot], float]


def contract(snapshot: Snapshot) -> float:
    """DLI: completed tasks over tasks of the Spark job that runs (contract 1.3)."""
    running = next((each for each in snapshot.subjobs if each.is_running), None)
    return _ratio(running.num_completed_tasks or 0, running.num_tasks or 0) if running else 0.0


def kyuubi(snapshot: Snapshot) -> float:
    """Kyuubi, SparkProgressMonitor.scala: skipped stages count as done; no task at all is 1."""
    stages = _stages_of(snapshot, snapshot.subjobs)
    done = sum(
        stage.num_tasks if stage.status == "SKIPPED" else min(stage.num_complete_tasks, stage.num_tasks)
        for stage in stages
    )
    total = sum(stage.num_tasks for stage in stages)
    return done / total if total else 1.0


def livy(snapshot: Snapshot) -> float:
    """Livy, Session.scala progressOfStatement, and Spark Connect's own client: a plain sum over stages."""
    stages = _stages_of(snapshot, snapshot.subjobs)
    return _ratio(sum(each.num_complete_tasks for each in stages), sum(each.num_tasks for each in stages))


def job_sum(snapshot: Snapshot) -> float:
    """Spark's own pages: completed over tasks without the skipped ones, summed over the jobs so far."""
    done = sum(each.num_completed_tasks or 0 for each in snapshot.subjobs)
    total = sum((each.num_tasks or 0) - (each.num_skipped_tasks or 0) for each in snapshot.subjobs)
    return _ratio(done, total)


def half(_: Snapshot) -> float:
    """A bar that stands still in the middle."""
    return 0.5


PEERS: Mapping[str, Formula] = {
    "contract (DLI)": contract,
    "Kyuubi": kyuubi,
    "Livy, Spark Connect": livy,
    "sum over Spark jobs": job_sum,
    "constant 0.5": half,
}
CLAMPED = "Livy, clamped (Linkis)"
LAST_DURATION = "elapsed / last duration"


def clamped(sights: tuple[Sight, ...]) -> list[float]:
    """Linkis: Livy's number, kept from falling and below 0.99."""
    said, numbers = 0.0, []
    for sight in sights:
        said = max(said, min(0.99, livy(sight.snapshot)))
        numbers.append(said)
    return numbers


def _stages_of(snapshot: Snapshot, subjobs: tuple[Subjob, ...]) -> list[Stage]:
    ids = {stage_id for subjob in subjobs for stage_id in subjob.stage_ids or ()}
    return [snapshot.stages[each] for each in sorted(ids) if each in snapshot.stages]


def _ratio(done: int, total: int) -> float:
    return min(1.0, done / total) if total > 0 else 0.0
