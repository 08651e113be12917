"""The engine on the wire."""

from collections.abc import Sequence
from dataclasses import asdict

from pydantic import BaseModel, ConfigDict

from headway.engine.base import EngineState, EngineStatus, LogTail
from headway.engine.size import EngineSize
from headway.service.engine_usage import UsageSample


class SizeBody(BaseModel):
    """How large the engine is to be, both ways; what is null is as the settings say.

    ``cores`` and ``memory`` (``4g``, ``512m``) are the driver's of a local engine and each executor's on a
    cluster, where ``executors`` is how many there are at most.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    cores: int | None = None
    memory: str | None = None
    executors: int | None = None

    def size(self) -> EngineSize:
        """Give it as the engine takes it."""
        return EngineSize(self.cores, self.memory, self.executors)


class EngineOut(BaseModel):
    """What is known of the project's engine; ``started_at`` is in epoch milliseconds."""

    state: EngineState
    text: str
    kind: str
    master: str
    pid: int | None
    connect_url: str | None
    monitor_url: str | None
    spark_version: str | None
    app_id: str | None
    started_at: int | None
    log_path: str | None
    size: SizeBody


class LogOut(BaseModel):
    """The last lines of the engine's log, oldest first; without any, ``reason`` says why."""

    lines: list[str]
    reason: str | None


class UsageSampleOut(BaseModel):
    """What the engine had at one moment (epoch ms), and how many of its cores worked, for any job."""

    at: int
    cores: int
    busy: int
    executors: int


class UsageOut(BaseModel):
    """Samples of the last 30 minutes, oldest first, about one a second while jobs run: in a gap none did."""

    samples: list[UsageSampleOut]


def engine_out(status: EngineStatus) -> EngineOut:
    """Show an engine."""
    return EngineOut.model_validate(asdict(status))


def log_out(tail: LogTail) -> LogOut:
    """Show the end of a log."""
    return LogOut(lines=list(tail.lines), reason=tail.reason)


def usage_out(samples: Sequence[UsageSample]) -> UsageOut:
    """Show how busy an engine was."""
    return UsageOut(samples=[UsageSampleOut.model_validate(asdict(sample)) for sample in samples])
