"""A job's timeline as the service tells it, as immutable data. Times are epoch milliseconds, sizes bytes."""

from collections.abc import Mapping
from dataclasses import dataclass

from headway.client.reading import parts, take
from headway.jobs.estimate import Sample


@dataclass(frozen=True, slots=True)
class StageSpan:
    """When one stage attempt ran, and what it did."""

    stage_id: int
    attempt_id: int = 0
    status: str = ""
    num_tasks: int = 0
    started_at: int | None = None
    ended_at: int | None = None
    input_bytes: int = 0
    shuffle_read_bytes: int = 0
    shuffle_write_bytes: int = 0
    spilled_bytes: int = 0


@dataclass(frozen=True, slots=True)
class SubjobSpan:
    """When one subjob ran, with its stages."""

    id: int
    status: str | None = None
    started_at: int | None = None
    ended_at: int | None = None
    stages: tuple[StageSpan, ...] = ()


@dataclass(frozen=True, slots=True)
class TimelineSeen:
    """What happened in a job when; ``body`` is the whole answer as it came."""

    job_id: str
    body: Mapping[str, object]
    submitted_at: int | None = None
    started_at: int | None = None
    ended_at: int | None = None
    samples: tuple[Sample, ...] = ()
    subjobs: tuple[SubjobSpan, ...] = ()


def read_timeline(body: Mapping[str, object]) -> TimelineSeen:
    """Read a timeline view."""
    subjobs = (
        take(SubjobSpan, each, stages=tuple(take(StageSpan, stage) for stage in parts(each, "stages")))
        for each in parts(body, "subjobs")
    )
    samples = tuple(take(Sample, each) for each in parts(body, "samples"))
    return take(TimelineSeen, body, body=body, samples=samples, subjobs=tuple(subjobs))
