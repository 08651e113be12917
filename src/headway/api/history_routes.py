"""What is kept of earlier runs for the estimates of the next ones: taking it away, deleting it."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, TypeAdapter

from headway.api.answers import ERRORS
from headway.api.errors import ApiRoute
from headway.store.history_store import HistoryStore, StatementRun

MEDIA_TYPE = "application/x-ndjson"

_RUN = TypeAdapter(StatementRun)
_ANSWERS: dict[int | str, dict[str, object]] = {
    200: {
        "description": "One JSON object a line, a run each, in the order they were kept",
        # Lines of JSON have no schema of their own in OpenAPI.
        "content": {MEDIA_TYPE: {"schema": {"type": "string"}}},
    }
}
Fingerprint = Annotated[str | None, Query(min_length=1, max_length=64)]


class ClearedOut(BaseModel):
    """How many runs were forgotten."""

    deleted: int


def history_routes(history: HistoryStore) -> APIRouter:
    """Give the routes of the history."""
    routes = APIRouter(prefix="/history", tags=["history"], responses=ERRORS, route_class=ApiRoute)

    @routes.get("", response_class=Response, responses=_ANSWERS)
    async def export_history(project_id: str) -> StreamingResponse:
        """Give every run of a statement that is kept, with its stages, as JSON lines."""
        runs = history.export(project_id)
        # Looked at before the answer begins: a store that is away is an error, not a short answer.
        first = await anext(runs, None)
        return StreamingResponse(_lines(first, runs), media_type=MEDIA_TYPE)

    @routes.delete("")
    async def clear_history(project_id: str, fingerprint: Fingerprint = None) -> ClearedOut:
        """Forget every kept run, or those of one statement; later estimates do not know of them."""
        return ClearedOut(deleted=await history.clear(project_id, fingerprint))

    return routes


async def _lines(first: StatementRun | None, runs: AsyncIterator[StatementRun]) -> AsyncIterator[bytes]:
    if first is None:
        return
    yield _line(first)
    async for run in runs:
        yield _line(run)


def _line(run: StatementRun) -> bytes:
    return _RUN.dump_json(run) + b"\n"
