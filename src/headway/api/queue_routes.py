"""The queues that jobs may be sent to, and how full they are."""

from fastapi import APIRouter
from pydantic import BaseModel

from headway.api.answers import ERRORS
from headway.api.errors import ApiRoute
from headway.service.queue_loads import QueueLoad, QueueLoads


class QueueOut(BaseModel):
    """A queue; ``running`` counts jobs that launch as well. The limits hold for this project alone."""

    name: str
    max_concurrent: int
    max_waiting: int
    running: int
    waiting: int


class QueuesOut(BaseModel):
    """Every queue by name; one that takes no more jobs (``max_waiting`` 0) as long as jobs are in it."""

    queues: list[QueueOut]


def queue_routes(loads: QueueLoads) -> APIRouter:
    """Give the route of the queues."""
    routes = APIRouter(prefix="/queues", tags=["queues"], responses=ERRORS, route_class=ApiRoute)

    @routes.get("")
    async def list_queues(project_id: str) -> QueuesOut:
        """List the queues with the project's jobs that run and wait in each."""
        return QueuesOut(queues=[_queue_out(load) for load in await loads.of(project_id)])

    return routes


def _queue_out(load: QueueLoad) -> QueueOut:
    return QueueOut(
        name=load.queue.name,
        max_concurrent=load.queue.max_concurrent,
        max_waiting=load.queue.max_waiting,
        running=load.running,
        waiting=load.waiting,
    )
