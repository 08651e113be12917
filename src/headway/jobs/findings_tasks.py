"""Findings about a stage's tasks: some much longer than the others, many too short, some done again."""

from headway.jobs.amounts import noun_text, span_text, whole_seconds
from headway.jobs.finding import Finding, FindingKind, Severity
from headway.jobs.stage_load import StageLoad
from headway.jobs.subjob import RunningTask, Subjob

SKEW_TIMES = 5  # a task so many times as long as the others is skewed
SKEW_EARLY_TIMES = 2  # or so many times, when it has read SKEW_TIMES as much as they
SKEW_ENDED = (
    3  # tasks that must have ended, and half of the stage's: else nobody knows how long the others take
)
SKEW_SHARE = 0.5  # of what remains of the stage
SKEW_FEW = 0.05  # of the stage's tasks; when more are long, the short ones are the odd ones

TINY_MS = 20.0
TINY_TASKS = 200

# Why Spark kills tasks in good order; anything else is work that was lost.
_IN_ORDER = ("another attempt succeeded", "TaskCommitDenied", "Stage finished", "Stage cancelled")


def find_skew(load: StageLoad) -> Finding | None:
    """Find a few running tasks that hold most of what remains of their stage.

    How long they still need is not known: as long again as so far is the best guess.
    """
    stage, mean = load.stage, max(1.0, load.mean_ms)
    ended = stage.num_complete_tasks
    if not load.running or ended < SKEW_ENDED or 2 * ended < stage.num_tasks:
        return None
    usual = _usual_amount(load)
    slow = [
        (task, age)
        for task, age in load.running
        if age >= SKEW_TIMES * mean
        or (age >= SKEW_EARLY_TIMES * mean and usual and _amount(task) >= SKEW_TIMES * usual)
    ]
    if not slow or len(slow) > max(1, SKEW_FEW * stage.num_tasks):
        return None
    longest, age = max(slow, key=lambda each: each[1])
    held = sum(age for _, age in slow)
    pending = max(0, stage.num_tasks - stage.num_completed_indices - len(load.running))
    quick = sum(max(0.0, mean - age) for task, age in load.running if (task, age) not in slow)
    if held < SKEW_SHARE * (held + pending * mean + quick) or not load.is_long(age):
        return None
    age = whole_seconds(age)
    task_name = f"Task {longest.index}"
    who = task_name if len(slow) == 1 else f"{task_name}, the longest of {len(slow)} that hold the stage up,"
    text = (
        f"{who} of stage {stage.stage_id} has run for {span_text(age)}; "
        f"the {ended:,} that ended took {span_text(mean)} each. {_why_skewed(longest, usual)}"
    )
    figures = {
        "task_index": longest.index,
        "slow_tasks": len(slow),
        "age_ms": age,
        "mean_ms": round(mean),
        "ended_tasks": ended,
        "num_tasks": stage.num_tasks,
    }
    if usual:
        figures |= {"read_rows": _amount(longest), "mean_read_rows": round(usual)}
    return load.finding(FindingKind.SKEW, Severity.WARNING, text, figures)


def _amount(task: RunningTask) -> int:
    return task.input_rows + task.shuffle_read_rows


def _usual_amount(load: StageLoad) -> float:
    """Rows that a task reads, of those that ended; 0: not known."""
    rows = (
        load.stage.input_rows + load.stage.shuffle_read_rows - sum(_amount(task) for task, _ in load.running)
    )
    return max(0, rows) / load.stage.num_complete_tasks


def _why_skewed(task: RunningTask, usual: float) -> str:
    rows = _amount(task)
    if usual and rows >= SKEW_TIMES * usual:
        return (
            f"It has read {rows:,} rows, they {usual:,.0f} each: few keys hold most rows. "
            "Filter these keys out, or spread them (join or group by a further column)"
        )
    if usual and rows:
        return (
            f"It has read {rows:,} rows, they {usual:,.0f} each: its rows cost more than others "
            "(a join that multiplies them, a long array), or its machine is slow"
        )
    return "Few keys may hold most rows, or its machine is slow"


def find_tiny_tasks(load: StageLoad) -> Finding | None:
    """Find a stage of very many tasks that are shorter than what it costs to start them."""
    stage = load.stage
    if load.ended_tasks <= TINY_TASKS or load.mean_ms >= TINY_MS or not load.takes_long:
        return None
    text = (
        f"Stage {stage.stage_id} has {noun_text(stage.num_tasks, 'task')} of {span_text(load.mean_ms)} each: "
        f"starting them is most of its {span_text(whole_seconds(load.span_ms))}. Fewer partitions are "
        "faster: a COALESCE hint, or a lower spark.sql.shuffle.partitions"
    )
    figures = {
        "num_tasks": stage.num_tasks,
        "mean_ms": round(load.mean_ms, 1),
        "span_ms": whole_seconds(load.span_ms),
    }
    return load.finding(FindingKind.TINY_TASKS, Severity.INFO, text, figures)


def find_retries(load: StageLoad, subjob: Subjob | None) -> Finding | None:
    """Find tasks that failed or were killed, or a stage that was begun again.

    How long the lost work took is not known, so it matters when the stage does. A stage that is begun
    again always does: what it had written is gone.
    """
    stage = load.stage
    lost = min(stage.num_killed_tasks, _killed(subjob))
    failed, again = stage.num_failed_tasks, stage.attempt_id
    if not (again or (failed + lost and load.has_weight)):
        return None
    parts = [f"{noun_text(failed, 'task')} failed"] if failed else []
    parts += [f"{noun_text(lost, 'task')} {'was' if lost == 1 else 'were'} killed"] if lost else []
    parts += [f"it was begun again {'once' if again == 1 else f'{again} times'}"] if again else []
    end = "" if stage.status == "FAILED" else ": that work is done again"
    text = (
        f"Stage {stage.stage_id}: {' and '.join(parts)}{end}. "
        "Executors that are lost or short of memory are the usual reason; Spark's log tells which"
    )
    figures = {
        "failed_tasks": failed,
        "killed_tasks": lost,
        "stage_attempts": again + 1,
        "num_tasks": stage.num_tasks,
    }
    return load.finding(FindingKind.RETRIED_TASKS, Severity.WARNING, text, figures)


def _killed(subjob: Subjob | None) -> int:
    summary = subjob.killed_tasks_summary if subjob else None
    return sum(count for why, count in (summary or {}).items() if not any(each in why for each in _IN_ORDER))
