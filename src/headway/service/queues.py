"""The queues a project may send jobs to."""

from collections.abc import Mapping
from dataclasses import dataclass

from headway.jobs.errors import NotFound


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue: how many of its jobs may occupy the engine at the same time."""

    name: str
    max_concurrent: int


class Queues:
    """Every project has the same queues, each with its own room."""

    def __init__(self, queues: Mapping[str, Queue]) -> None:
        self._queues = dict(queues)

    def get(self, name: str) -> Queue:
        """Give a queue by name; raises ``NotFound``."""
        queue = self._queues.get(name)
        if queue is None:
            raise NotFound("queue", name)
        return queue

    def room(self, name: str) -> int:
        """Give how many jobs a queue runs at once; one taken out of the settings drains by one."""
        queue = self._queues.get(name)
        return queue.max_concurrent if queue is not None else 1

    def names(self) -> tuple[str, ...]:
        """Give the names of all queues."""
        return tuple(self._queues)
