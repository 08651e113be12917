"""Which jobs of a project moved, whichever replica moved them: numbered, so that a reader can come back."""

from headway.service.clock import Clock
from headway.store.event_queries import EventQueries, Moved

MARKS_AT_ONCE = 1_000
JOBS_AT_ONCE = 200
# A transaction of the store ends within 10 s (store/database.py): a number that is missing after that was
# never written.
LATE_MS = 12_000


class JobMoves:
    """Reads the log of events. Each call raises ``StoreUnavailable`` when the store is away."""

    def __init__(self, events: EventQueries, clock: Clock) -> None:
        self._events = events
        self._clock = clock

    async def start(self, last: int | None) -> int:
        """Give the number after which to read: ``last``, what a reader has seen, or now.

        A ``last`` that the log has not come to (a backup was restored) means now, too.
        """
        newest = await self._events.newest()
        now = await self.settled(max(0, newest - MARKS_AT_ONCE))
        return now if last is None else min(last, now)

    async def settled(self, after: int) -> int:
        """Give the number up to which nothing is missing that another replica is still writing.

        It is below ``after`` when the newest events were deleted: their numbers come again with SQLite.
        """
        newest = await self._events.newest()
        if newest <= after or self._events.in_order:
            return newest
        for mark in await self._events.marks(after, MARKS_AT_ONCE):
            if mark.event_id != after + 1 and mark.at > self._clock() - LATE_MS:
                break
            after = mark.event_id
        return after

    async def page(self, project_id: str, after: int, upto: int) -> tuple[list[Moved], int]:
        """Give jobs that moved after a number, in order of their last move, and up to which number that is.

        Ask again from there until that is ``upto``.
        """
        jobs = await self._events.moved(project_id, after, upto, JOBS_AT_ONCE)
        return jobs, jobs[-1].event_id if len(jobs) == JOBS_AT_ONCE else upto
