"""Statements of one user that Spark works on: found by the tags of their subjobs, and ended for good."""

import asyncio
import re
from collections.abc import Sequence

import structlog

from headway.engine.base import FoundOperation
from headway.engine.connect import ConnectClient
from headway.engine.monitor_client import MonitorClient
from headway.jobs.errors import EngineLost, ProgressUnavailable, StatementFailed

log = structlog.get_logger(__name__)

# Interrupting and killing may each miss a subjob that is submitted just then (docs/adr/0009).
CALM_READS = 5
LOOK_AGAIN_SECONDS = 0.15
CALM_WITHIN_SECONDS = 20.0
_ID = "([0-9a-fA-F-]{36})"


class Orphans:
    """What Spark does for ``user``, on whoever's behalf; a statement between two subjobs is not seen."""

    def __init__(self, client: ConnectClient, monitor: MonitorClient, user: str) -> None:
        self._client = client
        self._monitor = monitor
        # org.apache.spark.sql.connect.service.ExecuteJobTag
        self._tag = re.compile(
            f"SparkConnect_OperationTag_User_{re.escape(user)}_Session_{_ID}_Operation_{_ID}"
        )

    async def find(self) -> Sequence[FoundOperation]:
        """Give the statements with a subjob that runs; raises ``ProgressUnavailable``."""
        tags = await self._monitor.running_tags()
        return tuple(dict.fromkeys(found for each in tags.values() for found in self._operations(each)))

    async def end(self, found: FoundOperation) -> None:
        """Interrupt a statement, kill its subjobs until Spark stays calm, end its session.

        Raises ``EngineLost`` when the engine does not answer.
        """
        try:
            await self._client.interrupt(found.session_id, found.job_id)
        except (EngineLost, StatementFailed) as error:
            # A session that is closed hears nothing, and what it left running is killed all the same.
            log.info("interrupt not delivered", job_id=found.job_id, reason=str(error))
        if not await self._kill(found):
            log.warning("Spark did not confirm that the statement stopped", job_id=found.job_id)
        try:
            await self._client.release_session(found.session_id)
        except StatementFailed as error:
            # Spark finds an operation in a state that it did not think of; its session is gone all the same.
            log.info("session not closed in good order", session_id=found.session_id, reason=str(error))

    async def _kill(self, found: FoundOperation) -> bool:
        """Kill what runs for a statement; gives whether Spark was seen to be calm in time."""
        calm = 0
        try:
            async with asyncio.timeout(CALM_WITHIN_SECONDS):
                while calm < CALM_READS:
                    try:
                        calm = 0 if await self._kill_once(found) else calm + 1
                    except ProgressUnavailable:
                        calm = 0
                    await asyncio.sleep(LOOK_AGAIN_SECONDS)
        except TimeoutError:
            return False
        return True

    async def _kill_once(self, found: FoundOperation) -> bool:
        tags = await self._monitor.running_tags()
        running = [job_id for job_id, each in tags.items() if found in self._operations(each)]
        if running:
            await self._monitor.kill(running)
        return bool(running)

    def _operations(self, tags: Sequence[str]) -> list[FoundOperation]:
        matches = (self._tag.fullmatch(tag) for tag in tags)
        return [FoundOperation(job_id=match[2], session_id=match[1]) for match in matches if match]
