"""A text of several statements -> the statements, and what each leaves to those after it."""

import asyncio
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from headway.api.answers import ERRORS
from headway.api.errors import ApiRoute
from headway.jobs.job import SQL_LIMIT, JobType
from headway.jobs.script import Surroundings, after, is_temporary
from headway.jobs.splitter import Statement, split_statements
from headway.jobs.statement import kind_of


class SplitIn(BaseModel):
    """A text of statements."""

    model_config = ConfigDict(extra="forbid")

    sql: Annotated[str, Field(max_length=SQL_LIMIT)]


class StatementOut(BaseModel):
    """One statement of a text: its characters (code points) from ``start`` to before ``end``.

    Every statement is a job with a session of its own: ``uses`` (a database) and ``sets`` (configuration) are
    what a USE or SET means for those after it; what one that ``is_temporary`` makes ends with its job.
    """

    text: str
    start: int
    end: int
    line: int
    job_type: JobType
    uses: str | None
    sets: dict[str, str]
    is_temporary: bool


class SplitOut(BaseModel):
    """The statements of a text in their order; ``line`` counts from 1."""

    statements: list[StatementOut]


def split_routes() -> APIRouter:
    """Give the route that splits a text."""
    routes = APIRouter(prefix="/split", tags=["statements"], responses=ERRORS, route_class=ApiRoute)

    @routes.post("")
    async def split_text(project_id: str, body: SplitIn) -> SplitOut:
        """Split a text as Spark would read it; runs nothing and needs no engine."""
        return await asyncio.to_thread(_split, body.sql)

    return routes


def _split(sql: str) -> SplitOut:
    return SplitOut(statements=[_statement_out(each) for each in split_statements(sql)])


def _statement_out(statement: Statement) -> StatementOut:
    left = after(statement.text, Surroundings())
    return StatementOut(
        text=statement.text,
        start=statement.start,
        end=statement.start + len(statement.text),
        line=statement.line_offset + 1,
        job_type=kind_of(statement.text),
        uses=left.current_db,
        sets=dict(left.conf),
        is_temporary=is_temporary(statement.text),
    )
