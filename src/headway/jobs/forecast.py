"""How long the rest of a run takes, from its stages and its plan: nothing is known of earlier runs."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from headway.jobs.costs import ROW_BYTES, TASK_MS, UNKNOWN_SCAN_ROWS, is_pairing, work_ms
from headway.jobs.plan import Plan
from headway.jobs.segments import Scan, Segment, roots, walk
from headway.jobs.subjob import Snapshot
from headway.jobs.tables import Table
from headway.jobs.workload import StageWork, works

BATCH_ROWS = 4096
RANGE_BATCH_ROWS = 1000
BATCHES_SHOWN = 20
SURVIVAL = 1.35  # of the time for which nothing was heard of a stage, as the least that it goes on
METRICS_LATE_MS = 600.0  # executors tell what their tasks have done now and then
PER_TASK_MS = 8.0  # that a task takes beside its rows
STAGE_MS = 115.0  # between two stages: planning, committing, starting
APART = 3.0  # as a logarithm: how far its own speed may be from the expected until that counts half
TRUST = 0.36  # how much of a stage has to be done until its own speed counts as much as the expected one
AFTER_READING = 0.06  # share of a stage's time when all its rows were read; more when it sorts
AFTER_SORTING = 0.4
STANDS_STILL = 0.003  # of its rows; less is no news of how far a stage has read
SPEED_PRIOR_MS = 1400.0
FETCHED_BYTES_MS = 50_000.0  # of a result on its way here, until it shows its own pace
CORES_PRIOR_MS = 1000.0


@dataclass(frozen=True, slots=True)
class Reading:
    """How much of its rows a stage had read, and the task time (ms) it had taken until then."""

    share: float
    spent_ms: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """Seconds left, and what the plan tells of single stages."""

    seconds: float
    reads: Mapping[int, float]  # rows that a stage will have read from storage, by stage id
    shares: Mapping[int, float]  # how much of an open stage's time is over, where it shows; by stage id
    read: Mapping[int, Reading]  # of the stages that run, by stage id


@dataclass(slots=True)
class _Part:
    """A segment with what is expected of it; times are milliseconds of task time."""

    segment: Segment
    rows_in: float  # in all
    share: float  # of the rows that were read so far
    expected_ms: float  # at ordinary speed
    rows_out: float
    rows_stored: float = 0.0  # of those that come in, from storage
    level: int = 0  # 0: it waits for no other
    is_subquery: bool = False
    late_ms: float = 0.0  # how old the figures of the operators are
    work: StageWork | None = None
    is_ended: bool = False


def forecast(
    snapshot: Snapshot,
    cores: int,
    tables: Mapping[str, Table],
    kept_bytes: int = 0,
    before: Mapping[int, Reading] | None = None,
) -> Forecast:
    """Predict what is left of a run; ``kept_bytes`` of its result have arrived.

    ``before`` is what stages had read in the forecast before this one.
    """
    before = before or {}
    seen = works(snapshot)
    parts, loose = _outlook(snapshot, seen, tables)
    speed = _speed(parts)
    sure = unsure = longest = 0.0
    shares: dict[int, float] = {}
    read: dict[int, Reading] = {}
    reads = {
        part.work.stage.stage_id: part.rows_stored
        for part in parts
        if part.work is not None and part.rows_stored > 0
    }
    waiting = 0
    for part in parts:
        if part.is_ended:
            continue
        if part.work is None:
            unsure += part.expected_ms * speed
            waiting += 1
        else:
            reading = _reading(part, part.work, before)
            read[part.work.stage.stage_id] = reading
            left, tail = _left_of(part, part.work, speed, reading)
            sure += left
            if part.share > 0 or part.work.done > 0:
                shares[part.work.stage.stage_id] = _over(_spent(part.work), left)
            longest = max(longest, tail)
    for work in loose:
        left, tail = _left_by_tasks(work)
        sure += left
        if work.done > 0:
            shares[work.stage.stage_id] = _over(_spent(work), left)
        longest = max(longest, tail)
    at_once = _at_once(snapshot, seen, cores)
    wall = max(sure / at_once, longest) + unsure / at_once + STAGE_MS * (waiting + 1)
    wall = max(wall, _fetching_ms(snapshot, kept_bytes))
    return Forecast(wall / 1000, reads, shares, read)


def _over(spent: float, left: float) -> float:
    return spent / (spent + left) if spent + left > 0 else 0.0


def _outlook(
    snapshot: Snapshot, seen: Sequence[StageWork], tables: Mapping[str, Table]
) -> tuple[list[_Part], list[StageWork]]:
    """Give the plan's parts with the stages that work on them, and open stages that it does not tell of."""
    by_id = {work.stage.stage_id: work for work in seen}
    parts = [
        part
        for plan in snapshot.plans
        if plan.is_running
        for part in _parts(roots(plan), by_id, tables, _late_ms(plan, snapshot))
    ]
    linked = _link(parts, seen)
    return parts, [work for work in seen if work.is_open and work.stage.stage_id not in linked]


