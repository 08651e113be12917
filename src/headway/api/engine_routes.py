"""The project's engine: its state, and stopping it."""

from fastapi import APIRouter

from headway.api.answers import ERRORS
from headway.api.engine_view import EngineOut, engine_out
from headway.api.errors import ApiRoute
from headway.service.engines import Engines


def engine_routes(engines: Engines) -> APIRouter:
    """Give the routes of the engine."""
    routes = APIRouter(prefix="/engine", tags=["engine"], responses=ERRORS, route_class=ApiRoute)

    @routes.get("")
    async def show_engine(project_id: str) -> EngineOut:
        """Show the engine's state; starts nothing."""
        return engine_out(engines.status(project_id))

    @routes.post("/stop")
    async def stop_engine(project_id: str) -> EngineOut:
        """Stop the engine; its running jobs fail. The next job starts it again."""
        return engine_out(await engines.stop(project_id))

    return routes
