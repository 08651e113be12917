"""The one table from what went wrong to the contract's status and code (contract section 5)."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi.exceptions import RequestValidationError
from starlette.responses import Response
from starlette.types import Scope

from headway.jobs.errors import (
    EngineLost,
    EngineNotReady,
    EngineUnavailable,
    ErrorKind,
    Forbidden,
    HeadwayError,
    InvalidRequest,
    NotAllowed,
    NotFound,
    ProgressUnavailable,
    RequestTooLarge,
    ResultExpired,
    ResultTooLarge,
    SqlError,
    StatementFailed,
    StoreUnavailable,
    TimedOut,
    TokenReused,
    TooBusy,
    Unauthenticated,
)
from headway.jobs.lifecycle import Reason
from headway.web.answers import BAD_REQUEST, NOT_ALLOWED, NOT_AUTHENTICATED, SERVER_ERROR, error_response
from headway.web.comeback import retry_after
from headway.web.request_state import set_refusal

PROGRESS_UNAVAILABLE = "The queue backend version is too old or the queue is busy."  # contract 1.6


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error as the contract says it."""

    status: int
    code: str
    message: str


_BY_CLASS: Mapping[type[HeadwayError], tuple[int, str]] = {
    InvalidRequest: (400, "DLI.0001"),
    RequestTooLarge: (413, BAD_REQUEST),
    NotFound: (400, "DLI.0002"),
    NotAllowed: (400, "DLI.0007"),
    Unauthenticated: (401, NOT_AUTHENTICATED),
    Forbidden: (403, NOT_ALLOWED),
    ResultExpired: (400, "DLI.0100"),
    ResultTooLarge: (400, "DLI.0009"),
    ProgressUnavailable: (400, SERVER_ERROR),
    EngineUnavailable: (400, "DLI.0012"),
    EngineNotReady: (400, "DLI.0012"),
    EngineLost: (400, SERVER_ERROR),
    TimedOut: (400, "DLI.0019"),
    TokenReused: (409, "DLI.0001"),
    TooBusy: (429, "DLI.0009"),
    StoreUnavailable: (503, SERVER_ERROR),
}

_BY_KIND: Mapping[ErrorKind, str] = {
    ErrorKind.SYNTAX: "DLI.0004",
    ErrorKind.SEMANTIC: "DLI.0005",
    ErrorKind.MISSING_OBJECT: "DLI.0002",
    ErrorKind.DUPLICATE_OBJECT: "DLI.0006",
    ErrorKind.UNSUPPORTED: "DLI.0007",
    ErrorKind.PERMISSION: "DLI.0003",
    ErrorKind.DATA: "DLI.0018",
    ErrorKind.LIMIT: "DLI.0009",
    ErrorKind.TIMEOUT: "DLI.0019",
    ErrorKind.CANCELLED: SERVER_ERROR,
    ErrorKind.RUNTIME: SERVER_ERROR,
}

_BY_REASON: Mapping[Reason, str] = {
    Reason.TIMED_OUT: "DLI.0019",
    Reason.ENGINE_START_FAILED: "DLI.0012",
    Reason.ENGINE_LOST: SERVER_ERROR,
    Reason.RESULT_TOO_LARGE: "DLI.0009",
    Reason.INTERNAL: SERVER_ERROR,
}


def refusal_of(error: HeadwayError) -> Refusal:
    """Give the contract's answer to an error; one without a row of its own is a server-side error."""
    if isinstance(error, StatementFailed):
        return Refusal(400, code_of(error.error), _spark_text(error.error))
    status, code = _BY_CLASS.get(type(error), (400, SERVER_ERROR))
    return Refusal(
        status, code, PROGRESS_UNAVAILABLE if isinstance(error, ProgressUnavailable) else str(error)
    )


def code_of(error: SqlError) -> str:
    """Give the contract's code of a statement's failure."""
    return _BY_KIND[error.kind]


def failure_text(error: SqlError) -> str:
    """Say a job's failure as its status does: ``DLI.0005: AnalysisException: [UNRESOLVED_COLUMN…] …``."""
    return f"{code_of(error)}: {_spark_text(error)}"


def reason_text(reason: Reason | None, message: str) -> str:
    """Say a failure that is not Spark's as a job's status does, with the code its reason has."""
    code = _BY_REASON.get(reason) if reason is not None else None
    return message if code is None else f"{code}: {message}"


def invalid_request(error: RequestValidationError) -> InvalidRequest:
    """Name the first field that does not fit, and why; what the caller sent is not repeated."""
    first = error.errors()[0]
    _, *path = first["loc"]
    field = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")
    return InvalidRequest(field or "body", first["msg"].removeprefix("Value error, "))


def refuse(scope: Scope, error: HeadwayError) -> Response:
    """Answer the request of ``scope`` with an error."""
    set_refusal(scope, type(error).__name__)
    refusal = refusal_of(error)
    return error_response(refusal.status, refusal.code, refusal.message, retry_after=retry_after(error))


def _spark_text(error: SqlError) -> str:
    return f"{error.exception}: {error.message}" if error.exception else error.message
