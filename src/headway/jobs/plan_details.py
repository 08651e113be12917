"""What a formatted plan says of single operators below its trees: the rows of a range, what is worked out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_HEAD = re.compile(r"^\((?P<number>\d+)\) (?P<name>[^\[]+)")
_RANGE = re.compile(r"^Arguments: Range \((-?\d+), (-?\d+), step=(-?\d+)")
# The lines that hold what is worked out for each row.
_WORK = ("Condition", "Join condition", "Keys", "Functions", "Arguments")
_WORK_OF_PROJECT = ("Output",)
_IDLE = ("Exchange", "BroadcastExchange", "ShuffleQueryStage", "BroadcastQueryStage", "ReusedExchange")
_CALL = re.compile(r"([A-Za-z_]\w*)\(| (LIKE|[-+*/%]) ")


@dataclass(frozen=True, slots=True)
class Details:
    """One operator: how many rows it makes up itself, if it does; the functions worked out, in order."""

    rows: float | None = None
    functions: tuple[str, ...] = ()


def read_details(description: str) -> Mapping[int, Details]:
    """Read what stands below the trees, by the operator's number."""
    found: dict[int, Details] = {}
    number, name = -1, ""
    for line in description.splitlines():
        if (head := _HEAD.match(line)) is not None:
            number, name = int(head["number"]), head["name"].strip()
            found[number] = Details()
        elif not line.strip():
            number = -1
        elif number >= 0:
            found[number] = _with(found[number], name, line)
    return found


def _with(details: Details, name: str, line: str) -> Details:
    if (made := _RANGE.match(line)) is not None:
        start, end, step = (int(each) for each in made.groups())
        return Details(max(0.0, float(-((start - end) // step))))
    if name in _IDLE or not line.startswith(_WORK_OF_PROJECT if name == "Project" else _WORK):
        return details
    functions = tuple(call or symbol for call, symbol in _CALL.findall(line))
    return Details(details.rows, details.functions + functions)
