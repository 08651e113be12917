"""A trace: all that the tracker saw of one run, with the truth afterwards. Kept small: only what changed."""

import json
import lzma
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from headway.jobs.plan import Plan
from headway.jobs.subjob import Capacity, Snapshot, Stage, Subjob

# What no formula looks at, and what would tell of the machine it was recorded on.
_NOT_KEPT = frozenset({"name", "description", "job_group", "killed_tasks_summary"})
_SUBJOB, _STAGE, _PLAN = TypeAdapter(Subjob), TypeAdapter(Stage), TypeAdapter(Plan)
_CAPACITY = TypeAdapter(Capacity)


@dataclass(frozen=True, slots=True)
class Sight:
    """One read: what Spark said, and how many bytes of rows were kept by then."""

    snapshot: Snapshot
    kept_bytes: int


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """One run of a statement. Times are epoch milliseconds."""

    name: str  # of the statement in the suite
    suite: str  # tpch, nasty, made, busy
    size: str  # of the data
    run: int  # 1 is the first
    sql: str
    job_type: str
    state: str  # how it ended
    started_at: int  # given to Spark
    ended_at: int
    byte_count: int  # of the result
    sights: tuple[Sight, ...]

    @property
    def duration_ms(self) -> int:
        """From RUNNING to the end: what progress is measured against."""
        return self.ended_at - self.started_at


def write_traces(path: Path, traces: Iterable[Trace]) -> None:
    """Write traces as one compressed file of JSON lines."""
    lines = [json.dumps(_dump(trace), separators=(",", ":")) for trace in traces]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(lzma.compress("\n".join(lines).encode(), preset=9))


def read_traces(path: Path) -> list[Trace]:
    """Read what ``write_traces`` wrote."""
    return [_load(json.loads(line)) for line in lzma.decompress(path.read_bytes()).decode().splitlines()]


def _dump(trace: Trace) -> dict[str, Any]:
    head = {each.name: getattr(trace, each.name) for each in fields(Trace) if each.name != "sights"}
    before: dict[str, Any] = {}
    sights = []
    for sight in trace.sights:
        now = _parts(sight)
        sights.append({key: value for key, value in now.items() if before.get(key) != value})
        before = now
    return head | {"sights": sights}


def _parts(sight: Sight) -> dict[str, Any]:
    snapshot = sight.snapshot
    parts: dict[str, Any] = {"at": snapshot.taken_at, "kept": sight.kept_bytes}
    for subjob in snapshot.subjobs:
        parts[f"j{subjob.id}"] = _slim(_SUBJOB.dump_python(subjob, mode="json"))
    for stage in snapshot.stages.values():
        parts[f"s{stage.stage_id}"] = _slim(_STAGE.dump_python(stage, mode="json", exclude_defaults=True))
    for plan in snapshot.plans:
        parts[f"p{plan.execution_id}"] = _PLAN.dump_python(plan, mode="json", exclude_defaults=True)
    if snapshot.capacity is not None:
        parts["capacity"] = _CAPACITY.dump_python(snapshot.capacity, mode="json")
    return parts


def _slim(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key not in _NOT_KEPT and value is not None}


def _load(data: dict[str, Any]) -> Trace:
    now: dict[str, Any] = {}
    sights = []
    for changed in data.pop("sights"):
        now |= {key: _read(key, value) for key, value in changed.items()}
        sights.append(_sight(now))
    return Trace(**data, sights=tuple(sights))


def _read(key: str, value: Any) -> Any:
    if key in ("at", "kept"):
        return value
    if key == "capacity":
        return _CAPACITY.validate_python(value)
    kinds: Mapping[str, TypeAdapter[Any]] = {"j": _SUBJOB, "s": _STAGE, "p": _PLAN}
    return kinds[key[0]].validate_python(value)


def _sight(now: Mapping[str, Any]) -> Sight:
    def of(kind: type) -> list[Any]:
        return [value for value in now.values() if isinstance(value, kind)]

    snapshot = Snapshot(
        taken_at=now["at"],
        subjobs=tuple(sorted(of(Subjob), key=lambda each: each.id)),
        stages={stage.stage_id: stage for stage in sorted(of(Stage), key=lambda each: each.stage_id)},
        plans=tuple(sorted(of(Plan), key=lambda each: each.execution_id)),
        capacity=now.get("capacity"),
    )
    return Sight(snapshot, now["kept"])
