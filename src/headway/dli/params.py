"""What the list and preview calls take in the query string (contract 2.3, 2.6)."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field, model_validator

from headway.dli.fields import Name, QueueName, check_tag_key, check_tag_value, is_spark
from headway.jobs.errors import InvalidRequest
from headway.jobs.job import ROWS_SHOWN, JobFilter, JobOrder, JobType, Tag
from headway.jobs.lifecycle import JobState, JobStatus, states_of

_EVERY = "ALL"
# Names that the contract lists and no job of ours ever bears: they select nothing.
_OTHER_STATUSES = frozenset({"COMPUTED", "SUSPENDED", "ACTIVE", "DELETED", "CREATING"})
_OTHER_TYPES = frozenset({"DATA_MIGRATION", "RESTART_QUEUE", "SCALE_QUEUE"})
_LAST_PAGE = 2**31 - 1
_LAST_MS = 2**63 - 1


def _check_engine(engine_type: str) -> str:
    is_spark(engine_type)
    return engine_type


def _check_status(status: str) -> str:
    name = status.upper()
    if name != _EVERY and name not in JobStatus.__members__ and name not in _OTHER_STATUSES:
        raise ValueError(f"must be one of {', '.join(JobStatus)} or {_EVERY}")
    return name


EngineFilter = Annotated[str, AfterValidator(_check_engine)]


class QueryModel(BaseModel):
    """Parameters of a query string: an empty one counts as absent."""

    @model_validator(mode="before")
    @classmethod
    def _drop_empty(cls, given: dict[str, object]) -> dict[str, object]:
        return {name: value for name, value in given.items() if value != ""}


class ListQuery(QueryModel):
    """Which jobs to list, in which order, and which page of them."""

    page_size: int = Field(50, alias="page-size", ge=1, le=100)
    current_page: int = Field(1, alias="current-page", ge=1, le=_LAST_PAGE)
    start: int = Field(0, ge=0, le=_LAST_MS, description="Started later than (epoch ms); 0: any time.")
    end: int = Field(0, ge=0, le=_LAST_MS, description="Started earlier than (epoch ms); 0: any time.")
    job_type: str | None = Field(None, alias="job-type", max_length=16)
    job_types: list[str] = Field([], description="Several types, repeated or joined by commas.")
    job_status: Annotated[str, AfterValidator(_check_status)] | None = Field(
        None, alias="job-status", max_length=16
    )
    job_id: str | None = Field(None, alias="job-id", max_length=64)
    queue_name: QueueName | None = None
    sql_pattern: str | None = Field(None, max_length=1024, description="Part of the statement, in any case.")
    order: JobOrder = JobOrder.START_TIME_DESC
    engine_type: EngineFilter | None = Field(None, alias="engine-type")
    engine_type_too: EngineFilter | None = Field(None, alias="engine_type")
    owner: str | None = Field(None, max_length=256)
    db_name: Name | None = None
    table_name: str | None = Field(None, max_length=256)
    tags: str | None = Field(None, max_length=4096, description="`k1=v1,k2=v2`")

    @property
    def offset(self) -> int:
        """How many matching jobs come before the page."""
        return (self.current_page - 1) * self.page_size

    def filter(self) -> JobFilter | None:
        """Give it in the service's words, or ``None`` when no job can match; raises ``InvalidRequest``."""
        states, types = self._states(), self._types()
        engines = [engine for engine in (self.engine_type, self.engine_type_too) if engine]
        wanted = JobFilter(
            states=states,
            types=types,
            job_id=self.job_id,
            queue_name=self.queue_name,
            owner=self.owner,
            sql_pattern=self.sql_pattern,
            database=self.db_name,
            tags=_tags(self.tags or ""),
            started_after=self.start or None,
            started_before=self.end or None,
        )
        # Only Spark runs jobs here, and a SQL statement's job belongs to no one table.
        impossible = (
            states == frozenset()
            or types == frozenset()
            or self.table_name is not None
            or not all(map(is_spark, engines))
        )
        return None if impossible else wanted

    def _states(self) -> frozenset[JobState] | None:
        if self.job_status is None or self.job_status == _EVERY:
            return None
        if self.job_status in _OTHER_STATUSES:
            return frozenset()
        return states_of(JobStatus(self.job_status))

    def _types(self) -> frozenset[JobType] | None:
        single = _types("job-type", [self.job_type or ""])
        several = _types("job_types", [name for text in self.job_types for name in text.split(",")])
        if single is None or several is None:
            return several if single is None else single
        return single & several


class PreviewQuery(QueryModel):
    """How much of a result to show. The queue's name is checked and makes no difference."""

    page_size: int = Field(ROWS_SHOWN, alias="page-size", ge=1, le=ROWS_SHOWN)
    queue_name: QueueName | None = Field(None, alias="queue-name")


def _types(field: str, names: Sequence[str]) -> frozenset[JobType] | None:
    wanted = {name.strip().upper() for name in names} - {""}
    for name in wanted:
        if name != _EVERY and name not in JobType.__members__ and name not in _OTHER_TYPES:
            raise InvalidRequest(field, f"must be of {', '.join(JobType)} or {_EVERY}")
    if not wanted or _EVERY in wanted:
        return None
    return frozenset(JobType(name) for name in wanted - _OTHER_TYPES)


def _tags(text: str) -> tuple[Tag, ...]:
    tags = []
    for pair in filter(str.strip, text.split(",")):
        key, equals, value = pair.partition("=")
        if not equals:
            raise InvalidRequest("tags", "must be key=value, joined by commas")
        try:
            tags.append(Tag(check_tag_key(key.strip()), check_tag_value(value.strip())))
        except ValueError as error:
            raise InvalidRequest("tags", str(error)) from None
    return tuple(tags)
