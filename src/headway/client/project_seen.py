"""What happens in a project as the service tells it, as immutable data: its queues, its cores, its events."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from headway.client.errors import ClientError
from headway.client.reading import parts, take
from headway.client.seen import JobSeen, read_job

Body = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class QueueSeen:
    """One queue; a bound that is ``None`` is none."""

    name: str
    max_concurrent: int | None = None
    max_waiting: int | None = None
    running: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class UsageSeen:
    """What the engine had, and used, at one moment (epoch ms)."""

    at: int
    cores: int = 0
    busy: int = 0
    executors: int = 0


@dataclass(frozen=True, slots=True)
class Advance:
    """How far a running job is; ``remaining_seconds`` is the likely time left."""

    job_id: str
    fraction: float
    low: float
    high: float
    phase: str = ""
    remaining_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why progress is not known for now."""

    reason: str


Event = JobSeen | Advance | Trouble


def read_queues(body: Body) -> tuple[QueueSeen, ...]:
    """Read the list of queues."""
    return tuple(take(QueueSeen, each) for each in parts(body, "queues"))


def read_usage(body: Body) -> tuple[UsageSeen, ...]:
    """Read the samples of an engine's cores, the oldest first."""
    return tuple(take(UsageSeen, each) for each in parts(body, "samples"))


def read_event(name: str, data: str) -> Event | None:
    """Read an event of the project's stream; ``None`` for what tells nothing here. Raises ``ClientError``."""
    if name not in ("job", "progress", "unavailable"):
        return None
    try:
        body = cast("Body", json.loads(data))
        match name:
            case "job":
                return read_job(body)
            case "progress":
                return take(Advance, body)
            case _:
                return take(Trouble, body)
    except (ValueError, TypeError, KeyError) as error:
        raise ClientError(f"An event cannot be read: {error}") from error
