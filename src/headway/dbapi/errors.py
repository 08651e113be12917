"""The errors of PEP 249, made from what the service says.

Error
 ├─ InterfaceError          this side was used wrongly: a closed cursor, no credentials
 └─ DatabaseError
     ├─ DataError           a value does not fit
     ├─ OperationalError    nobody's mistake in the statement: unreachable, busy, cancelled, out of memory
     ├─ IntegrityError
     ├─ InternalError       the service failed on its own
     ├─ ProgrammingError    the statement is wrong, or names what is not there
     └─ NotSupportedError   Spark or Headway cannot do it
"""

import builtins
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from headway.client.credentials import NoCredentials
from headway.client.errors import ClientError, Missing, Refused, ServiceFault, Unreachable
from headway.client.excerpt import failure_lines
from headway.client.seen import ErrorSeen, JobSeen
from headway.jobs.errors import ErrorKind
from headway.jobs.lifecycle import Reason


class Warning(builtins.UserWarning):
    """Something worth knowing happened."""


class Error(Exception):
    """Base of all errors. Of a statement that failed it says which job it was, and where Spark points.

    ``line`` and ``column`` count from 1; ``fragment`` is the part of the statement that stands there.
    """

    def __init__(self, message: str, *, job_id: str | None = None, failure: ErrorSeen | None = None) -> None:
        super().__init__(message)
        seen = failure or ErrorSeen("")
        self.job_id = job_id
        self.error_class = seen.error_class
        self.sql_state = seen.sql_state
        self.line = seen.line
        self.column = seen.column
        self.fragment = seen.fragment


class InterfaceError(Error):
    """This side was used wrongly."""


class DatabaseError(Error):
    """Something failed on the other side."""


class DataError(DatabaseError):
    """A value does not fit where it is to go."""


class OperationalError(DatabaseError):
    """What was asked could not be done now, through no fault of the statement."""


class IntegrityError(DatabaseError):
    """A constraint was violated."""


class InternalError(DatabaseError):
    """The service failed on its own."""


class ProgrammingError(DatabaseError):
    """The statement is wrong, or names something that is not there."""


class NotSupportedError(DatabaseError):
    """It cannot be done here at all."""


_BY_KIND: Mapping[str, type[DatabaseError]] = {
    ErrorKind.SYNTAX: ProgrammingError,
    ErrorKind.SEMANTIC: ProgrammingError,
    ErrorKind.MISSING_OBJECT: ProgrammingError,
    ErrorKind.DUPLICATE_OBJECT: ProgrammingError,
    ErrorKind.PERMISSION: ProgrammingError,
    ErrorKind.UNSUPPORTED: NotSupportedError,
    ErrorKind.DATA: DataError,
}
# The classes of SQLSTATE that say more than the kind does.
_BY_STATE: Mapping[str, type[DatabaseError]] = {"23": IntegrityError, "XX": InternalError}


def error_of_job(job: JobSeen) -> DatabaseError:
    """Give the error of a job that did not finish; its text ends with the marked place, if there is one."""
    failure = job.error
    if failure is None:
        why = f"{job.state}: {job.message or job.reason or 'no reason was given'}"
        kind: type[DatabaseError] = InternalError if job.reason == Reason.INTERNAL else OperationalError
        return kind(why, job_id=job.job_id)
    kind = _BY_STATE.get((failure.sql_state or "")[:2]) or _BY_KIND.get(failure.kind, OperationalError)
    lines = failure_lines(job.statement, failure.message, failure.line, failure.column, failure.fragment)
    return kind("\n".join(lines), job_id=job.job_id, failure=failure)


def error_of_call(error: ClientError) -> DatabaseError:
    """Give the error for a call that the service refused or did not answer."""
    if isinstance(error, ServiceFault):
        return InternalError(str(error))
    if isinstance(error, Missing) or (isinstance(error, Refused) and error.status in (400, 413)):
        return ProgrammingError(str(error))
    hint = "\nStart it with: headway serve" if isinstance(error, Unreachable) else ""
    return OperationalError(f"{error}{hint}")


@contextmanager
def translated() -> Iterator[None]:
    """Turn the errors of the client into those of PEP 249."""
    try:
        yield
    except NoCredentials as error:
        raise InterfaceError(f"{error}\nStart it with: headway serve") from error
    except ClientError as error:
        raise error_of_call(error) from error
