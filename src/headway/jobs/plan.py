"""A statement's physical plan as Spark's monitoring tells it, read from its formatted text.

The text is ``ExecutionData.planDescription``; adaptive execution writes it anew as it goes on.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from headway.jobs.plan_details import Details, read_details

QUERY_STAGES = frozenset(
    {"ShuffleQueryStage", "BroadcastQueryStage", "TableCacheQueryStage", "ResultQueryStage"}
)
_NODE = re.compile(
    r"^(?P<tree>[\s:|+-]*)(?P<codegen>\* )?(?P<name>[A-Za-z].*?) \((?P<number>\d+)\)(?P<rest>.*)$"
)
_PART = re.compile(r"^[\s:|+-]*== (?P<part>\w+) Plan ==$")
_SUBQUERY = re.compile(r"^Subquery:\d+ Hosting operator id = ")
_SIZE = re.compile(r"sizeInBytes=([\d.,E+]+) (\w+)")
_ROWS = re.compile(r"rowCount=([\d.,E+]+)")
_UNITS = {"B": 0, "KiB": 10, "MiB": 20, "GiB": 30, "TiB": 40, "PiB": 50, "EiB": 60}
NO_SIZE = 2.0**62  # Spark writes 8 EiB when it does not know a size
_INDENT = 3  # columns a level of the tree takes


@dataclass(frozen=True, slots=True)
class PlanNode:
    """One operator. Nodes stand in preorder; a node's children are ``depth`` + 1.

    ``size`` (bytes) and ``rows`` are statistics that Spark gives, of a query stage that has ended; ``rows``
    also what a range makes up. ``functions`` are those that it works out for each row.
    ``metrics`` are Spark's SQL metrics by name so far: counts, bytes, milliseconds. ``stage_ids`` are the
    stages that worked on it.
    """

    depth: int
    name: str
    is_codegen: bool = False
    size: float | None = None
    rows: float | None = None
    metrics: Mapping[str, float] = field(default_factory=dict)
    stage_ids: tuple[int, ...] = ()
    functions: tuple[str, ...] = ()

    @property
    def is_query_stage(self) -> bool:
        """Whether adaptive execution has begun what is below."""
        return self.name in QUERY_STAGES


@dataclass(frozen=True, slots=True)
class Plan:
    """One SQL execution of a statement: its operators now, and which subjobs it ran."""

    execution_id: int
    subjob_ids: tuple[int, ...] = ()
    is_running: bool = True
    trees: tuple[tuple[PlanNode, ...], ...] = ()  # the main plan, then its subqueries
    told_at: int = 0  # when Spark gave the trees with their figures; epoch ms
    is_awaited: bool = False  # whether more figures are to come from Spark, the last ones at the least


def read_trees(description: str) -> tuple[tuple[PlanNode, ...], ...]:
    """Read the trees of a formatted plan: the newest state of each, without its initial one."""
    trees: list[tuple[PlanNode, ...]] = []
    nodes: list[PlanNode] = []
    wanted = inside = False
    details = read_details(description)
    for line in description.splitlines():
        if line == "== Physical Plan ==" or _SUBQUERY.match(line):
            inside = wanted = True
            nodes = []
        elif not line.strip():
            if nodes:
                trees.append(tuple(nodes))
            nodes, inside = [], False
        elif inside:
            if (part := _PART.match(line)) is not None:
                wanted = part["part"] != "Initial"
            elif wanted and (node := _node(line, details)) is not None:
                nodes.append(node)
    if nodes:
        trees.append(tuple(nodes))
    return tuple(trees)


def _node(line: str, details: Mapping[int, Details]) -> PlanNode | None:
    match = _NODE.match(line)
    if match is None:
        return None
    size, rows = _SIZE.search(match["rest"]), _ROWS.search(match["rest"])
    known = details.get(int(match["number"]), Details())
    return PlanNode(
        depth=len(match["tree"]) // _INDENT,
        name=match["name"],
        is_codegen=match["codegen"] is not None,
        size=None if size is None else _size(size[1], size[2]),
        rows=known.rows if rows is None else _number(rows[1]),
        functions=known.functions,
    )


def _size(number: str, unit: str) -> float | None:
    size = _number(number) * 2.0 ** _UNITS.get(unit, 0)
    return size if size < NO_SIZE else None


def _number(text: str) -> float:
    return float(text.replace(",", ""))