def _late_ms(plan: Plan, snapshot: Snapshot) -> float:
    if not plan.told_at:
        return 0.0
    return max(0.0, snapshot.taken_at - plan.told_at) + METRICS_LATE_MS


def _parts(
    tops: tuple[Segment, ...], by_id: Mapping[int, StageWork], tables: Mapping[str, Table], late_ms: float
) -> Iterator[_Part]:
    for tree, top in enumerate(tops):
        done: dict[int, _Part] = {}
        for segment in walk(top):
            inputs = [done[id(each)] for each in segment.inputs]
            part = _part(segment, inputs, by_id, tables)
            part.late_ms, part.is_subquery = late_ms, tree > 0
            part.level = max((each.level + 1 for each in inputs), default=0)
            done[id(segment)] = part
            if not segment.is_reused:
                yield part


def _part(
    segment: Segment, inputs: Sequence[_Part], by_id: Mapping[int, StageWork], tables: Mapping[str, Table]
) -> _Part:
    work = next((by_id[each] for each in reversed(segment.stage_ids) if each in by_id), None)
    total = read = beside = 0.0
    passes = 2 if segment.is_sampled else 1
    for scan in segment.scans:
        total += passes * max(scan.rows / passes * 1.01, _scan_rows(scan, work, tables))
        read += scan.rows
    stored = total / passes
    for part in inputs:
        if part.segment.is_broadcast:
            beside += part.rows_out
        else:
            total += passes * max(part.rows_out, part.segment.rows_taken / passes)
            read += part.segment.rows_taken
    share = min(1.0, read / total) if total > 0 else 0.0
    # A batch is read at once and then joined with all the other rows: that it was read tells little.
    batch = RANGE_BATCH_ROWS if segment.is_made_up else BATCH_ROWS
    if is_pairing(segment) and total < BATCHES_SHOWN * batch:
        share = 0.0
    expected, rows_out = work_ms(segment, total, share, beside)
    return _Part(segment, total, share, expected, rows_out, stored, work=work, is_ended=segment.is_ended)


def _scan_rows(scan: Scan, work: StageWork | None, tables: Mapping[str, Table]) -> float:
    if scan.all_rows is not None:
        return scan.all_rows
    table = tables.get(scan.name)
    if table is not None and scan.size is not None and table.size > 0:
        return table.rows * scan.size / table.size
    if table is not None:
        return table.rows
    if work is not None and work.stage.num_complete_tasks > 0 and work.stage.input_rows > 0:
        return work.stage.input_rows / work.stage.num_complete_tasks * work.tasks
    if scan.size is None:
        return UNKNOWN_SCAN_ROWS
    return scan.size / ROW_BYTES


def _link(parts: Sequence[_Part], seen: Sequence[StageWork]) -> set[int]:
    """Find the stage of each segment whose figures do not name it: of one task, or just begun."""
    linked = {part.work.stage.stage_id for part in parts if part.work is not None}
    loose = [work for work in seen if work.is_open and work.stage.stage_id not in linked]
    lonely = [part for part in parts if part.work is None and part.segment.is_begun and not part.is_ended]
    # The larger the input the more tasks, and what has read something runs; else in order.
    loose.sort(key=lambda work: (work.done + work.running > 0, work.tasks), reverse=True)
    lonely.sort(key=lambda part: (part.share > 0, part.rows_in), reverse=True)
    for part, work in zip(lonely, loose, strict=False):
        part.work = work
        linked.add(work.stage.stage_id)
    _link_subqueries(parts, seen, linked)
    for part in parts:
        if part.work is not None and not part.work.is_open:
            part.is_ended = True
    return linked


def _link_subqueries(parts: Sequence[_Part], seen: Sequence[StageWork], linked: set[int]) -> None:
    """Find the stages of subqueries: Spark does not write their plans anew while they run."""
    waiting = [part for part in parts if part.is_subquery and part.work is None and not part.is_ended]
    if not waiting:
        return
    loose = [work for work in seen if work.stage.stage_id not in linked]
    # What the other trees' segments did without leaving a name comes first.
    nameless = sum(part.is_ended and part.work is None for part in parts)
    ended = [work for work in loose if not work.is_open][nameless:]
    waiting.sort(key=lambda part: part.level)
    stages = sorted([*ended, *(each for each in loose if each.is_open)], key=_stage_id)
    for part, work in zip(waiting, stages, strict=False):
        part.work = work
        linked.add(work.stage.stage_id)


