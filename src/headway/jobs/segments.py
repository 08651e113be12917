"""A plan cut where rows change hands: each segment is one stage of work, begun, ended or still to come."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from headway.jobs.plan import Plan, PlanNode

ADAPTIVE = "AdaptiveSparkPlan"
RESULT = "ResultQueryStage"
REUSED = "ReusedExchange"
ROWS_OUT = "number of output rows"
ROWS_READ = "records read"  # from a shuffle, by whoever comes after it
ROWS_WRITTEN = "shuffle records written"
FILE_BYTES = "size of files read"
_RANGE = "Range"
_EXCHANGES = frozenset({"Exchange", "BroadcastExchange", "SubqueryBroadcast"})
_REGROUPING = ("Join", "Window", "Aggregate")


@dataclass(frozen=True, slots=True)
class Scan:
    """A table that a segment reads itself: rows so far, bytes of its files if Spark has listed them.

    Or a range that it makes up: of that the plan tells how many rows it has in all.
    """

    name: str
    rows: float
    size: float | None
    all_rows: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """The operators between two exchanges. ``rows`` is what it gave, once Spark knows that."""

    nodes: tuple[PlanNode, ...]  # operators, from the top; without the exchange that takes what they give
    inputs: tuple["Segment", ...] = ()
    is_broadcast: bool = False
    is_reused: bool = False  # it was worked out elsewhere in the plan
    is_begun: bool = False
    is_sampled: bool = False  # gone through once more beforehand, to find the bounds of a global sort
    rows: float | None = None
    rows_given: float = 0.0  # so far
    rows_taken: float = 0.0  # so far, by the next one
    stage_ids: tuple[int, ...] = ()

    @property
    def is_ended(self) -> bool:
        """Whether Spark knows what it gave."""
        return self.is_begun and self.rows is not None

    @property
    def scans(self) -> tuple[Scan, ...]:
        """What it reads from storage or makes up."""
        return tuple(
            Scan(node.name, node.metrics.get(ROWS_OUT, 0.0), node.metrics.get(FILE_BYTES), node.rows)
            for node in self.nodes
            if "Scan" in node.name or (node.name == _RANGE and node.rows is not None)
        )

    @property
    def is_made_up(self) -> bool:
        """Whether a range makes up rows of it."""
        return any(node.name == _RANGE for node in self.nodes)

    def has(self, word: str) -> bool:
        """Whether an operator's name contains a word."""
        return any(word in node.name for node in self.nodes)


@dataclass(slots=True)
class _Open:
    """A segment while its operators are gathered."""

    depth: int
    exchange: PlanNode | None = None
    mark: PlanNode | None = None  # the query stage right above the exchange
    is_begun: bool = False
    is_sampled: bool = False
    nodes: list[PlanNode] = field(default_factory=list)
    inputs: list[Segment] = field(default_factory=list)

    def close(self) -> Segment:
        exchange, mark = self.exchange, self.mark
        metrics = exchange.metrics if exchange else {}
        ids = {each for node in self.nodes for each in node.stage_ids}
        return Segment(
            nodes=tuple(self.nodes),
            inputs=tuple(self.inputs),
            is_broadcast=exchange is not None and "Broadcast" in exchange.name,
            is_reused=exchange is not None and exchange.name == REUSED,
            is_begun=self.is_begun or mark is not None,
            is_sampled=self.is_sampled,
            rows=mark.rows if mark else None,
            rows_given=metrics.get(ROWS_WRITTEN, metrics.get(ROWS_OUT, 0.0)),
            rows_taken=metrics.get(ROWS_READ, 0.0),
            stage_ids=tuple(sorted(ids)),
        )


def is_adaptive(plan: Plan) -> bool:
    """Whether adaptive execution decides step by step what runs."""
    return any(node.name == ADAPTIVE for tree in plan.trees for node in tree)


def roots(plan: Plan) -> tuple[Segment, ...]:
    """Cut a plan; gives the last segment of the main tree and of each subquery, with their inputs below."""
    return tuple(_cut(tree) for tree in plan.trees)


def walk(segment: Segment) -> Iterator[Segment]:
    """Go through a segment and all below it, inputs first."""
    for each in segment.inputs:
        yield from walk(each)
    yield segment


def _cut(tree: tuple[PlanNode, ...]) -> Segment:
    stack = [_Open(depth=-1)]
    mark: PlanNode | None = None
    for node in tree:
        while len(stack) > 1 and node.depth <= stack[-1].depth:
            _close(stack)
        if node.name == RESULT:
            stack[0].is_begun = True
        elif node.is_query_stage:
            mark = node
            continue
        elif node.name in _EXCHANGES or node.name == REUSED:
            above = stack[-1]
            stack.append(_Open(node.depth, node, mark, is_sampled=_is_sampled(above, node)))
        elif node.name != ADAPTIVE:
            stack[-1].nodes.append(node)
            stack[-1].is_begun = stack[-1].is_begun or (len(stack) == 1 and node.is_codegen)
        mark = None
    while len(stack) > 1:
        _close(stack)
    return stack[0].close()


def _close(stack: list[_Open]) -> None:
    ended = stack.pop().close()
    stack[-1].inputs.append(ended)


def _is_sampled(above: _Open, exchange: PlanNode) -> bool:
    """Whether an exchange sorts globally: the text does not tell its kind, what stands above it does."""
    if exchange.name != "Exchange" or above.exchange is not None or not above.nodes:
        return False
    names = [node.name for node in above.nodes]
    return "Sort" in names and not any(word in name for name in names for word in _REGROUPING)
