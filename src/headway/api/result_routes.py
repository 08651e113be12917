"""The rows of a finished job: all of them as Arrow, or a page as JSON."""

import asyncio
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel

from headway.api.answers import CONFLICT, ERRORS, GONE
from headway.api.arrow_stream import MEDIA_TYPE, arrow_chunks
from headway.api.errors import ApiRoute
from headway.jobs.errors import InvalidRequest
from headway.results.json_text import JsonValue, dump_json
from headway.results.stored import StoredResult
from headway.service.job_service import JobService

PAGE_ROWS = 1_000
PAGE_MOST = 10_000


class ResultFormat(StrEnum):
    """How rows are sent."""

    ARROW = "arrow"
    JSON = "json"


class Cells(StrEnum):
    """How the cells of a JSON page look: JSON's own kinds, or the text that Spark shows."""

    NATIVE = "native"
    TEXT = "text"


class ColumnOut(BaseModel):
    """A column; ``type`` is Spark's simple name, for example ``decimal(15,2)``."""

    name: str
    type: str


class PageOut(BaseModel):
    """Rows from row ``offset`` on, of ``row_count`` in all."""

    columns: list[ColumnOut]
    rows: list[list[object]]
    offset: int
    row_count: int


_ANSWERS: dict[int | str, dict[str, object]] = {
    **ERRORS,
    **CONFLICT,
    **GONE,
    200: {
        "description": "The rows: an Arrow IPC stream with Spark's schema in its metadata, or a page of JSON",
        "content": {
            MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}},
            "application/json": {"schema": PageOut.model_json_schema()},
        },
    },
}


def result_routes(service: JobService) -> APIRouter:
    """Give the route of results."""
    routes = APIRouter(
        prefix="/jobs/{job_id}/result", tags=["results"], responses=_ANSWERS, route_class=ApiRoute
    )

    @routes.get("", response_class=Response)
    async def read_result(
        project_id: str,
        job_id: str,
        format_: Annotated[ResultFormat, Query(alias="format")] = ResultFormat.ARROW,
        cells: Cells = Cells.NATIVE,
        offset: Annotated[int, Query(ge=0)] = 0,
        limit: Annotated[int | None, Query(ge=0)] = None,
    ) -> Response:
        """Read rows from ``offset`` on: as Arrow all, or ``limit``; as JSON 1,000, at most 10,000."""
        stored = await service.result(project_id, job_id)
        if format_ is ResultFormat.ARROW:
            schema = await asyncio.to_thread(lambda: stored.arrow_schema)
            return StreamingResponse(arrow_chunks(stored, schema, offset, limit), media_type=MEDIA_TYPE)
        if limit is not None and limit > PAGE_MOST:
            raise InvalidRequest("limit", f"at most {PAGE_MOST:,} rows as JSON; take format=arrow for more")
        wanted = PAGE_ROWS if limit is None else limit
        body = await asyncio.to_thread(_page, stored, cells, offset, wanted)
        return Response(body, media_type="application/json")

    return routes


def _page(stored: StoredResult, cells: Cells, offset: int, limit: int) -> bytes:
    rows: list[list[JsonValue]] | list[list[str | None]]
    rows = stored.rows(offset, limit) if cells is Cells.NATIVE else stored.text_rows(offset, limit)
    columns = [{"name": column.name, "type": column.type} for column in stored.columns]
    return dump_json({"columns": columns, "rows": rows, "offset": offset, "row_count": stored.row_count})
