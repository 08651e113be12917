"""Who may call: one key of one user in one project."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Credential:
    """A user's keys. The secret parts are kept out of ``repr``, so that they reach no log."""

    project_id: str
    user_name: str
    access_key: str
    secret_key: str = field(repr=False)
    token: str = field(repr=False)
