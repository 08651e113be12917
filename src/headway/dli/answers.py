"""What the calls answer: every field of the contract that a SQL job can have (contract section 2).

A field without a value is left out, never null.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from headway.jobs.job import JobMode, JobType
from headway.jobs.lifecycle import JobStatus

JsonCell = object  # any JSON value
Schema = list[dict[str, str]]


class ErrorAnswer(BaseModel):
    """Every answer that is not a success."""

    error_code: str = Field(examples=["DLI.0002"])
    error_msg: str = Field(examples=["There is no queue named x"])
    request_id: str | None = Field(None, description="Only of errors of the gateway (`APIGW.…`).")


class Answer(BaseModel):
    """What every success carries."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True)

    is_success: Literal[True] = True
    message: str = ""


class TagAnswer(BaseModel):
    """A label on a job."""

    key: str
    value: str


class SubmitAnswer(Answer):
    """A job was made; a synchronous one has ended and tells its rows, as texts."""

    job_id: str
    job_type: JobType
    job_mode: JobMode
    columns: Schema | None = Field(None, alias="schema")
    rows: list[list[str | None]] | None = None


class CheckAnswer(Answer):
    """The statement may run."""

    job_type: JobType


class StatusAnswer(Answer):
    """A job, without its end time. Times are epoch ms, sizes bytes."""

    job_id: str
    job_type: JobType
    job_mode: JobMode
    queue_name: str
    owner: str
    start_time: int
    duration: int
    status: JobStatus
    input_size: int
    result_count: int
    statement: str
    tags: list[TagAnswer]
    user_conf: str = Field(description="JSON of the submitted `conf`.")
    input_row_count: int | None = Field(None, description="Of an INSERT.")
    database_name: str | None = Field(None, description="Of a QUERY, an IMPORT and an EXPORT.")
    detail: str | None = Field(None, description="JSON of the result's schema (Spark's StructType).")


class DetailAnswer(Answer):
    """What a job was submitted with."""

    job_id: str
    owner: str
    start_time: int
    duration: int
    database_name: str
    tags: list[TagAnswer]


class ListedJob(BaseModel):
    """A job in a list. Times are epoch ms, sizes bytes."""

    job_id: str
    job_type: JobType
    queue_name: str
    owner: str
    start_time: int
    duration: int
    status: JobStatus
    input_size: int
    result_count: int
    detail: str = Field(description="JSON of the result's schema; empty when there is none.")
    statement: str
    message: str
    engine_type: str
    cpu_cost: str = Field(description="CPU time in ms.")
    output_byte: str
    tags: list[TagAnswer]
    end_time: int | None = None
    input_row_count: int | None = Field(None, description="Of an INSERT.")
    database_name: str | None = Field(None, description="Of a QUERY, an IMPORT and an EXPORT.")


class ListAnswer(Answer):
    """A page of jobs; ``job_count`` counts all that match."""

    job_count: int
    jobs: list[ListedJob]


class PreviewAnswer(Answer):
    """The first rows of a result; ``row_count`` counts all."""

    job_id: str
    job_type: JobType
    row_count: int
    input_size: int
    columns: Schema = Field(alias="schema")
    rows: list[list[JsonCell]]


class SubjobAnswer(BaseModel):
    """A subjob: Spark's JobData. Times are texts like `Mon Jul 27 17:24:03 CST 2020`."""

    id: int
    name: str | None = None
    description: str | None = None
    submission_time: str | None = None
    completion_time: str | None = None
    stage_ids: list[int] | None = None
    job_group: str | None = None
    status: str | None = None
    num_tasks: int | None = None
    num_active_tasks: int | None = None
    num_completed_tasks: int | None = None
    num_skipped_tasks: int | None = None
    num_failed_tasks: int | None = None
    num_killed_tasks: int | None = None
    num_completed_indices: int | None = None
    num_active_stages: int | None = None
    num_completed_stages: int | None = None
    num_skipped_stages: int | None = None
    num_failed_stages: int | None = None
    killed_tasks_summary: dict[str, int] | None = None


class ProgressAnswer(Answer):
    """A job's progress: of the running subjob when there is one, else of the whole job."""

    job_id: str
    status: JobStatus
    sub_job_id: int | None = Field(None, description="The subjob that `progress` speaks of.")
    progress: float = Field(ge=0, le=1)
    sub_jobs: list[SubjobAnswer] | None = None
