"""A finding: something that makes a job slow and that a person can act on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class FindingKind(StrEnum):
    """What was found."""

    SKEW = "skew"  # a few tasks hold most of what remains of their stage
    SPILL = "spill"  # data did not fit into memory
    TINY_TASKS = "tiny_tasks"  # starting tasks costs more than running them
    RETRIED_TASKS = "retried_tasks"  # work was lost and done again
    ONE_PARTITION = "one_partition"  # all of a stage is one task
    TINY_FILES = "tiny_files"  # a scan of many tasks that read next to nothing
    BIG_BROADCAST = "big_broadcast"  # a large table is copied to every executor
    IDLE_CORES = "idle_cores"  # a stage has too few tasks for the cores there are


class Severity(StrEnum):
    """How much a finding costs."""

    INFO = "info"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: a sentence, and its figures: times end in ``_ms``, sizes in ``_bytes``."""

    kind: FindingKind
    severity: Severity
    text: str
    subjob_id: int | None = None
    stage_id: int | None = None
    figures: Mapping[str, int | float] = field(default_factory=dict)
