"""What every route of this face may answer besides its result."""

from pydantic import BaseModel


class ErrorBody(BaseModel):
    """Why a request was refused; ``error_code`` is the name of the error."""

    error_code: str
    error_msg: str


ERRORS: dict[int | str, dict[str, object]] = {
    status: {"model": ErrorBody, "description": text}
    for status, text in (
        (400, "A field is wrong"),
        (401, "Who calls could not be established"),
        (403, "The caller may not do this"),
        (404, "There is no such thing in the project"),
        (413, "The body is too large"),
        (429, "The project asks too much for now; `Retry-After` says when to come back"),
        (500, "The service failed"),
        (503, "The engine, its monitoring or the store does not answer"),
    )
}
CONFLICT: dict[int | str, dict[str, object]] = {
    409: {"model": ErrorBody, "description": "The job's state forbids it"}
}
REUSED: dict[int | str, dict[str, object]] = {
    409: {"model": ErrorBody, "description": "The client token names another request"}
}
GONE: dict[int | str, dict[str, object]] = {
    410: {"model": ErrorBody, "description": "The rows are no longer kept"}
}
