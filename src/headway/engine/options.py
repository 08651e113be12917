"""What an operator decides about a project's engine."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

EngineKind = Literal["local", "cluster", "remote"]


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """How a project's engine is started, or where it is when it is not started here.

    ``directory`` is Headway's own: record, log, configuration and scratch of the engine. ``metastore`` is a
    directory that holds the Derby database. ``memory`` is the driver's heap (``4g``); ``None`` takes a share
    of what is free. ``conf`` is Spark configuration and wins over every default here, except the ports and
    secrets, which are chosen at each start.
    """

    directory: Path
    warehouse: Path
    metastore: Path
    master: str = "local[*]"
    memory: str | None = None
    conf: Mapping[str, str] = field(default_factory=dict)
    queues: tuple[str, ...] = ()
    java_home: Path | None = None
    remote_url: str | None = None
    remote_token: str | None = field(default=None, repr=False)
    remote_monitor_url: str | None = None
    remote_monitor_token: str | None = field(default=None, repr=False)
    start_timeout_seconds: float = 180

    @property
    def kind(self) -> EngineKind:
        """Who owns the Spark that runs the statements."""
        if self.remote_url is not None:
            return "remote"
        return "local" if self.master.startswith("local") else "cluster"

    @property
    def executors_wanted(self) -> int | None:
        """How many executors a cluster's engine is to have at least; ``None`` where nobody said."""
        if self.kind != "cluster":
            return None
        dynamic = self.conf.get("spark.dynamicAllocation.enabled", "true").lower() == "true"
        said = self.conf.get(
            "spark.dynamicAllocation.minExecutors" if dynamic else "spark.executor.instances"
        )
        return int(said) if said is not None and said.isdigit() else None
