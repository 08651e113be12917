"""What submit-job and check-sql take (contract 2.1, 2.8)."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field

from headway.dli.conf import read_conf
from headway.dli.fields import SPARK, Name, QueueName, TagKey, TagValue, check_runs_here
from headway.jobs.errors import InvalidRequest
from headway.jobs.job import DEFAULT_DATABASE, DEFAULT_QUEUE, SQL_LIMIT, JobRequest, Tag

SQL_BYTES_LIMIT = 1024 * 1024  # contract section 8
DEFAULT_CATALOG = "dli"  # the contract's name of the catalog that needs no name


def _check_sql(sql: str) -> str:
    if not sql.strip():
        raise ValueError("must not be empty")
    if len(sql) > SQL_LIMIT:
        raise ValueError(f"has {len(sql)} characters; at most {SQL_LIMIT} are allowed")
    # Four bytes a character at most: short statements need not be encoded to know.
    if len(sql) * 4 > SQL_BYTES_LIMIT and len(sql.encode()) > SQL_BYTES_LIMIT:
        raise ValueError(f"has more than {SQL_BYTES_LIMIT} bytes")
    return sql


Sql = Annotated[
    str, AfterValidator(_check_sql), Field(json_schema_extra={"minLength": 1, "maxLength": SQL_LIMIT})
]


class TagBody(BaseModel):
    """A label on a job."""

    key: TagKey
    value: TagValue = ""


class SubmitBody(BaseModel):
    """One statement to run. A field that is null counts as absent."""

    sql: Sql
    currentdb: Name | None = Field(None, description="Database of unqualified names.")
    current_catalog: Name | None = Field(None, description="Catalog of unqualified names.")
    queue_name: QueueName | None = Field(None, description="Queue to run on; without it, `default`.")
    conf: list[str] | None = Field(None, description="Settings of this job, each `key=value`.")
    tags: list[TagBody] | None = None
    engine_type: str | None = Field(None, description="`spark`.")

    def request(self) -> JobRequest:
        """Give it in the service's words; raises ``InvalidRequest`` and ``NotAllowed``."""
        return JobRequest(
            sql=self.sql,
            queue_name=self.queue_name or DEFAULT_QUEUE,
            current_db=self.currentdb or DEFAULT_DATABASE,
            current_catalog=self._catalog(),
            conf=read_conf(self.conf or ()),
            tags=self._tags(),
            engine_type=self._engine_type(),
        )

    def _catalog(self) -> str | None:
        catalog = self.current_catalog
        return None if not catalog or catalog.lower() == DEFAULT_CATALOG else catalog

    def _tags(self) -> tuple[Tag, ...]:
        tags: dict[str, Tag] = {}
        for index, tag in enumerate(self.tags or ()):
            if tag.key in tags:
                raise InvalidRequest(f"tags[{index}].key", "is there twice")
            tags[tag.key] = Tag(tag.key, tag.value)
        return tuple(tags.values())

    def _engine_type(self) -> str:
        try:
            return check_runs_here(self.engine_type or SPARK)
        except ValueError as error:
            raise InvalidRequest("engine_type", str(error)) from None


class CheckBody(BaseModel):
    """One statement to check."""

    sql: Sql
    currentdb: Name | None = Field(None, description="Database of unqualified names.")
