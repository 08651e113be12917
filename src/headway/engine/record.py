"""What is written down of a started engine, so that any later service process finds it again."""

import json
import socket
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from headway.engine.doors import LOOPBACK, Doors
from headway.engine.private_file import write_private
from headway.engine.processes import ServerProcess, directory_in
from headway.engine.size import AS_SET, EngineSize, size_of

_CLOCK_SLACK_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class EngineRecord:
    """One engine process. ``spark_version`` and ``app_id`` are ``None`` until it was seen ready once."""

    pid: int
    process_started: float  # epoch seconds: tells this process from a later one with the same pid
    doors: Doors
    java: str
    log_path: str
    started_at: int  # epoch ms
    spark_version: str | None = None
    app_id: str | None = None
    size: EngineSize = AS_SET  # what it was started with, besides the settings

    @property
    def directory(self) -> Path:
        """The engine directory the process was started for."""
        return Path(self.log_path).parent


def record_path(directory: Path) -> Path:
    """Give where an engine directory keeps its record."""
    return directory / "engine.json"


def save(directory: Path, record: EngineRecord) -> None:
    """Write the record, readable by its owner only, whole or not at all."""
    write_private(record_path(directory), json.dumps(asdict(record), indent=2) + "\n")


def load(directory: Path) -> EngineRecord | None:
    """Read the record; a missing, torn or foreign file counts as none."""
    try:
        raw = json.loads(record_path(directory).read_text(encoding="utf-8"))
        doors = raw["doors"]
        return EngineRecord(
            pid=int(raw["pid"]),
            process_started=float(raw["process_started"]),
            doors=Doors(
                connect_port=int(doors["connect_port"]),
                monitor_port=int(doors["monitor_port"]),
                connect_token=str(doors["connect_token"]),
                monitor_secret=str(doors["monitor_secret"]),
            ),
            java=str(raw["java"]),
            log_path=str(raw["log_path"]),
            started_at=int(raw["started_at"]),
            spark_version=_text(raw["spark_version"]),
            app_id=_text(raw["app_id"]),
            size=size_of(raw.get("size")),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def forget(directory: Path, record: EngineRecord) -> None:
    """Remove the record if the one on disk is still of the same process."""
    kept = load(directory)
    if kept is not None and is_same(kept, record):
        record_path(directory).unlink(missing_ok=True)


def is_same(one: EngineRecord, other: EngineRecord) -> bool:
    """Tell whether two records are of the same process."""
    return (one.pid, one.process_started) == (other.pid, other.process_started)


def process_of(record: EngineRecord | ServerProcess) -> psutil.Process | None:
    """Give the recorded process while it lives; not another one that was given its pid."""
    try:
        process = psutil.Process(record.pid)
        started = process.create_time()
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        if abs(started - record.process_started) > _CLOCK_SLACK_SECONDS:
            # Either the pid was given away or somebody set the clock; the command line knows.
            return process if directory_in(process.cmdline()) == record.directory else None
    except psutil.Error:
        return None
    return process


def lives(record: EngineRecord) -> bool:
    """Tell whether the engine lives: its process, and the Spark in it once that was ready.

    A Spark that its cluster dismissed closes its monitoring port; the process stays and is of no more use.
    """
    if process_of(record) is None:
        return False
    return record.app_id is None or _is_taken(record.doors.monitor_port)


def holds_its_ports(record: EngineRecord) -> bool:
    """Tell whether the record's own process listens at both ports: a token goes to nobody else."""
    process = process_of(record)
    if process is None:
        return False
    try:
        connections = process.net_connections(kind="tcp")
    except psutil.Error:
        return False
    listening = {found.laddr.port for found in connections if found.status == psutil.CONN_LISTEN}
    return {record.doors.connect_port, record.doors.monitor_port} <= listening


def _is_taken(port: int) -> bool:
    # To bind tells it at once, also of a Spark that is too busy to answer a call.
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return True
    return False


def _text(value: object) -> str | None:
    return None if value is None else str(value)
