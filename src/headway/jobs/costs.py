"""What work costs before it has shown how fast it goes: task time by operator and row, on an ordinary core.

The figures are rough on purpose: a run corrects them by its own speed as soon as it has one.
"""

from collections.abc import Mapping

from headway.jobs.plan import PlanNode
from headway.jobs.segments import ROWS_OUT, Segment

TASK_MS = 30.0  # the least that a stage costs
ROW_BYTES = 45.0  # of a stored table, when nothing is known of it
UNKNOWN_SCAN_ROWS = 100_000.0  # a table whose files Spark has not listed yet

# Microseconds a row that goes through; the first word that an operator's name contains counts.
_ROW_US: Mapping[str, float] = {
    "SortMergeJoin": 0.2,
    "BroadcastHashJoin": 0.05,
    "ShuffledHashJoin": 0.3,
    "ObjectHashAggregate": 0.6,
    "SortAggregate": 0.5,
    "HashAggregate": 0.15,
    "TakeOrdered": 0.05,
    "Sort": 0.2,
    "Window": 1.0,
    "Expand": 8.0,
    "Generate": 0.7,
    "Python": 5.0,
    "Pandas": 2.0,
    "Filter": 0.03,
    "Scan": 0.03,
    "WriteFiles": 1.5,
}
# Microseconds a row and function; the first word that its name contains counts. Others cost little.
_CALL_US: Mapping[str, float] = {
    "sha": 1.0,
    "md5": 0.5,
    "regexp": 0.5,
    "RLIKE": 0.5,
    "LIKE": 0.15,
    "json": 3.0,
    "method": 1.0,
    "invoke": 1.0,
    "uuid": 0.4,
    "length": 0.1,
    "concat": 0.2,
    "repeat": 0.1,
    "sequence": 0.1,
    "partial_": 0.03,
}
_ANY_CALL_US = 0.001
# Share of the rows that an operator lets through, as long as it has not shown it.
_PASSES: Mapping[str, float] = {"Filter": 0.5, "Join": 0.65, "Aggregate": 0.1, "Expand": 8.0, "Generate": 5.0}
_READ_US = 0.05
_MADE_UP_US = 0.004  # a row of a range
_GIVEN_US = 1.2  # a row that goes to another stage or to a file
_PAIR_US = 0.005  # a row of one side with one of the other
_PAIRING = ("NestedLoopJoin", "CartesianProduct")
_SHOWN = 0.05  # of its rows have to be read before an operator shows how many it lets through


def is_pairing(segment: Segment) -> bool:
    """Whether a segment looks at every pair of rows of its two sides."""
    return any(_pairs(node) for node in segment.nodes)


def work_ms(segment: Segment, rows_in: float, share: float, rows_beside: float) -> tuple[float, float]:
    """Give the task time of a segment and the rows it gives.

    ``share`` of its rows were read so far; ``rows_beside`` were broadcast to it.
    """
    rows, us = rows_in, rows_in * (_MADE_UP_US if segment.is_made_up else _READ_US)
    for node in reversed(segment.nodes):
        calls = sum(_operator(_CALL_US, name, _ANY_CALL_US) for name in node.functions)
        if _pairs(node):
            us += rows_in * max(1.0, rows_beside) * (_PAIR_US + calls)
        else:
            us += rows * (_operator(_ROW_US, node.name, 0.0) + calls)
        shown = node.metrics.get(ROWS_OUT)
        if shown is not None and share > _SHOWN and "Scan" not in node.name and "Columnar" not in node.name:
            rows = shown / share
        else:
            rows *= _operator(_PASSES, node.name, 1.0)
    if segment.rows is not None:
        rows = segment.rows
    elif share > _SHOWN and segment.rows_given:
        rows = segment.rows_given / share
    us += rows * _GIVEN_US
    return TASK_MS + us / 1000, max(rows, segment.rows_given)


def _pairs(node: PlanNode) -> bool:
    return any(word in node.name for word in _PAIRING)


def _operator(table: Mapping[str, float], name: str, default: float) -> float:
    return next((value for word, value in table.items() if word in name), default)
