"""The queues a project may send jobs to."""

from collections.abc import Mapping
from dataclasses import dataclass

from headway.jobs.errors import NotFound
from headway.store.job_store import Room


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue: how many jobs of a project may occupy the engine at the same time, and how many may wait."""

    name: str
    max_concurrent: int
    max_waiting: int


class Queues:
    """Every project has the same queues, each with its own room."""

    def __init__(self, queues: Mapping[str, Queue], running_jobs: int = 200) -> None:
        self._queues = dict(queues)
        self._running_jobs = running_jobs  # of a project, over all its queues

    def get(self, name: str) -> Queue:
        """Give a queue by name; raises ``NotFound``."""
        queue = self._queues.get(name)
        if queue is None:
            raise NotFound("queue", name)
        return queue

    def room(self, name: str) -> Room:
        """Give how many jobs may run at once; a queue taken out of the settings drains by one."""
        queue = self._queues.get(name)
        return Room(queue.max_concurrent if queue is not None else 1, self._running_jobs)

    def names(self) -> tuple[str, ...]:
        """Give the names of all queues."""
        return tuple(self._queues)
