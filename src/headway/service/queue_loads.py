"""How full a project's queues are."""

from collections.abc import Sequence
from dataclasses import dataclass

from headway.service.queues import Queue, Queues
from headway.store.job_search import JobSearch


@dataclass(frozen=True, slots=True)
class QueueLoad:
    """A queue, and how many of the project's jobs run (or launch) and wait in it."""

    queue: Queue
    running: int
    waiting: int


@dataclass(frozen=True, slots=True)
class QueueLoads:
    """The queues of every project."""

    queues: Queues
    search: JobSearch

    async def of(self, project_id: str) -> Sequence[QueueLoad]:
        """Give every queue by name, also one that is no longer set up as long as jobs are in it."""
        counts = await self.search.loads(project_id)
        names = sorted({*self.queues.names(), *counts})
        return [QueueLoad(self._queue(name), *counts.get(name, (0, 0))) for name in names]

    def _queue(self, name: str) -> Queue:
        if name in self.queues.names():
            return self.queues.get(name)
        return Queue(name, self.queues.room(name).queue, 0)
