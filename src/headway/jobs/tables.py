"""What a run finds out about the tables it reads: how many rows their bytes hold, for the next statements."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from headway.jobs.segments import Segment, roots, walk
from headway.jobs.subjob import Snapshot


@dataclass(frozen=True, slots=True)
class Table:
    """A table as a scan saw it: rows, and bytes of the files that held them."""

    rows: float
    size: float


def learn(snapshot: Snapshot) -> Mapping[str, Table]:
    """Give the tables that a finished run read whole, by the name of their scan."""
    found: dict[str, Table] = {}
    ended = {stage.stage_id for stage in snapshot.stages.values() if stage.status == "COMPLETE"}
    for segment in _segments(snapshot):
        # One that is gone through twice counts its rows twice; a LIMIT ends before all is read.
        whole = segment.is_ended or bool(set(segment.stage_ids) & ended)
        if segment.is_sampled or segment.has("Limit") or not whole:
            continue
        for scan in segment.scans:
            if scan.size and scan.rows:
                found[scan.name] = Table(scan.rows, scan.size)
    return found


def file_bytes(snapshot: Snapshot) -> Mapping[str, float]:
    """Give the bytes of the files of each table that a run reads, as far as Spark has listed them.

    Tables go by the last part of their name: a statement may be run in another database.
    """
    found: dict[str, float] = {}
    for scan in (scan for segment in _segments(snapshot) for scan in segment.scans):
        if scan.size:
            table = scan.name.rpartition(".")[2]
            found[table] = max(scan.size, found.get(table, 0.0))
    return found


def _segments(snapshot: Snapshot) -> Iterator[Segment]:
    for plan in snapshot.plans:
        for top in roots(plan):
            yield from walk(top)
