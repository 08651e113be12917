"""Statements looked at before they run: whether Spark would take them, and how it would go about them."""

import asyncio
from dataclasses import dataclass, field

from headway.jobs.errors import InvalidRequest, SqlError, StatementFailed
from headway.jobs.job import SQL_LIMIT
from headway.service.job_service import JobService
from headway.service.ready_engines import ReadyEngines

AT_ONCE = 4  # analysing takes a core of the engine; more wait


@dataclass(slots=True)
class StatementCheck:
    """Checks and explains; nothing runs.

    Calls raise ``InvalidRequest``, ``EngineNotReady`` while the engine starts, ``EngineUnavailable``,
    ``EngineLost``, and ``TimedOut`` after a minute.
    """

    jobs: JobService
    engines: ReadyEngines
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def check(self, project_id: str, sql: str, current_db: str) -> SqlError | None:
        """Give what is wrong with a statement, as check-sql of the contract finds it."""
        async with self._turns:
            await self.engines.get(project_id)
            try:
                await self.jobs.check(project_id, sql, current_db)
            except StatementFailed as failed:
                return failed.error
        return None

    async def explain(self, project_id: str, sql: str, current_db: str) -> str:
        """Give a statement's physical plan as text; raises ``StatementFailed`` for what check refuses."""
        if len(sql) > SQL_LIMIT:
            raise InvalidRequest("sql", f"longer than {SQL_LIMIT:,} characters")
        async with self._turns:
            engine = await self.engines.get(project_id)
            return await engine.explain(sql, current_db)
