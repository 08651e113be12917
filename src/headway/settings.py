"""Settings: defaults, then ``headway.toml`` in the home, then ``HEADWAY_*``, then the command line."""

import os
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from headway.service.fault_points import FaultPoint

LOG_LEVELS = ("debug", "info", "warning", "error")


class SettingsError(Exception):
    """A setting is wrong; the text names it."""


class EngineSettings(BaseModel):
    """How the engine is started, or where it is."""

    model_config = ConfigDict(extra="forbid")

    master: str = Field("local[*]", description="Spark master URL: local[*], spark://…, yarn, k8s://…")
    memory: str | None = Field(
        None, description="driver heap, for example 4g; half of the free memory if unset"
    )
    java_home: Path | None = Field(
        None, description="Java 17 or newer; else JAVA_HOME, else the one included"
    )
    conf: dict[str, str] = Field(default_factory=dict, description="Spark conf that wins over the defaults")
    remote_url: str | None = Field(None, description="sc://host:port of a running Connect server")
    remote_token: str | None = Field(None, description="token of that server")
    remote_monitor_url: str | None = Field(None, description="http://host:4040 of that Spark application")
    remote_monitor_token: str | None = Field(None, description="bearer token of its monitoring")
    start_timeout_seconds: float = Field(180, gt=0, description="a start that takes longer has failed")


class QueueSettings(BaseModel):
    """A queue."""

    model_config = ConfigDict(extra="forbid")

    max_concurrent: int = Field(16, ge=1, description="jobs of a project that run in it at the same time")
    max_waiting: int = Field(10_000, ge=1, description="jobs of a project that wait in it; more are refused")


class ResultSettings(BaseModel):
    """Where rows are kept."""

    model_config = ConfigDict(extra="forbid")

    limit_bytes: int = Field(10 * 2**30, gt=0, description="a larger result ends its job with an error")


class StoreSettings(BaseModel):
    """Where jobs are remembered."""

    model_config = ConfigDict(extra="forbid")

    url: str | None = Field(
        None, description="postgresql://user:password@host/database; unset: SQLite in the home"
    )

    @field_validator("url")
    @classmethod
    def _is_postgresql(cls, url: str | None) -> str | None:
        # The text does not repeat the URL: it may hold a password.
        if url is not None and not url.startswith(("postgresql://", "postgresql+psycopg://", "postgres://")):
            raise ValueError("must begin with postgresql://")
        return url


class RetentionSettings(BaseModel):
    """How long ended jobs and their rows are kept."""

    model_config = ConfigDict(extra="forbid")

    days: float = Field(30, gt=0, description="ended jobs and their rows go after so many days")
    results_bytes: int = Field(
        10 * 2**30, gt=0, description="all kept rows together; above it the oldest rows go first"
    )


class HistorySettings(BaseModel):
    """Earlier runs of statements, for the estimates of the next ones."""

    model_config = ConfigDict(extra="forbid")

    enabled: bool = Field(True, description="remember how finished statements ran, and estimate from it")
    days: float = Field(90, gt=0, description="what is remembered of a run goes after so many days")


class LimitSettings(BaseModel):
    """What one project may ask of the service."""

    model_config = ConfigDict(extra="forbid")

    running_jobs: int = Field(
        200, ge=1, description="jobs of a project that run at the same time, all queues"
    )
    requests_per_second: float = Field(
        1000, gt=0, description="requests of a project in the long run; twice as many may come in one second"
    )


class Settings(BaseSettings):
    """Every setting of the service."""

    model_config = SettingsConfigDict(
        env_prefix="HEADWAY_", env_nested_delimiter="__", extra="forbid", env_ignore_empty=True
    )

    home: Path = Field(
        default_factory=lambda: Path.home() / ".headway", description="everything that is kept"
    )
    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8420, ge=0, le=65535, description="port to listen on; 0 takes a free one")
    time_zone: str = Field("UTC", description="zone of the times in the contract's progress")
    body_limit_bytes: int = Field(4 * 2**20, gt=0, description="largest request body")
    log_level: str = Field("info", description="debug, info, warning or error")
    log_json: bool | None = Field(None, description="JSON log lines; unset: JSON unless on a terminal")
    engine: EngineSettings = EngineSettings()
    queues: dict[str, QueueSettings] = Field(default_factory=lambda: {"default": QueueSettings()})
    results: ResultSettings = ResultSettings()
    store: StoreSettings = StoreSettings()
    retention: RetentionSettings = RetentionSettings()
    history: HistorySettings = HistorySettings()
    limits: LimitSettings = LimitSettings()
    stop_at: FaultPoint | None = Field(
        None, description="for fault tests: kill this process at the named point (service/fault_points.py)"
    )

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"there is no time zone named {name}") from None
        return name

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, name: str) -> str:
        if name.lower() not in LOG_LEVELS:
            raise ValueError(f"is not one of {', '.join(LOG_LEVELS)}")
        return name.lower()

    @field_validator("queues")
    @classmethod
    def _queue_names(cls, queues: dict[str, QueueSettings]) -> dict[str, QueueSettings]:
        return {"default": QueueSettings()} | {name.lower(): queue for name, queue in queues.items()}

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order the sources: what was given, the environment, the file in the home."""
        given = init_settings().get("home") or os.environ.get("HEADWAY_HOME") or Path.home() / ".headway"
        file = TomlConfigSettingsSource(settings_cls, Path(given).expanduser() / "headway.toml")
        return init_settings, env_settings, file


def load(**given: Any) -> Settings:
    """Read the settings; ``None`` in ``given`` means not given. Raises ``SettingsError``."""
    try:
        settings = Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise SettingsError(f"setting {name}: {first['msg']}") from None
    except (ValueError, OSError) as error:
        raise SettingsError(f"settings cannot be read: {error}") from None
    return settings.model_copy(update={"home": settings.home.expanduser().resolve()})
