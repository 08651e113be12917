"""JSON bodies, read strictly: an object, in UTF-8, without NaN, of a bounded depth."""

from typing import cast

from pydantic_core import from_json
from starlette.requests import Request

from headway.jobs.errors import InvalidRequest
from headway.web.limits import replayed

JSON_TYPE = "application/json"


class JsonRequest(Request):
    """A request whose body was read strictly before."""

    parsed: dict[str, object]

    async def json(self) -> dict[str, object]:
        """Give the body."""
        return self.parsed


def has_json_type(request: Request) -> bool:
    """Tell whether the Content-Type says JSON, whatever its parameters."""
    media_type = request.headers.get("content-type", "").partition(";")[0]
    return media_type.strip().lower() == JSON_TYPE


async def with_json_body(request: Request) -> JsonRequest:
    """Give the request with its body read; raises ``InvalidRequest`` for what is not a JSON object."""
    raw = await request.body()
    strict = JsonRequest(request.scope, replayed(raw, request.receive))
    strict.parsed = parse_object(raw)
    return strict


def parse_object(raw: bytes) -> dict[str, object]:
    """Read a JSON object; raises ``InvalidRequest``."""
    try:
        parsed = from_json(raw, allow_inf_nan=False)
    except ValueError as error:
        raise InvalidRequest("body", f"is not JSON: {error}") from None
    if not isinstance(parsed, dict):
        raise InvalidRequest("body", "must be a JSON object")
    if b"u0000" in raw:
        _refuse_nul(parsed)
    return cast("dict[str, object]", parsed)


def _refuse_nul(value: object, field: str = "body") -> None:
    # No database keeps it in a text, and no statement needs it.
    match value:
        case str() if "\0" in value:
            raise InvalidRequest(field, "holds a NUL character")
        case dict():
            for key, inner in value.items():
                _refuse_nul(key, field)
                _refuse_nul(inner, key)
        case list():
            for inner in value:
                _refuse_nul(inner, field)
