"""Ends what Spark does for nobody: statements that no job stands for, sessions of jobs that have ended.

A process that is killed may leave either behind, and so may a cancel that Spark did not confirm.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence

import structlog

from headway.engine.base import Engine, EngineState, EngineStatus, FoundOperation
from headway.jobs.errors import HeadwayError, StatementFailed
from headway.service.engines import Engines
from headway.store.spark_sessions import SparkSessions

log = structlog.get_logger(__name__)

EVERY_SECONDS = 30.0
# A job's end is written before Spark is told of it: what is seen twice, so far apart, is nobody's.
SURE_AFTER_SECONDS = 5.0
ENGINE_SECONDS = 60.0  # for one engine; one that hangs must not keep the others from their turn
# More than one process can have left open: it closes a session as soon as its job has ended.
LAST_SESSIONS = 500


class Sweeper:
    """Sweeps the engines that run; starts none. ``projects`` gives the projects that may have one."""

    def __init__(
        self,
        sessions: SparkSessions,
        engines: Engines,
        projects: Callable[[], Sequence[str]],
        *,
        every: float = EVERY_SECONDS,
        sure_after: float = SURE_AFTER_SECONDS,
    ) -> None:
        self._sessions = sessions
        self._engines = engines
        self._projects = projects
        self._every = every
        self._sure_after = sure_after
        self._released: set[str] = set()  # engines whose left-over sessions were ended
        self._loop: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to sweep."""
        self._loop = asyncio.create_task(self._sweep_forever(), name="sweeper")

    async def stop(self) -> None:
        """Stop, in the middle of a sweep too."""
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.wait([self._loop])

    def took_over(self) -> None:
        """Look for sessions left open once more: another process of this installation has died."""
        self._released.clear()

    async def sweep(self, project_id: str) -> int:
        """End the statements in the project's engine that no job stands for; gives how many.

        Raises ``ProgressUnavailable``, ``EngineLost`` or ``StoreUnavailable``.
        """
        engine = await self._engines.host(project_id).find()
        if engine is None or not (suspects := await self._unknown(engine)):
            return 0
        await asyncio.sleep(self._sure_after)
        orphans = suspects & await self._unknown(engine)
        for found in orphans:
            ids = {"job_id": found.job_id, "session_id": found.session_id, "project_id": project_id}
            log.warning("statement without a job; ended", **ids)
            await engine.end_operation(found)
        return len(orphans)

    async def release_sessions(self, project_id: str) -> None:
        """End the sessions of the jobs that ended last in the project's engine; once for each engine.

        Raises ``EngineLost`` or ``StoreUnavailable``.
        """
        host = self._engines.host(project_id)
        engine, app_id = await host.find(), host.status.app_id
        if engine is None or app_id is None or app_id in self._released:
            return
        for session_id in await self._sessions.last_ended(app_id, LAST_SESSIONS):
            try:
                await engine.close_session(session_id)
            except StatementFailed as error:
                log.info("session not closed", session_id=session_id, reason=str(error))
        self._released.add(app_id)

    async def _unknown(self, engine: Engine) -> set[FoundOperation]:
        # In this order: the store knows whatever Spark was given before the question.
        found = await engine.find_operations()
        if not found:
            return set()
        known = await self._sessions.under_way()
        return {each for each in found if (each.job_id, each.session_id) not in known}

    async def _sweep_forever(self) -> None:
        for project_id in self._projects():
            # A remote engine is everybody's: sweeping it for one project is enough.
            if self._engines.status(project_id).kind != "remote":
                # Nobody may ask for an engine that an earlier process left at work.
                await _quietly(project_id, self._engines.host(project_id).find())
        while True:
            for project_id in self._ready():
                await _quietly(project_id, self._clean(project_id))
            await asyncio.sleep(self._every)

    async def _clean(self, project_id: str) -> None:
        # Sweeping comes first: it finds out quickly when the engine does not answer.
        await self.sweep(project_id)
        await self.release_sessions(project_id)

    def _ready(self) -> Sequence[str]:
        """Give a project for each engine that runs."""

        def where(project_id: str, status: EngineStatus) -> str:
            return status.connect_url or project_id

        statuses = self._engines.statuses().items()
        ready = (each for each in statuses if each[1].state is EngineState.READY and each[1].app_id)
        return list({where(*each): each[0] for each in ready}.values())


async def _quietly(project_id: str, work: Coroutine[None, None, object]) -> None:
    try:
        async with asyncio.timeout(ENGINE_SECONDS):
            await work
    except (HeadwayError, TimeoutError) as error:
        reason = str(error) or "it takes too long"
        log.info("engine not swept; tried again soon", project_id=project_id, reason=reason)
    except Exception:  # one failure must not end all sweeping
        log.exception("engine not swept; tried again soon", project_id=project_id)
