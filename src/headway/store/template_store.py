"""Statements that people keep for later, by name."""

from dataclasses import dataclass

from sqlalchemy import and_, delete, func, select

from headway.jobs.errors import NotAllowed, NotFound
from headway.store.database import Database
from headway.store.steady import steadily, steady
from headway.store.tables import templates

KEPT_MOST = 1_000  # of a project


@dataclass(frozen=True, slots=True)
class Template:
    """A kept statement; ``updated_at`` is in epoch milliseconds."""

    name: str
    sql: str
    current_db: str
    updated_at: int


class TemplateStore:
    """Every project's templates. Calls raise ``StoreUnavailable`` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @steady
    async def all(self, project_id: str) -> list[Template]:
        """Give a project's templates, by name."""
        query = select(templates).where(templates.c.project_id == project_id).order_by(templates.c.name)
        async with self._database.read() as connection:
            return [
                Template(row.name, row.statement, row.current_db, row.updated_at)
                for row in await connection.execute(query)
            ]

    @steady
    async def keep(self, project_id: str, template: Template) -> None:
        """Keep a template, in the place of its namesake; raises ``NotAllowed`` above ``KEPT_MOST``."""
        row = {
            "project_id": project_id,
            "name": template.name,
            "statement": template.sql,
            "current_db": template.current_db,
            "updated_at": template.updated_at,
        }
        new = self._database.insert(templates).values(row)
        upsert = new.on_conflict_do_update(
            index_elements=[templates.c.project_id, templates.c.name],
            set_={name: new.excluded[name] for name in ("statement", "current_db", "updated_at")},
        )
        others = and_(templates.c.project_id == project_id, templates.c.name != template.name)
        async with self._database.write() as connection:
            await self._database.lock_name(connection, f"templates {project_id}")
            count = (await connection.execute(select(func.count()).where(others))).scalar_one()
            if count >= KEPT_MOST:
                raise NotAllowed(f"the project has {count:,} templates, the most there may be")
            await connection.execute(upsert)

    async def delete(self, project_id: str, name: str) -> None:
        """Forget a template; raises ``NotFound``."""
        one = and_(templates.c.project_id == project_id, templates.c.name == name)

        async def forget(again: bool) -> None:
            async with self._database.write() as connection:
                gone = (await connection.execute(delete(templates).where(one))).rowcount
            if not gone and not again:  # an earlier try may have been it
                raise NotFound("template", name)

        await steadily(forget)
