"""What an answer of the service holds, or the error that it is."""

from collections.abc import Mapping
from typing import cast

import httpx2

from headway.client.errors import ClientError, Unreachable, refusal


def content_of(endpoint: str, response: httpx2.Response) -> Mapping[str, object]:
    """Give the JSON object of an answer that was read; raises ``ClientError``."""
    content = json_of(response)
    if response.is_error:
        raise refusal(response.status_code, content)
    if not isinstance(content, dict):
        raise ClientError(f"{endpoint} answered with something that is not Headway's JSON")
    return cast("Mapping[str, object]", content)


def json_of(response: httpx2.Response) -> object:
    """Give the JSON of an answer that was read, ``None`` when it is none."""
    try:
        return cast("object", response.json())
    except ValueError:
        return None


def unreachable(endpoint: str, error: httpx2.HTTPError) -> Unreachable:
    """Make the error for an answer that did not come, or broke off."""
    return Unreachable(endpoint, str(error) or type(error).__name__)
