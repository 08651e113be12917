"""What can go wrong for a caller. Each error carries a sentence for people; faces map classes to codes.

HeadwayError
 ├─ InvalidRequest        a field is wrong: names the field and the reason
 ├─ RequestTooLarge       the body or the statement is over its limit
 ├─ NotFound              no such job, queue, database …
 ├─ NotAllowed            the state or kind of a thing forbids it
 ├─ Unauthenticated       who the caller is could not be established
 ├─ Forbidden             the caller is known but may not do this
 ├─ StatementFailed       Spark refused or failed a statement; carries SqlError
 ├─ ResultExpired         the rows are no longer kept
 ├─ ResultTooLarge        a statement gave more rows than are kept
 ├─ ProgressUnavailable   Spark's monitoring does not answer in time
 ├─ EngineUnavailable     the engine is not there or could not be started
 │   └─ EngineNotReady    it starts, or has no time now: come back later
 ├─ EngineLost            the engine went away under a running statement
 ├─ StoreUnavailable      the database does not answer
 ├─ TooBusy               a limit is reached for now: come back later
 ├─ TokenReused           a client token names another request already
 └─ TimedOut              a bounded wait ended
"""

from dataclasses import dataclass
from enum import StrEnum


class ErrorKind(StrEnum):
    """What kind of fault a statement met, in terms every face can map."""

    SYNTAX = "syntax"
    SEMANTIC = "semantic"
    MISSING_OBJECT = "missing object"
    DUPLICATE_OBJECT = "duplicate object"
    UNSUPPORTED = "unsupported"
    PERMISSION = "permission"
    DATA = "data"
    LIMIT = "limit"
    TIMEOUT = "timeout"
    CANCELLED = "cancelled"
    RUNTIME = "runtime"


@dataclass(frozen=True, slots=True)
class SqlError:
    """Why a statement failed, as Spark tells it.

    ``line`` and ``column`` count from 1 and point into the statement; ``sql_state`` is SQLSTATE;
    ``error_class`` is Spark's error condition, for example ``UNRESOLVED_COLUMN.WITH_SUGGESTION``.
    """

    kind: ErrorKind
    message: str
    error_class: str | None = None
    sql_state: str | None = None
    exception: str | None = None  # simple name of Spark's exception class, e.g. AnalysisException
    line: int | None = None
    column: int | None = None
    fragment: str | None = None  # the part of the statement Spark points at


class HeadwayError(Exception):
    """Base of everything a caller may be told."""


class InvalidRequest(HeadwayError):
    """A field of a request is wrong."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class RequestTooLarge(HeadwayError):
    """A request is over its size limit."""


class NotFound(HeadwayError):
    """There is no such thing in the caller's project."""

    def __init__(self, what: str, name: str) -> None:
        super().__init__(f"There is no {what} named {name}")
        self.what = what
        self.name = name


class NotAllowed(HeadwayError):
    """The state or the kind of a thing forbids what was asked."""


class Unauthenticated(HeadwayError):
    """Who the caller is could not be established; the text is the reason."""


class Forbidden(HeadwayError):
    """The caller is known but may not do this."""


class StatementFailed(HeadwayError):
    """Spark refused or failed a statement."""

    def __init__(self, error: SqlError) -> None:
        super().__init__(error.message)
        self.error = error


class ResultExpired(HeadwayError):
    """The rows of a job are no longer kept."""


class ResultTooLarge(HeadwayError):
    """A statement gave more rows than one result may keep."""

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(
            f"The result is larger than the limit of {limit_bytes:,} bytes (results.limit_bytes): "
            "select fewer rows or columns, write them to a table, or raise the limit"
        )
        self.limit_bytes = limit_bytes


class ProgressUnavailable(HeadwayError):
    """Spark's monitoring did not answer in a bounded time, or no longer knows the job."""


class EngineUnavailable(HeadwayError):
    """The engine is not there or could not be started; the text says why."""


class EngineNotReady(EngineUnavailable):
    """The engine cannot answer now; ``retry_after`` is in how many seconds to ask again."""

    def __init__(self, text: str, retry_after: int) -> None:
        super().__init__(text)
        self.retry_after = retry_after


class EngineLost(HeadwayError):
    """The engine went away while it ran a statement.

    ``is_gone``: it has ended, and the statement with it; else nobody knows whether that still runs.
    """

    def __init__(self, text: str, *, is_gone: bool = False) -> None:
        super().__init__(text)
        self.is_gone = is_gone


class TimedOut(HeadwayError):
    """A bounded wait ended before what was waited for came."""


class StoreUnavailable(HeadwayError):
    """The database does not answer, is full or locked; the text says which. Nothing was accepted."""


class TooBusy(HeadwayError):
    """A limit is reached for now; ``retry_after`` is in how many seconds to ask again."""

    def __init__(self, text: str, retry_after: int) -> None:
        super().__init__(text)
        self.retry_after = retry_after


class TokenReused(HeadwayError):
    """A client token already names another request."""

    def __init__(self, token: str, job_id: str) -> None:
        super().__init__(
            f"X-Client-Token {token!r} was used for another request (job {job_id}): use a new token"
        )
        self.job_id = job_id
