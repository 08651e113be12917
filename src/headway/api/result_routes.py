"""The rows of a job: a page as JSON; any part or all of them as CSV, JSON records, Arrow or Parquet."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel

from headway.api.answers import CONFLICT, ERRORS, GONE
from headway.api.errors import ApiRoute
from headway.api.result_answer import MEDIA_TYPES, RowsPage, head_only, headers_of, stream_rows
from headway.api.result_part import COMPLETE, ROW_COUNT, Part, part_of
from headway.api.result_query import Cells, ResultFormat, ResultQuery
from headway.results.json_text import JsonValue, dump_json
from headway.service.job_service import JobService

CONVERSIONS = 4  # pieces of results that are turned into bytes at the same time


class ColumnOut(BaseModel):
    """A column; ``type`` is Spark's simple name, for example ``decimal(15,2)``."""

    name: str
    type: str


class PageOut(BaseModel):
    """Rows from row ``offset`` on, of ``row_count`` that are kept; more may come until ``is_complete``."""

    columns: list[ColumnOut]
    rows: list[list[object]]
    offset: int
    row_count: int
    is_complete: bool


_HEADERS = {
    ROW_COUNT: {"description": "Rows of the result that are kept so far", "schema": {"type": "integer"}},
    COMPLETE: {"description": "Whether no more rows will come", "schema": {"type": "boolean"}},
    "Content-Disposition": {
        "description": "The file's name (CSV, Parquet, records)",
        "schema": {"type": "string"},
    },
}
_FILE = {"schema": {"type": "string", "format": "binary"}}
_REFUSALS: dict[int | str, dict[str, object]] = {**ERRORS, **CONFLICT, **GONE}
_ROWS: dict[int | str, dict[str, object]] = {
    200: {
        "model": PageOut,
        "description": "The rows",
        "headers": _HEADERS,
        "content": {kind: _FILE for kind in MEDIA_TYPES.values() if kind != MEDIA_TYPES[ResultFormat.JSON]},
    }
}
_HEAD: dict[int | str, dict[str, object]] = {200: {"description": "What GET would say", "headers": _HEADERS}}


def result_routes(service: JobService) -> APIRouter:
    """Give the routes of results."""
    routes = APIRouter(
        prefix="/jobs/{job_id}/result", tags=["results"], responses=_REFUSALS, route_class=ApiRoute
    )
    turns = asyncio.Semaphore(CONVERSIONS)

    async def wanted(project_id: str, job_id: str, query: ResultQuery) -> Part:
        most = query.most_rows()
        stored = await service.result(project_id, job_id)
        return await asyncio.to_thread(part_of, stored, query.offset, most)

    @routes.get("", response_class=Response, responses=_ROWS)
    async def read_result(project_id: str, job_id: str, query: Annotated[ResultQuery, Query()]) -> Response:
        """Read rows, of a finished job or those that a running one has given so far.

        - `json`: one page, at most 10,000 rows.
        - `csv`: a header, then RFC 4180; a null is an empty cell, an empty text is `""`; nested values are
          JSON text, binary is base64.
        - `arrow`: an Arrow IPC stream; its schema's metadata has Spark's under `spark_schema`.
        - `parquet`: repeated column names get a number (`a_2`); types that Parquet lacks (intervals,
          VARIANT) are text.

        An answer holds the rows that were there when the request came: `X-Row-Count` and
        `X-Result-Complete` say how many, and whether more will come. The same rows have the same numbers
        for ever. All but `parquet` is compressed for a caller that accepts gzip.
        """
        part = await wanted(project_id, job_id, query)
        if query.format is not ResultFormat.JSON:
            return stream_rows(part, query.format, job_id, turns)
        async with turns:
            body = await asyncio.to_thread(_page, part, query.cells)
        headers = headers_of(part, query.format, job_id)
        return RowsPage(body, headers=headers, media_type=MEDIA_TYPES[query.format])

    @routes.head("", response_class=Response, responses=_HEAD)
    async def look_at_result(
        project_id: str, job_id: str, query: Annotated[ResultQuery, Query()]
    ) -> Response:
        """Say what GET would, without the rows."""
        return head_only(await wanted(project_id, job_id, query), query.format, job_id)

    return routes


def _page(part: Part, cells: Cells) -> bytes:
    stored = part.stored
    read = stored.rows if cells is Cells.NATIVE else stored.text_rows
    rows: list[list[JsonValue]] | list[list[str | None]] = read(part.offset, part.count)
    page = {
        "columns": [{"name": column.name, "type": column.type} for column in stored.columns],
        "rows": rows,
        "offset": part.offset,
        "row_count": part.row_count,
        "is_complete": stored.is_complete,
    }
    return dump_json(page)
