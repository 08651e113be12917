"""The engine on the wire."""

from dataclasses import asdict

from pydantic import BaseModel

from headway.engine.base import EngineState, EngineStatus


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


def engine_out(status: EngineStatus) -> EngineOut:
    """Show an engine."""
    return EngineOut.model_validate(asdict(status))
