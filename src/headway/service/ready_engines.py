"""Engines for questions that somebody waits for: an engine that does not run is started, not waited for."""

import asyncio
import time
from dataclasses import dataclass, field

from headway.engine.base import Engine, EngineState
from headway.jobs.errors import EngineNotReady, EngineUnavailable
from headway.service.engines import Engines

FOUND_SECONDS = 1.0  # one that runs already is found in this time
COME_BACK_SECONDS = 2
START_AGAIN_SECONDS = 30.0  # a start that failed is not tried again at each question


@dataclass(slots=True)
class ReadyEngines:
    """Every project's engine, for those who cannot wait until it has started."""

    engines: Engines
    _began: dict[str, float] = field(default_factory=dict)  # when a project's last start was asked for

    async def get(self, project_id: str) -> Engine:
        """Give the engine if it runs; else a start goes on behind ``EngineNotReady``, which says its step.

        Raises ``EngineUnavailable`` when the start has failed.
        """
        host = self.engines.host(project_id)
        status, now = host.status, time.monotonic()
        since = now - self._began.get(project_id, -START_AGAIN_SECONDS)
        if status.state is EngineState.FAILED and since < START_AGAIN_SECONDS:
            raise EngineUnavailable(f"The engine has FAILED: {status.text}")
        if status.state in (EngineState.STOPPED, EngineState.FAILED):
            self._began[project_id] = now
        try:
            async with asyncio.timeout(FOUND_SECONDS):
                # The start outlives its callers.
                return await host.ready()
        except TimeoutError:
            status = host.status
            text = f"The engine is {status.state}" + (f": {status.text}" if status.text else "")
            raise EngineNotReady(text, COME_BACK_SECONDS) from None
