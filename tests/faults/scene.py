"""A home for faults: one engine, a service at a port that stays, and ways to look at both from outside."""

import re
import socket
from dataclasses import dataclass
from pathlib import Path

import psutil

from headway.engine.record import EngineRecord, load
from tests.e2e.spark_side import SparkSide
from tests.faults.store_side import StoreSide, sqlite_of
from tests.service_process import Project, ServiceProcess
from tests.waiting import eventually

ENV = {
    # Tasks here sleep more than they compute.
    "HEADWAY_ENGINE__MASTER": "local[6]",
    "HEADWAY_ENGINE__MEMORY": "1500m",
    "HEADWAY_QUEUES": '{"default": {"max_concurrent": 50}, "narrow": {"max_concurrent": 1},'
    ' "second": {"max_concurrent": 50}, "third": {"max_concurrent": 50}}',
}
# What a fault may write, and what nobody may.
TRACEBACK = re.compile(r"^Traceback|\bjob ended by an internal error\b", re.MULTILINE)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass
class Scene:
    home: Path
    service: ServiceProcess

    @property
    def project(self) -> Project:
        return self.service.project()

    def spark(self) -> SparkSide:
        """The engine that runs now."""
        return SparkSide(self.home, self.project.project_id)

    def engine(self) -> psutil.Process:
        return psutil.Process(self.spark().record.pid)

    def store(self) -> StoreSide:
        return StoreSide(sqlite_of(self.home))

    def run(self) -> None:
        """Start the service unless it runs."""
        if not self.service.runs:
            self.service.start()

    def rest(self) -> None:
        """Stop the service unless it is stopped; the engine stays."""
        if self.service.runs:
            self.service.stop()

    def restart(self) -> None:
        """Kill the service and start it."""
        self.service.kill()
        self.service.start()

    def start_until(self, point: str) -> None:
        """Start a service that kills itself at a point: for what it takes over, maybe before it answers."""
        self.service.launch(point)
        eventually(lambda: not self.service.runs or self.service.answers())

    def result_directory(self, job_id: str) -> Path:
        return self.home / "results" / self.project.project_id / job_id

    def has_rows(self, job_id: str) -> bool:
        """Whether rows of a job are kept already."""
        index = self.result_directory(job_id) / "rows.index"
        return index.exists() and index.stat().st_size > 0

    def replaced_engine(self, old: psutil.Process, seconds: float = 90) -> SparkSide:
        """Wait for the engine that comes after one that is gone."""

        def is_there() -> bool:
            record = record_of(self.home, self.project.project_id)
            return record is not None and record.pid != old.pid and record.app_id is not None

        eventually(is_there, seconds)
        return self.spark()


def record_of(home: Path, project_id: str) -> EngineRecord | None:
    """What the home says of its engine, be it ready, starting or dead."""
    return load(home / "projects" / project_id / "engine")


def tracebacks(log: str) -> list[str]:
    """What stands in a log and may not: errors that nobody foresaw, each with the lines around it."""
    return [log[max(0, found.start() - 600) : found.end() + 2500] for found in TRACEBACK.finditer(log)]
