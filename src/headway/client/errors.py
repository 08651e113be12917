"""What can go wrong when the service is asked: the inverse of the faces' error table.

ClientError
 ├─ Unreachable      nobody answers at the endpoint, or the answer broke off
 └─ Refused          the service answered with an error body; carries status and code
     ├─ AccessRefused   401, 403: who is calling, or what they may do
     ├─ Missing         no such job (or whatever was named) in the project
     ├─ Busy            429, 503: a limit is reached, or the engine or the store does not answer now
     └─ ServiceFault    any other 5xx: not the caller's mistake
"""


class ClientError(Exception):
    """Base of everything a call can raise; the text is a sentence for people."""


class Unreachable(ClientError):
    """The service did not answer."""

    def __init__(self, endpoint: str, why: str) -> None:
        super().__init__(f"The service at {endpoint} does not answer: {why}")
        self.endpoint = endpoint


class Refused(ClientError):
    """The service answered with an error."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


class AccessRefused(Refused):
    """The credentials are missing, wrong, or for another project."""


class Missing(Refused):
    """There is no such thing in the caller's project."""


class Busy(Refused):
    """A limit is reached, or a part of the service does not answer; the same call may succeed later."""


class ServiceFault(Refused):
    """The service failed on its own."""


def refusal(status: int, body: object) -> Refused:
    """Make the error for an answer that is not a success; ``body`` is its JSON, or anything else."""
    fields = body if isinstance(body, dict) else {}
    code = str(fields.get("error_code", ""))
    message = str(fields.get("error_msg") or f"The service answered with HTTP status {status}")
    if status in (401, 403):
        return AccessRefused(status, code, message)
    if status in (429, 503):
        return Busy(status, code, message)
    if status >= 500:
        return ServiceFault(status, code, message)
    if status == 404:
        return Missing(status, code, message)
    return Refused(status, code, message)
