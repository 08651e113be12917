"""Spark's own pages about the engine, for browsers: they are shut to those without the engine's secret."""

from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from headway.api.answers import ERRORS
from headway.api.errors import ApiRoute
from headway.jobs.errors import EngineUnavailable, NotAllowed
from headway.service.engines import Engines


def spark_routes(engines: Engines) -> APIRouter:
    """Give the routes of Spark's pages."""
    routes = APIRouter(prefix="/engine/spark", tags=["engine"], responses=ERRORS, route_class=ApiRoute)

    @routes.get("", include_in_schema=False)
    async def to_the_first_page(request: Request) -> Response:
        return RedirectResponse(request.url.path.rpartition("/")[2] + "/jobs/", 307)

    @routes.get("/{path:path}", response_class=Response)
    async def read_spark_page(project_id: str, path: str, request: Request) -> Response:
        """Read a page of Spark's own, as it is; what would change something is refused.

        ``path`` is Spark's: ``jobs/``, ``stages/stage/?id=3&attempt=0``, ``SQL/``. A proxy that serves
        Headway below a path says so in ``X-Forwarded-Prefix``.
        """
        host = engines.host(project_id)
        if host.status.kind == "remote":
            raise NotAllowed("the engine was not started here: its pages are at its monitor_url")
        engine = await host.find()
        if engine is None:
            raise EngineUnavailable("The engine does not run, and its pages went with it")
        before = request.headers.get("X-Forwarded-Prefix", "").rstrip("/") + request.scope.get(
            "root_path", ""
        )
        root = f"{before}/api/v1/{quote(project_id, safe='')}/engine/spark"
        page = await engine.spark_page(f"/{path}", request.url.query, root)
        return Response(page.body, page.status, page.headers)

    return routes
