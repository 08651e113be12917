"""Why a job is slow: what a person can act on, from what Spark says of it. Pure; nothing on a healthy job."""

from collections.abc import Iterator

from headway.jobs.finding import Finding, Severity
from headway.jobs.findings_cores import find_idle_cores, find_one_partition
from headway.jobs.findings_data import find_broadcasts, find_spill, find_tiny_files
from headway.jobs.findings_tasks import find_retries, find_skew, find_tiny_tasks
from headway.jobs.stage_load import StageLoad, stage_loads
from headway.jobs.subjob import Snapshot

MOST_OF_A_KIND = 3


def find(snapshot: Snapshot) -> tuple[Finding, ...]:
    """Give what makes a job slow: warnings first, in order of their stages, of each kind the heaviest."""
    loads = stage_loads(snapshot)
    found: list[Finding] = []
    for load in sorted(loads, key=lambda each: (-each.task_ms, each.stage.stage_id)):
        found += _of_stage(load, snapshot)
    # All narrow stages leave the same cores idle: the one that does so longest tells it.
    idle = [each for load in sorted(loads, key=lambda each: -each.span_ms) if (each := find_idle_cores(load))]
    explained = {finding.stage_id for finding in found}
    found += [each for each in idle[:1] if each.stage_id not in explained]
    found += find_broadcasts(snapshot.plans)
    return tuple(sorted(_heaviest(found), key=_order))


def _of_stage(load: StageLoad, snapshot: Snapshot) -> Iterator[Finding]:
    subjob = next((each for each in snapshot.subjobs if each.id == load.subjob_id), None)
    several = (
        find_retries(load, subjob),
        find_spill(load),
        find_skew(load) or find_one_partition(load),
        find_tiny_files(load, snapshot.plans) or find_tiny_tasks(load),
    )
    return (finding for finding in several if finding is not None)


def _heaviest(found: list[Finding]) -> Iterator[Finding]:
    """Leave out what comes after enough of its kind."""
    for kind in {finding.kind: None for finding in found}:
        yield from [finding for finding in found if finding.kind is kind][:MOST_OF_A_KIND]


def _order(finding: Finding) -> tuple[bool, int]:
    return finding.severity is Severity.INFO, -1 if finding.stage_id is None else finding.stage_id
