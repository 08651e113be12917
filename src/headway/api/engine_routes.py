"""The project's engine: its state, its log, how busy it was; stopping and restarting it."""

from typing import Annotated

from fastapi import APIRouter, Query

from headway.api.answers import ERRORS, ErrorBody
from headway.api.engine_view import EngineOut, LogOut, SizeBody, UsageOut, engine_out, log_out, usage_out
from headway.api.errors import ApiRoute
from headway.service.clock import Clock
from headway.service.engines import Engines
from headway.service.trackers import Trackers

_NOT_OURS: dict[int | str, dict[str, object]] = {
    409: {"model": ErrorBody, "description": "The engine was not started here"}
}


def engine_routes(engines: Engines, trackers: Trackers, clock: Clock) -> APIRouter:
    """Give the routes of the engine."""
    routes = APIRouter(prefix="/engine", tags=["engine"], responses=ERRORS, route_class=ApiRoute)

    @routes.get("")
    async def show_engine(project_id: str) -> EngineOut:
        """Show the engine's state; starts nothing."""
        return engine_out(engines.status(project_id))

    @routes.get("/log")
    async def read_engine_log(project_id: str, lines: Annotated[int, Query(ge=1, le=1000)] = 200) -> LogOut:
        """Read the last lines of the engine's log, secrets blotted out."""
        return log_out(await engines.host(project_id).log_tail(lines))

    @routes.get("/usage")
    async def show_engine_usage(project_id: str) -> UsageOut:
        """Show how many cores were busy over the last 30 minutes, as this process saw it."""
        return usage_out(trackers.of(project_id).usage.samples(clock()))

    @routes.post("/stop")
    async def stop_engine(project_id: str) -> EngineOut:
        """Stop the engine; its running jobs fail. The next job starts it again."""
        return engine_out(await engines.stop(project_id))

    @routes.post("/restart", responses=_NOT_OURS)
    async def restart_engine(project_id: str) -> EngineOut:
        """Stop the engine, so that its running jobs fail, and begin to start it anew."""
        return engine_out(await engines.restart(project_id))

    @routes.post("/scale", responses=_NOT_OURS)
    async def scale_engine(project_id: str, body: SizeBody) -> EngineOut:
        """Restart the engine with another size, kept for later starts too; its running jobs fail."""
        return engine_out(await engines.scale(project_id, body.size()))

    return routes
