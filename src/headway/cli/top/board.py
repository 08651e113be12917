"""What is known of a project right now: read from lists, and kept up by events."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from headway.cli.top.wanted import Wanted
from headway.client.project_seen import Advance, Event, QueueSeen, Trouble, UsageSeen
from headway.client.remaining import Countdown
from headway.client.seen import EngineSeen, JobSeen
from headway.jobs.estimate import Remaining

JOBS_KEPT = 300  # more than this nobody reads on one screen


class Link(StrEnum):
    """How news comes."""

    OPENING = "connecting"
    LIVE = "live"  # by events
    POLLING = "polling"  # by asking again
    AWAY = "away"  # not at all


@dataclass(frozen=True, slots=True)
class _Known:
    """A job, and when it was heard of, in seconds of the same clock as everywhere here."""

    job: JobSeen
    heard_at: float


class Board:
    """Holds what was heard last. Every ``now`` is any steady clock, in seconds."""

    def __init__(self) -> None:
        self.wanted = Wanted()
        self.link = Link.OPENING
        self.troubles: dict[str, str] = {}  # what is not known, and why, for people
        self.total = 0  # jobs that match, also those that are not kept here
        self.engine: EngineSeen | None = None
        self.usage: UsageSeen | None = None
        self.queues: tuple[QueueSeen, ...] = ()
        self._known: dict[str, _Known] = {}
        self._advances: dict[str, Advance] = {}
        self._left: dict[str, Countdown] = {}

    def take_jobs(self, pages: Iterable[JobSeen], total: int, asked_at: float) -> None:
        """Take lists that were asked for at ``asked_at``; what was heard after that is newer."""
        fresh = {job.job_id: _Known(job, asked_at) for job in pages}
        newer = {job_id: known for job_id, known in self._known.items() if known.heard_at > asked_at}
        self._keep({**fresh, **newer})
        self.total = total

    def take(self, event: Event, now: float) -> None:
        """Take an event."""
        match event:
            case JobSeen():
                is_new = event.job_id not in self._known
                self.total += is_new and self.wanted.admits(event)
                if is_new or not self._known[event.job_id].job.is_terminal:
                    self._keep({**self._known, event.job_id: _Known(event, now)})
            case Advance():
                self._advances[event.job_id] = event
                seconds = event.remaining_seconds
                likely = None if seconds is None else Remaining(seconds, seconds, seconds)
                self._left.setdefault(event.job_id, Countdown()).hear(likely, now)
                self.tell("progress", "")
            case Trouble():
                self.tell("progress", event.reason)

    def tell(self, what: str, trouble: str) -> None:
        """Say why something is not known; with an empty text, that it is again."""
        self.troubles.pop(what, None)
        if trouble:
            self.troubles[what] = trouble

    def take_head(
        self, engine: EngineSeen, usage: Sequence[UsageSeen], queues: tuple[QueueSeen, ...]
    ) -> None:
        """Take what stands above the jobs."""
        self.engine, self.queues = engine, queues
        self.usage = usage[-1] if usage else None

    def choose(self, wanted: Wanted) -> None:
        """Show other jobs, or in another order."""
        self.wanted = wanted

    def jobs(self, now: float) -> list[JobSeen]:
        """Give the jobs to show, in order, with their durations as of ``now``."""
        return self.wanted.ordered(_aged(known, now) for known in self._known.values())

    def job(self, job_id: str, now: float) -> JobSeen | None:
        """Give one job as of ``now``."""
        known = self._known.get(job_id)
        return None if known is None else _aged(known, now)

    def advance(self, job_id: str) -> Advance | None:
        """Give how far a job is, if that was heard."""
        return self._advances.get(job_id)

    def seconds_left(self, job_id: str, now: float) -> float | None:
        """Give how long the rest of a job probably takes."""
        countdown = self._left.get(job_id)
        left = None if countdown is None else countdown.left(now)
        return None if left is None else left.likely

    def _keep(self, known: Mapping[str, _Known]) -> None:
        # What runs stays; of the rest the newest do.
        order = sorted(
            known.values(), key=lambda each: (each.job.is_terminal, -each.job.submitted_at, each.job.job_id)
        )
        self._known = {each.job.job_id: each for each in order[:JOBS_KEPT]}
        live = {job_id for job_id, each in self._known.items() if not each.job.is_terminal}
        self._advances = {job_id: each for job_id, each in self._advances.items() if job_id in live}
        self._left = {job_id: each for job_id, each in self._left.items() if job_id in live}


def _aged(known: _Known, now: float) -> JobSeen:
    job = known.job
    if job.is_terminal:
        return job
    return replace(job, duration_ms=job.duration_ms + max(0, round((now - known.heard_at) * 1000)))
