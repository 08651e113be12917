"""Reads the page of one SQL execution of Spark's own UI: the plan with its operators' figures so far.

Spark's REST gives the figures of an execution (``SqlResource``) only when it has ended; its page has them
while it runs. What the page does not hold in the form known here is left out: the plan is there without it.
"""

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from headway.jobs.plan import QUERY_STAGES, PlanNode, read_trees

_DETAILS = re.compile(r'<div class="node-details">(.*?)</div>', re.DOTALL)
_GRAPH = re.compile(r'<div class="dot-file">(.*?)</div>', re.DOTALL)
_EDGE = re.compile(r"^\s*(\d+)->(\d+)", re.MULTILINE)
_TEXT = re.compile(r"<pre>(== Physical Plan ==.*?)</pre>", re.DOTALL)
_STAGE = re.compile(r"\(stage (\d+)\.\d+: task")
_AMOUNT = re.compile(r"\(?(-?[\d.,]+)(?: ?([A-Za-z]+))?")
_UNITS = {
    "ms": 1.0,
    "s": 1_000.0,
    "m": 60_000.0,
    "min": 60_000.0,
    "h": 3_600_000.0,
    "B": 1.0,
    "KiB": 2.0**10,
    "MiB": 2.0**20,
    "GiB": 2.0**30,
    "TiB": 2.0**40,
    "PiB": 2.0**50,
}
_SUBQUERY = "Subquery"

Trees = tuple[tuple[PlanNode, ...], ...]


@dataclass(slots=True)
class _Operator:
    """A node of the page's graph."""

    name: str
    metrics: Mapping[str, float]
    stage_ids: tuple[int, ...]
    children: list["_Operator"] = field(default_factory=list)


@dataclass(slots=True)
class _Place:
    """A node of the text's tree, by its place in the preorder."""

    at: int
    name: str
    children: list["_Place"] = field(default_factory=list)


def read_page(page: str) -> Trees:
    """Read the plan's trees with their figures; nothing if the page holds no plan."""
    text = _TEXT.search(page)
    if text is None:
        return ()
    trees = read_trees(html.unescape(text[1]))
    root = _operators(page)
    if root is None or not trees:
        return trees
    subqueries = list(_subqueries(root))
    told: list[tuple[PlanNode, ...]] = []
    for at, tree in enumerate(trees):
        place = _places(tree)
        found: dict[int, _Operator] = {}
        if at == 0:
            _pair(place, root, found)
        else:
            for each in subqueries:
                found = {}
                if _pair(place, each, found):
                    subqueries.remove(each)
                    break
        told.append(
            tuple(
                replace(node, metrics=found[i].metrics, stage_ids=found[i].stage_ids) if i in found else node
                for i, node in enumerate(tree)
            )
        )
    return tuple(told)


def _operators(page: str) -> _Operator | None:
    """Build the graph; gives the operator at the top."""
    details, graph = _DETAILS.search(page), _GRAPH.search(page)
    if details is None or graph is None:
        return None
    try:
        data = json.loads(html.unescape(details[1]))
        nodes = {name: _operator(value) for name, value in data.items() if "children" not in value}
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    below: set[str] = set()
    for child, parent in _EDGE.findall(html.unescape(graph[1])):
        if f"node{child}" in nodes and f"node{parent}" in nodes:
            nodes[f"node{parent}"].children.append(nodes[f"node{child}"])
            below.add(f"node{child}")
    return next((node for name, node in nodes.items() if name not in below), None)


def _operator(value: Mapping[str, list[Mapping[str, str]]]) -> _Operator:
    metrics: dict[str, float] = {}
    stages: set[int] = set()
    for metric in value["metrics"]:
        stages.update(int(each) for each in _STAGE.findall(metric["value"]))
        if (amount := read_amount(metric["value"])) is not None:
            metrics[metric["name"]] = amount
    return _Operator(str(value["name"]), metrics, tuple(sorted(stages)))


def read_amount(text: str) -> float | None:
    """Read a figure as Spark writes it, its total where there are several: bytes, milliseconds, a count.

    An average has no total: the first of its values is given.
    """
    match = _AMOUNT.match(text.rpartition("\n")[2].strip())
    if match is None:
        return None
    try:
        return float(match[1].replace(",", "")) * _UNITS.get(match[2] or "", 1.0)
    except ValueError:
        return None


def _subqueries(operator: _Operator) -> Iterator[_Operator]:
    for child in operator.children:
        if child.name.startswith(_SUBQUERY) and child.children:
            yield child.children[0]
        yield from _subqueries(child)


def _places(tree: tuple[PlanNode, ...]) -> _Place:
    root = _Place(-1, "")
    above: list[tuple[int, _Place]] = [(-1, root)]
    for at, node in enumerate(tree):
        while above[-1][0] >= node.depth:
            above.pop()
        parent = above[-1][1]
        # Adaptive execution's marks stand in the text, not in the graph.
        place = parent if node.name in QUERY_STAGES else _Place(at, node.name)
        if place is not parent:
            parent.children.append(place)
        above.append((node.depth, place))
    return root.children[0] if root.children else root


def _pair(place: _Place, operator: _Operator, found: dict[int, _Operator]) -> bool:
    """Walk text and graph together; gives whether they are of the same form."""
    if not (place.name.startswith(operator.name) or place.name == "ReusedExchange"):
        return False
    found[place.at] = operator
    below = [each for each in operator.children if not each.name.startswith(_SUBQUERY)]
    if not place.children:
        return True
    if len(below) != len(place.children):
        return False
    pairs = zip(place.children, below, strict=True)
    return all([_pair(under, each, found) for under, each in pairs])
