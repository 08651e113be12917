"""Huawei Cloud's own client, with one short word for each call of the contract."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkdli.v1 import (
    CancelSqlJobRequest,
    CancelSqlJobResponse,
    CheckSqlRequest,
    CheckSqlRequestBody,
    CheckSqlResponse,
    CreateSqlJobRequest,
    CreateSqlJobRequestBody,
    CreateSqlJobResponse,
    DliClient,
    ListSqlJobsRequest,
    ListSqlJobsResponse,
    PreviewSqlJobResultRequest,
    PreviewSqlJobResultResponse,
    ShowSqlJobDetailRequest,
    ShowSqlJobDetailResponse,
    ShowSqlJobProgressRequest,
    ShowSqlJobProgressResponse,
    ShowSqlJobStatusRequest,
    ShowSqlJobStatusResponse,
    Tag,
)

from tests.service_process import ENDED, Project
from tests.waiting import eventually

SYNC = "dli.sql.sqlasync.enabled = false"


@dataclass(frozen=True)
class Dli:
    """A ``DliClient`` and its calls; what they give are the SDK's own response objects."""

    client: DliClient

    @classmethod
    @contextmanager
    def of(cls, project: Project, **other: str) -> Iterator["Dli"]:
        """Use a project's keys; ``other`` replaces some: ``access_key``, ``secret_key``, ``project_id``."""
        keys = {"access_key": project.access_key, "secret_key": project.secret_key}
        keys |= {"project_id": project.project_id} | other
        credentials = BasicCredentials(keys["access_key"], keys["secret_key"], keys["project_id"])
        builder = DliClient.new_builder().with_credentials(credentials).with_endpoint(project.endpoint)
        with closing(builder.build()) as client:
            yield cls(client)

    def create(self, sql: str, tags: Mapping[str, str] | None = None, **body: Any) -> CreateSqlJobResponse:
        labels = None if tags is None else [Tag(key=key, value=value) for key, value in tags.items()]
        return self.client.create_sql_job(
            CreateSqlJobRequest(body=CreateSqlJobRequestBody(sql=sql, tags=labels, **body))
        )

    def submit(self, sql: str, **body: Any) -> str:
        return str(self.create(sql, **body).job_id)

    def run(self, sql: str, **body: Any) -> ShowSqlJobStatusResponse:
        return self.ended(self.submit(sql, **body))

    def done(self, sql: str, **body: Any) -> str:
        """Run to the good end; gives the job's id."""
        job = self.run(sql, **body)
        assert job.status == "FINISHED", job.message
        return str(job.job_id)

    def working(self, sql: str, **body: Any) -> str:
        """Submit and wait until Spark works on it; gives the job's id."""
        job_id = self.submit(sql, **body)

        def look() -> bool:
            try:
                return self.progress(job_id).sub_job_id is not None
            except ClientRequestException as error:
                # The contract's error for a Spark that is too busy to answer within a second: ask again.
                if error.error_code != "DLI.0999":
                    raise
                return False

        eventually(look)
        return job_id

    def ended(self, job_id: str) -> ShowSqlJobStatusResponse:
        def look() -> ShowSqlJobStatusResponse | None:
            seen = self.status(job_id)
            return seen if seen.status in ENDED else None

        return eventually(look, 120)

    def status(self, job_id: str) -> ShowSqlJobStatusResponse:
        return self.client.show_sql_job_status(ShowSqlJobStatusRequest(job_id=job_id))

    def detail(self, job_id: str) -> ShowSqlJobDetailResponse:
        return self.client.show_sql_job_detail(ShowSqlJobDetailRequest(job_id=job_id))

    def progress(self, job_id: str) -> ShowSqlJobProgressResponse:
        return self.client.show_sql_job_progress(ShowSqlJobProgressRequest(job_id=job_id))

    def preview(self, job_id: str, queue_name: str | None = None) -> PreviewSqlJobResultResponse:
        return self.client.preview_sql_job_result(PreviewSqlJobResultRequest(job_id, queue_name))

    def cancel(self, job_id: str) -> CancelSqlJobResponse:
        return self.client.cancel_sql_job(CancelSqlJobRequest(job_id=job_id))

    def list(self, **filters: Any) -> ListSqlJobsResponse:
        return self.client.list_sql_jobs(ListSqlJobsRequest(**filters))

    def check(self, sql: str, currentdb: str | None = None) -> CheckSqlResponse:
        return self.client.check_sql(CheckSqlRequest(body=CheckSqlRequestBody(sql=sql, currentdb=currentdb)))


@dataclass(frozen=True)
class Refusal:
    """What the SDK raises for an answer that is not a success."""

    status: int
    code: str
    message: str
    request_id: str


def refusal(call: Callable[[], object]) -> Refusal:
    with pytest.raises(ClientRequestException) as raised:
        call()
    error = raised.value
    return Refusal(error.status_code, error.error_code, error.error_msg, error.request_id)


def refused(call: Callable[[], object], code: str, text: str, status: int = 400) -> None:
    seen = refusal(call)
    assert (seen.status, seen.code) == (status, code), seen
    assert text in seen.message
    assert len(seen.request_id) == 32
