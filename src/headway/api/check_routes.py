"""Statements looked at before they run. Nothing here runs one."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from headway.api.answers import ERRORS
from headway.api.errors import ApiRoute
from headway.api.job_view import ErrorOut, error_out
from headway.jobs.job import DEFAULT_DATABASE
from headway.service.statement_check import StatementCheck


class StatementIn(BaseModel):
    """A statement and the database that it would run in."""

    model_config = ConfigDict(extra="forbid")

    sql: Annotated[str, Field(min_length=1)]
    current_db: str = DEFAULT_DATABASE


class CheckOut(BaseModel):
    """Whether Spark would take a statement; else why not, and where."""

    ok: bool
    error: ErrorOut | None


class ExplainOut(BaseModel):
    """The physical plan, as Spark writes it (EXPLAIN FORMATTED)."""

    text: str


def check_routes(statements: StatementCheck) -> APIRouter:
    """Give the routes that look at statements; while the engine starts they answer 503, ``Retry-After``."""
    routes = APIRouter(tags=["statements"], responses=ERRORS, route_class=ApiRoute)

    @routes.post("/check")
    async def check_statement(project_id: str, body: StatementIn) -> CheckOut:
        """Parse and analyse a statement, as the contract's check-sql does."""
        error = await statements.check(project_id, body.sql, body.current_db)
        return CheckOut(ok=error is None, error=None if error is None else error_out(error))

    @routes.post("/explain")
    async def explain_statement(project_id: str, body: StatementIn) -> ExplainOut:
        """Plan a statement; what the check refuses is refused here as well."""
        return ExplainOut(text=await statements.explain(project_id, body.sql, body.current_db))

    return routes
