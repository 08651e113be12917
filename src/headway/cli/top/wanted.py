"""Which jobs the table shows, and in which order."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from headway.client.seen import JobSeen
from headway.jobs.lifecycle import JobState, JobStatus


class Order(StrEnum):
    """What stands first."""

    ACTIVE = "running first"
    NEWEST = "newest first"
    LONGEST = "longest first"
    QUEUE = "by queue"


class Show(StrEnum):
    """Which states are shown."""

    ALL = "all"
    ACTIVE = "active"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"


_STATUSES: dict[Show, tuple[JobStatus, ...]] = {
    Show.ALL: (),
    Show.ACTIVE: (JobStatus.LAUNCHING, JobStatus.RUNNING),
    Show.FINISHED: (JobStatus.FINISHED,),
    Show.FAILED: (JobStatus.FAILED,),
    Show.CANCELLED: (JobStatus.CANCELLED,),
}
_WORKING, _QUEUED, _ENDED = range(3)

T = TypeVar("T", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the reader chose; ``search`` is a part of the statement."""

    show: Show = Show.ALL
    order: Order = Order.ACTIVE
    search: str = ""

    @property
    def statuses(self) -> tuple[JobStatus, ...]:
        """The statuses to ask for; none means all."""
        return _STATUSES[self.show]

    def admits(self, job: JobSeen) -> bool:
        """Whether a job is among what is shown."""
        statuses = self.statuses
        return (not statuses or job.status in statuses) and self.search.lower() in job.statement.lower()

    def ordered(self, jobs: Iterable[JobSeen]) -> list[JobSeen]:
        """Give the jobs that are shown, in order."""
        return sorted(filter(self.admits, jobs), key=lambda job: (*self._key(job), job.job_id))

    def with_next_order(self) -> "Wanted":
        """Give the same in the next order."""
        return replace(self, order=_next(self.order))

    def with_next_show(self) -> "Wanted":
        """Give the same for the next states."""
        return replace(self, show=_next(self.show))

    def _key(self, job: JobSeen) -> tuple[int | str, ...]:
        match self.order:
            case Order.ACTIVE:
                return _by_activity(job)
            case Order.NEWEST:
                return (-job.submitted_at,)
            case Order.LONGEST:
                return (-job.duration_ms,)
            case Order.QUEUE:
                return (job.queue_name, *_by_activity(job))


def _by_activity(job: JobSeen) -> tuple[int, int]:
    """What works, then what waits in the order in which it will begin, then what ended last."""
    if job.is_terminal:
        return _ENDED, -(job.ended_at or 0)
    if job.state is JobState.QUEUED:
        return _QUEUED, job.submitted_at
    return _WORKING, -job.submitted_at


def _next(each: T) -> T:
    kinds = list(type(each))
    return kinds[(kinds.index(each) + 1) % len(kinds)]
