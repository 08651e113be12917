"""What is known of a request on its way: its id, who calls, why it was refused. In the ASGI scope's state."""

from dataclasses import dataclass
from typing import cast

from starlette.types import Scope


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, as established by a signature, a token or a session."""

    project_id: str
    user_name: str
    access_key: str


def set_request_id(scope: Scope, request_id: str) -> None:
    """Keep the request's id."""
    scope.setdefault("state", {})["request_id"] = request_id


def request_id_of(scope: Scope) -> str:
    """Give the request's id, or an empty text when none was set."""
    return cast("str", scope.get("state", {}).get("request_id", ""))


def set_caller(scope: Scope, caller: Caller) -> None:
    """Keep who calls."""
    scope.setdefault("state", {})["caller"] = caller


def known_caller(scope: Scope) -> Caller | None:
    """Give who calls, or ``None`` when nobody was authenticated."""
    return cast("Caller | None", scope.get("state", {}).get("caller"))


def caller_of(scope: Scope) -> Caller:
    """Give who calls.

    Raises ``LookupError`` when the request never went through authentication: a fault of the wiring.
    """
    caller = known_caller(scope)
    if caller is None:
        raise LookupError("the request was not authenticated")
    return caller


def set_refusal(scope: Scope, reason: str) -> None:
    """Keep why the request was refused, for the log and the metrics; one of a few fixed words."""
    scope.setdefault("state", {})["refusal"] = reason


def refusal_of(scope: Scope) -> str | None:
    """Give why the request was refused, or ``None`` when it was not."""
    return cast("str | None", scope.get("state", {}).get("refusal"))
