"""The engines of a home whose service does not run: read from what the home holds, and stopped directly."""

import asyncio
import fcntl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from headway.client.seen import EngineSeen
from headway.engine.base import EngineState
from headway.engine.launcher import stop
from headway.engine.record import EngineRecord, forget, holds_its_ports, load, process_of
from headway.engine.start_lock import start_lock


@dataclass(frozen=True, slots=True)
class HomeEngine:
    """One project's engine directory."""

    project_id: str
    directory: Path

    def look(self) -> EngineSeen:
        """Give the engine's state from its record and its process; nothing is sent to it."""
        record = load(self.directory)
        return EngineSeen(EngineState.STOPPED) if record is None else _seen(record)

    def stop(self) -> EngineSeen:
        """End the engine's process, if there is one; blocks for seconds."""
        asyncio.run(self._stop())
        return self.look()

    async def _stop(self) -> None:
        if not self.directory.is_dir():
            return
        # A service that starts meanwhile waits with its own start.
        async with start_lock(self.directory, lambda: None):
            record = await asyncio.to_thread(load, self.directory)
            if record is None:
                return
            await stop(record)
            if process_of(record) is None:
                await asyncio.to_thread(forget, self.directory, record)


def home_engines(home: Path, project_id: str | None) -> Iterator[HomeEngine]:
    """Give the engine of one project, or of every project that ever had one."""
    projects = home / "projects"
    if project_id is not None:
        yield HomeEngine(project_id, projects / project_id / "engine")
        return
    for directory in sorted(projects.glob("*/engine")):
        yield HomeEngine(directory.parent.name, directory)


def service_in(home: Path) -> str | None:
    """Give the pid of the service that holds the home, be it starting or stuck; of several, the last."""
    try:
        with (home / "service.lock").open() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return lock.read().strip() or "unknown"
    except FileNotFoundError:
        pass  # no service was ever started there, or the home is gone
    return None


def _seen(record: EngineRecord) -> EngineSeen:
    if process_of(record) is None:
        return EngineSeen(
            EngineState.STOPPED, f"Its process {record.pid} has ended", log_path=record.log_path
        )
    state, text = EngineState.READY, ""
    if record.app_id is None:
        state, text = EngineState.STARTING, "It was not yet ready when its service ended"
    elif not holds_its_ports(record):
        state, text = EngineState.FAILED, "Its process is there, but Spark has ended in it"
    address = record.doors.address
    return EngineSeen(
        state,
        text,
        pid=record.pid,
        connect_url=address.connect_url,
        monitor_url=address.monitor_url,
        spark_version=record.spark_version,
        app_id=record.app_id,
        started_at=record.started_at,
        log_path=record.log_path,
    )
