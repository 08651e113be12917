"""An address of the console that signs a browser in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast


@dataclass(frozen=True, slots=True)
class ConsoleLink:
    """Works once, until ``expires_at`` (epoch milliseconds)."""

    url: str = field(repr=False)
    expires_at: int


def read_link(endpoint: str, body: Mapping[str, object]) -> ConsoleLink:
    """Make the address at which a service is reached from a code that it gave."""
    return ConsoleLink(f"{endpoint}/console/#/sign-in?code={body['code']}", cast("int", body["expires_at"]))
