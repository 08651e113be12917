"""What every route of this face may answer besides its result."""

from pydantic import BaseModel


class ErrorBody(BaseModel):
    """Why a request was refused."""

    error_code: str
    error_msg: str


ERRORS: dict[int | str, dict[str, object]] = {
    status: {"model": ErrorBody, "description": text}
    for status, text in (
        (400, "The request is wrong, or there is no such job"),
        (401, "Who calls could not be established"),
        (403, "The caller may not do this"),
        (413, "The body is too large"),
        (500, "The service failed"),
    )
}
