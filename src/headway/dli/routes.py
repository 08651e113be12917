"""The whole contract as routes, each on ``/v1.0/`` and on ``/v1/``."""

from collections.abc import Callable
from datetime import tzinfo
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.requests import Request

from headway.dli.answers import (
    Answer,
    CheckAnswer,
    DetailAnswer,
    ErrorAnswer,
    ListAnswer,
    PreviewAnswer,
    ProgressAnswer,
    StatusAnswer,
    SubmitAnswer,
)
from headway.dli.jobs import JobCalls
from headway.dli.progress_view import ProgressView
from headway.dli.route_class import BareRoute, DliRoute
from headway.service.clock import Clock
from headway.service.job_service import JobService

_DOCUMENTED = "/v1.0"  # where the contract puts the calls; progress alone is on /v1
_PROGRESS_DOCUMENTED = "/v1"
_VERSIONS = (_PROGRESS_DOCUMENTED, _DOCUMENTED)

_ERRORS: dict[int | str, dict[str, Any]] = {
    400: {"model": ErrorAnswer, "description": "Refused or failed; `error_code` is `DLI.…`."},
    401: {"model": ErrorAnswer, "description": "The caller is not known (`APIGW.0301`)."},
    403: {"model": ErrorAnswer, "description": "Not the caller's project (`APIGW.0302`)."},
    429: {"model": ErrorAnswer, "description": "A limit is reached; `Retry-After` says for how long."},
    503: {"model": ErrorAnswer, "description": "The store does not answer (`DLI.0999`, `Retry-After`)."},
    "default": {"model": ErrorAnswer, "description": "Any other failure."},
}


def dli_router(service: JobService, zone: tzinfo, clock: Clock) -> APIRouter:
    """Give every call of the contract; subjobs' times are written in ``zone``."""
    calls = JobCalls(service, clock, ProgressView(zone))
    router = APIRouter(tags=["SQL jobs"], route_class=DliRoute)
    _add_progress(router, calls.progress)
    for version in _VERSIONS:
        add = _adder(router, version)
        add("POST", "/jobs/submit-job", calls.submit, SubmitAnswer, "create_sql_job")
        add("POST", "/jobs/check-sql", calls.check, CheckAnswer, "check_sql")
        add("GET", "/jobs", calls.find, ListAnswer, "list_sql_jobs")
        add("DELETE", "/jobs/{job_id}", calls.cancel, Answer, "cancel_sql_job")
        add("GET", "/jobs/{job_id}/status", calls.status, StatusAnswer, "show_sql_job_status")
        add("GET", "/jobs/{job_id}/detail", calls.detail, DetailAnswer, "show_sql_job_detail")
        add("GET", "/jobs/{job_id}/preview", calls.preview, PreviewAnswer, "preview_sql_job_result")
    return router


def _adder(
    router: APIRouter, version: str
) -> Callable[[str, str, Callable[..., Any], type[BaseModel], str], None]:
    def add(
        method: str, path: str, endpoint: Callable[..., Any], answer: type[BaseModel], operation: str
    ) -> None:
        router.add_api_route(
            f"{version}/{{project_id}}{path}",
            endpoint,
            methods=[method],
            response_model=answer,
            responses=_ERRORS,
            operation_id=operation,
            # The twin under the other version is served and not described a second time.
            include_in_schema=version == _DOCUMENTED,
        )

    return add


def _add_progress(router: APIRouter, endpoint: Callable[[Request], Any]) -> None:
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}, "description": text}
        for name, text in (("project_id", "The caller's project."), ("job_id", "The job's id."))
    ]
    for version in _VERSIONS:
        router.add_api_route(
            f"{version}/{{project_id}}/jobs/{{job_id}}/progress",
            endpoint,
            methods=["GET"],
            response_model=ProgressAnswer,
            responses=_ERRORS,
            operation_id="show_sql_job_progress",
            include_in_schema=version == _PROGRESS_DOCUMENTED,
            openapi_extra={"parameters": parameters},
            route_class_override=BareRoute,
        )
