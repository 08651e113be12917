"""One engine host a project, made when it is first needed."""

import asyncio
from collections.abc import Callable, Mapping
from contextvars import Context

import structlog

from headway.engine.base import EngineHost, EngineState, EngineStatus
from headway.engine.size import EngineSize
from headway.jobs.errors import EngineUnavailable, NotAllowed

log = structlog.get_logger(__name__)

SHOWN_SECONDS = 0.1
HostFactory = Callable[[str], EngineHost]


class Engines:
    """The engine host of every project."""

    def __init__(self, make_host: HostFactory) -> None:
        self._make_host = make_host
        self._hosts: dict[str, EngineHost] = {}
        self._stopped: set[str] = set()  # application ids
        self._reviving: dict[str, asyncio.Task[None]] = {}  # by project

    def host(self, project_id: str) -> EngineHost:
        """Give the project's host; makes it but starts nothing."""
        host = self._hosts.get(project_id)
        if host is None:
            host = self._hosts[project_id] = self._make_host(project_id)
        return host

    def status(self, project_id: str) -> EngineStatus:
        """Give what is known of the project's engine."""
        return self.host(project_id).status

    def statuses(self) -> Mapping[str, EngineStatus]:
        """Give the status of every engine that was asked for, by project."""
        return {project_id: host.status for project_id, host in self._hosts.items()}

    def failures(self) -> dict[str, str]:
        """Give why engines could not be started, by project."""
        return {
            project_id: status.text
            for project_id, status in self.statuses().items()
            if status.state is EngineState.FAILED
        }

    def was_stopped(self, app_id: str | None) -> bool:
        """Tell whether an engine that is gone was stopped on purpose."""
        return app_id in self._stopped

    def revive(self, project_id: str) -> None:
        """Begin to start the project's engine if it died; a start that fails shows in its status."""
        if project_id not in self._reviving:
            task = asyncio.create_task(self._revive(project_id), context=Context())
            self._reviving[project_id] = task
            task.add_done_callback(lambda _: self._reviving.pop(project_id, None))

    async def _revive(self, project_id: str) -> None:
        try:
            await self.host(project_id).ready()
        except EngineUnavailable as error:
            log.error("engine start failed", project_id=project_id, reason=str(error))

    async def stop(self, project_id: str) -> EngineStatus:
        """Stop the project's engine if it was launched here."""
        host = self.host(project_id)
        await host.find()
        if host.status.app_id is not None:
            self._stopped.add(host.status.app_id)
        await host.stop()
        return host.status

    async def restart(self, project_id: str) -> EngineStatus:
        """Stop the project's engine and begin to start it anew; its running jobs fail as on ``stop``.

        Raises ``NotAllowed`` for an engine that was not launched here.
        """
        host = self.host(project_id)
        if host.status.kind == "remote":
            raise NotAllowed("the engine was not started here and is not restarted from here")
        await self.stop(project_id)
        self.revive(project_id)
        # The start shows in the status as soon as its task has had a turn.
        await asyncio.wait((self._reviving[project_id],), timeout=SHOWN_SECONDS)
        return host.status

    async def scale(self, project_id: str, size: EngineSize) -> EngineStatus:
        """Keep another size for the project's engine and restart it with that.

        Raises ``InvalidRequest`` for a size it cannot have and ``NotAllowed`` for one not launched here.
        """
        await self.host(project_id).resize(size)
        return await self.restart(project_id)

    async def stop_all(self) -> None:
        """Stop every engine that was launched here."""
        for project_id in list(self._hosts):
            await self.stop(project_id)

    async def close(self) -> None:
        """Let go of every engine; they go on."""
        for task in list(self._reviving.values()):
            task.cancel()
        for host in self._hosts.values():
            await host.close()
