"""The engines of this user on this machine, whatever home they belong to and whether it is still there."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from headway.cli.engine_offline import HomeEngine, service_in
from headway.engine.launcher import stop
from headway.engine.processes import ServerProcess, server_processes
from headway.engine.record import load, process_of

IN_USE = "in use"  # a service runs for its home
IDLE = "idle"  # none does
FORGOTTEN = "forgotten"  # its home is there and does not know it: it was made anew, or put back
HOME_DELETED = "home deleted"


@dataclass(frozen=True, slots=True)
class MachineEngine:
    """One engine process, by what its command line and its home tell."""

    home: Path
    project_id: str
    process: ServerProcess

    @property
    def state(self) -> str:
        """Who needs it, as far as can be seen from here."""
        if not self.home.is_dir():
            return HOME_DELETED
        if not self._is_recorded:
            return FORGOTTEN
        return IDLE if service_in(self.home) is None else IN_USE

    def stop(self) -> bool:
        """End the process; blocks for seconds. Gives whether it ended."""
        if self._is_recorded:
            HomeEngine(self.project_id, self.process.directory).stop()
        else:
            asyncio.run(stop(self.process))
        return process_of(self.process) is None

    @property
    def _is_recorded(self) -> bool:
        record = load(self.process.directory)
        return record is not None and record.pid == self.process.pid and process_of(record) is not None


def machine_engines() -> Iterator[MachineEngine]:
    """Give every engine that was started for a project of a home."""
    for process in server_processes():
        match process.directory.parts:
            case [*home, "projects", project_id, "engine"]:
                yield MachineEngine(Path(*home), project_id, process)
