"""Statements that the people of a project keep for later."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from headway.api.answers import ERRORS, ErrorBody
from headway.api.errors import ApiRoute
from headway.jobs.job import DEFAULT_DATABASE, SQL_LIMIT
from headway.service.clock import Clock
from headway.store.template_store import Template, TemplateStore

# The last part of the path, so that it may hold slashes.
Name = Annotated[str, Path(min_length=1, max_length=128)]

_TOO_MANY: dict[int | str, dict[str, object]] = {
    409: {"model": ErrorBody, "description": "The project has as many templates as there may be"}
}


class TemplateIn(BaseModel):
    """What to keep."""

    model_config = ConfigDict(extra="forbid")

    sql: Annotated[str, Field(min_length=1, max_length=SQL_LIMIT)]
    current_db: Annotated[str, Field(max_length=128)] = DEFAULT_DATABASE


class TemplateOut(BaseModel):
    """A kept statement; ``updated_at`` is in epoch milliseconds."""

    name: str
    sql: str
    current_db: str
    updated_at: int


class TemplatesOut(BaseModel):
    """Every template of the project, by name."""

    templates: list[TemplateOut]


def template_routes(templates: TemplateStore, clock: Clock) -> APIRouter:
    """Give the routes of the templates."""
    routes = APIRouter(prefix="/templates", tags=["templates"], responses=ERRORS, route_class=ApiRoute)

    @routes.get("")
    async def list_templates(project_id: str) -> TemplatesOut:
        """List the project's templates."""
        return TemplatesOut(templates=[_out(template) for template in await templates.all(project_id)])

    @routes.put("/{name:path}", responses=_TOO_MANY)
    async def keep_template(project_id: str, name: Name, body: TemplateIn) -> TemplateOut:
        """Keep a statement under a name, in the place of what was there."""
        template = Template(name, body.sql, body.current_db, clock())
        await templates.keep(project_id, template)
        return _out(template)

    @routes.delete("/{name:path}", status_code=204)
    async def delete_template(project_id: str, name: Name) -> None:
        """Forget a template."""
        await templates.delete(project_id, name)

    return routes


def _out(template: Template) -> TemplateOut:
    return TemplateOut(
        name=template.name,
        sql=template.sql,
        current_db=template.current_db,
        updated_at=template.updated_at,
    )