def _stage_id(work: StageWork) -> int:
    return work.stage.stage_id


def _fetching_ms(snapshot: Snapshot, kept_bytes: int) -> float:
    """Tell how long the rest of the rows is on its way, going by those that have come."""
    giving = max(snapshot.stages.values(), key=lambda stage: stage.stage_id, default=None)
    if giving is None or giving.num_complete_tasks <= 0 or giving.shuffle_write_bytes:
        return 0.0
    whole = giving.result_bytes * max(1, giving.num_tasks) / giving.num_complete_tasks
    since = max(
        1, snapshot.taken_at - (giving.first_task_time or giving.submission_time or snapshot.taken_at)
    )
    return max(0.0, whole - kept_bytes) / max(FETCHED_BYTES_MS, kept_bytes / since)


def _speed(parts: Sequence[_Part]) -> float:
    """Tell how much slower this run is than expected, from what it did so far."""
    took = expected = SPEED_PRIOR_MS
    for part in parts:
        if part.work is not None and part.share > 0:
            took += _spent_when_told(part, part.work)
            expected += part.expected_ms * (1.0 if part.is_ended else part.share)
    return min(20.0, max(0.05, took / expected))


def _spent(work: StageWork) -> float:
    known = sum(work.elapsed_ms)
    guess = (work.mean_ms or 0.0) / 2 * (work.running - len(work.elapsed_ms))
    return work.stage.run_time_ms + known + guess


def _at_once(snapshot: Snapshot, seen: Sequence[StageWork], cores: int) -> float:
    """Tell how many of its tasks run at a time: fewer than there are cores when others take their share."""
    begun = [subjob.submission_time for subjob in snapshot.subjobs if subjob.submission_time is not None]
    passed = max(0, snapshot.taken_at - min(begun)) if begun else 0
    spent = sum(_spent(work) for work in seen)
    return min(cores, max(0.3, (cores * CORES_PRIOR_MS + spent) / (CORES_PRIOR_MS + passed)))


def _reading(part: _Part, work: StageWork, before: Mapping[int, Reading]) -> Reading:
    """Tell how far a stage has read; the time stands still with the share: it may sort or join for long."""
    last = before.get(work.stage.stage_id)
    if last is not None and part.share <= last.share + STANDS_STILL:
        return last
    return Reading(part.share, _spent_when_told(part, work))


def _left_of(part: _Part, work: StageWork, speed: float, reading: Reading) -> tuple[float, float]:
    """Give the task time left of a stage that runs, and the longest that one of its tasks goes on."""
    spent = _spent(work)
    after = AFTER_SORTING if part.segment.has("Sort") or part.segment.has("Window") else AFTER_READING
    by_tasks = work.done / work.tasks
    by_rows = part.share * (1 - after)
    expected = part.expected_ms * speed + work.tasks * PER_TASK_MS
    heard = 0.0  # spent until the last that was heard of its progress
    # Each task that waits takes at least as long as those that run and have not ended.
    whole = max(expected, spent * work.tasks / max(1, work.running)) if work.done == 0 else expected
    if by_tasks > by_rows:
        heard = min(spent, work.stage.run_time_ms)
        whole = _whole(expected, spent, by_tasks)
    elif by_rows > 0:
        heard = reading.spent_ms
        whole = _whole(expected, heard, by_rows)
    left = max(whole - spent, SURVIVAL * (spent - heard), 0.03 * whole)
    return left, left / max(1, work.tasks - work.done)


def _whole(expected: float, spent: float, share: float) -> float:
    """Tell how long all of a stage takes that was expected to take so long, when a share of it is over."""
    apart = math.log((spent / share + TASK_MS) / (expected + TASK_MS)) / APART
    trust = TRUST / (1 + apart**2)
    return (expected * trust + spent) / (trust + share)


def _spent_when_told(part: _Part, work: StageWork) -> float:
    """Give the task time that had been spent when the figures of the operators were true."""
    late = sum(min(each, part.late_ms) for each in work.elapsed_ms)
    return max(0.0, _spent(work) - late)


def _left_by_tasks(work: StageWork) -> tuple[float, float]:
    """Give the same for a stage of which the plan tells nothing."""
    mean = work.mean_ms
    if mean is None:
        mean = max(300.0, max(work.elapsed_ms, default=0) * 1.5)
    waiting = work.tasks - work.done - work.running
    elapsed = [*work.elapsed_ms, *([mean / 2] * (work.running - len(work.elapsed_ms)))]
    running = [max(mean - each, 0.2 * mean if each < 2 * mean else 0.3 * each) for each in elapsed]
    return waiting * mean + sum(running), max(running, default=mean if waiting else 0.0)
