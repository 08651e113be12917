"""What Spark says of a failure, as ``SqlError``: its kind, its place in the statement, its message."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from google.protobuf.message import DecodeError
from google.rpc.error_details_pb2 import ErrorInfo
from google.rpc.status_pb2 import Status

from headway.jobs.errors import ErrorKind, SqlError

DETAILS_KEY = "grpc-status-details-bin"
OPERATION_NOT_FOUND = "INVALID_HANDLE.OPERATION_NOT_FOUND"
OPERATION_EXISTS = "INVALID_HANDLE.OPERATION_ALREADY_EXISTS"
CURSOR_DISCONNECTED = "INVALID_CURSOR.DISCONNECTED"
# Another server answers, or this one no longer keeps the session, the operation or its rows.
_LOST = ("INVALID_HANDLE.", "INVALID_CURSOR.", "SPARK_CONNECT_ILLEGAL_STATE.")
_LOSSES: Mapping[str, str] = {
    "INVALID_HANDLE.SESSION_CLOSED": "the statement's session was closed in Spark",
    "INVALID_HANDLE.SESSION_NOT_FOUND": "Spark does not know the statement's session",
    "INVALID_HANDLE.SESSION_CHANGED": "another Spark answers in the engine's place",
    OPERATION_NOT_FOUND: "Spark does not know the statement",
    "INVALID_HANDLE.OPERATION_ABANDONED": "Spark has given the statement up",
    "SPARK_CONNECT_ILLEGAL_STATE.EXECUTION_STATE_OPERATION_ORPHANED": "Spark lost track of the statement",
    "INVALID_CURSOR.POSITION_NOT_AVAILABLE": "Spark no longer keeps rows that were not read",
}
# What statements meet, under no condition's name, when Spark ends below a server that stays.
_SPARK_ENDED = re.compile(r"stopped SparkContext|SparkContext was shut down|removed our application")

# Spark's error conditions (error-conditions.json of spark-common-utils) whose SQLSTATE says too little.
_BY_CLASS: Mapping[str, ErrorKind] = {
    "OPERATION_CANCELED": ErrorKind.CANCELLED,
    "SPARK_JOB_CANCELLED": ErrorKind.CANCELLED,
    "INVALID_CONF_VALUE": ErrorKind.SEMANTIC,
    "CANNOT_MODIFY_CONFIG": ErrorKind.SEMANTIC,
    "CANNOT_MODIFY_STATIC_CONFIG": ErrorKind.SEMANTIC,
    "PARTITIONS_ALREADY_EXIST": ErrorKind.DUPLICATE_OBJECT,
    "PARTITIONS_NOT_FOUND": ErrorKind.MISSING_OBJECT,
    "ROUTINE_NOT_FOUND": ErrorKind.MISSING_OBJECT,
    # Columns and fields, under the SQLSTATE of missing objects.
    "AMBIGUOUS_REFERENCE": ErrorKind.SEMANTIC,
    "CANNOT_RESOLVE_STAR_EXPAND": ErrorKind.SEMANTIC,
    "FIELD_NOT_FOUND": ErrorKind.SEMANTIC,
    "NOT_NULL_CONSTRAINT_VIOLATION": ErrorKind.DATA,
    "NOT_NULL_ASSERT_VIOLATION": ErrorKind.DATA,
}
_BY_STATE: Mapping[str, ErrorKind] = {
    "42601": ErrorKind.SYNTAX,
    "42501": ErrorKind.PERMISSION,
    "42P01": ErrorKind.MISSING_OBJECT,
    "42P08": ErrorKind.MISSING_OBJECT,  # catalog
    "42704": ErrorKind.MISSING_OBJECT,
    "42K02": ErrorKind.MISSING_OBJECT,  # data source
    "42K03": ErrorKind.MISSING_OBJECT,  # path
    "42P06": ErrorKind.DUPLICATE_OBJECT,
    "42P07": ErrorKind.DUPLICATE_OBJECT,
    "42710": ErrorKind.DUPLICATE_OBJECT,
    "42723": ErrorKind.DUPLICATE_OBJECT,  # function
    "42K04": ErrorKind.DUPLICATE_OBJECT,  # path
    "21000": ErrorKind.DATA,
    "21S01": ErrorKind.SEMANTIC,
}
_BY_STATE_CLASS: Mapping[str, ErrorKind] = {
    "0A": ErrorKind.UNSUPPORTED,
    "07": ErrorKind.SEMANTIC,
    "22": ErrorKind.DATA,
    "23": ErrorKind.DATA,
    "2B": ErrorKind.SEMANTIC,
    "3F": ErrorKind.SEMANTIC,
    "42": ErrorKind.SEMANTIC,
    "53": ErrorKind.LIMIT,
    "54": ErrorKind.LIMIT,
}

_PARSE_PLACE = re.compile(r"\(line (\d+), pos (\d+)\)")
_ANALYSIS_PLACE = re.compile(r"; line (\d+) pos (\d+)")
_QUOTED_PLACE = re.compile(r"== SQL \(line (\d+), position (\d+)\) ==")
_STACK_LINE = re.compile(r"^\s+(at \S.*|\.\.\. \d+ more)$|^Driver stacktrace:$")


@dataclass(frozen=True, slots=True)
class Fault:
    """Spark's short word on a failure, out of a gRPC error's trailer (``google.rpc.ErrorInfo``)."""

    message: str
    error_class: str | None = None
    sql_state: str | None = None
    exceptions: tuple[str, ...] = ()  # simple class names, the most special first
    error_id: str | None = None  # what FetchErrorDetails asks for

    @property
    def is_lost(self) -> bool:
        """Whether what was asked for is no longer in the engine."""
        if self.error_class is None:
            return _SPARK_ENDED.search(self.message) is not None
        return self.error_class.startswith(_LOST)

    @property
    def loss(self) -> str:
        """What was lost, in words, with Spark's name for it or its own first line."""
        words = _LOSSES.get(self.error_class or "")
        return f"{words} ({self.error_class})" if words else self.message.partition("\n")[0]


@dataclass(frozen=True, slots=True)
class Context:
    """Where in SQL text Spark points: code point indices from 0, the last one included."""

    start: int
    stop: int
    fragment: str
    object_type: str = ""  # empty for the statement itself, VIEW for a view's text


@dataclass(frozen=True, slots=True)
class FaultDetails:
    """Spark's long word on a failure (``FetchErrorDetails``)."""

    message: str
    error_class: str | None = None
    sql_state: str | None = None
    context: Context | None = None


def read_fault(message: str, trailer: Iterable[tuple[str, str | bytes]]) -> Fault | None:
    """Read a gRPC error. ``None``: not Spark speaks but the wire, or something on the way."""
    for key, value in trailer:
        if key != DETAILS_KEY or not isinstance(value, bytes):
            continue
        info = ErrorInfo()
        try:
            found = any(detail.Unpack(info) for detail in Status.FromString(value).details)
        except DecodeError:
            return None
        if found:
            said = info.metadata
            return Fault(
                message,
                said.get("errorClass"),
                said.get("sqlState"),
                _simple_names(said.get("classes"), info.reason),
                said.get("errorId"),
            )
    return None


def sql_error(fault: Fault, details: FaultDetails | None, sql: str | None) -> SqlError:
    """Put together what is known. ``sql`` is the statement that places count in; ``None``: no places."""
    error_class = (details and details.error_class) or fault.error_class
    sql_state = (details and details.sql_state) or fault.sql_state
    message = (details and details.message) or fault.message
    line, column, fragment = None, None, None
    if sql is not None:
        line, column, fragment = _place(message, details.context if details else None, sql)
    return SqlError(
        kind=kind_of(error_class, sql_state, fault.exceptions),
        message=without_stack(message),
        error_class=error_class,
        sql_state=sql_state,
        exception=fault.exceptions[0] if fault.exceptions else None,
        line=line,
        column=column,
        fragment=fragment,
    )


def kind_of(error_class: str | None, sql_state: str | None, exceptions: tuple[str, ...] = ()) -> ErrorKind:
    """Sort a failure by error condition, SQLSTATE and, where Spark gives neither, exception class."""
    condition = (error_class or "").partition(".")[0]
    if condition in _BY_CLASS:
        return _BY_CLASS[condition]
    if condition.startswith("PARSE_"):
        return ErrorKind.SYNTAX
    state = sql_state or ""
    kind = _BY_STATE.get(state) or _BY_STATE_CLASS.get(state[:2])
    if "ParseException" in exceptions and kind in (None, ErrorKind.SEMANTIC):
        return ErrorKind.SYNTAX
    if kind is None and not state and "AnalysisException" in exceptions:
        return ErrorKind.SEMANTIC
    return kind or ErrorKind.RUNTIME


def without_stack(message: str) -> str:
    """Take the JVM's stack traces out of a message; the causes' own lines stay."""
    return "\n".join(line for line in message.splitlines() if not _STACK_LINE.match(line)).strip()


def _place(message: str, context: Context | None, sql: str) -> tuple[int | None, int | None, str | None]:
    """Give line, column (both from 1) and fragment."""
    if context is not None and context.object_type:
        return None, None, context.fragment or None
    if context is not None and 0 <= context.start < len(sql):
        before = sql[: context.start]
        # Spark cuts the fragment in UTF-16 units although it counts in code points.
        fragment = sql[context.start : context.stop + 1]
        return before.count("\n") + 1, context.start - (before.rfind("\n") + 1) + 1, fragment or None
    for pattern, first_column in ((_PARSE_PLACE, 0), (_ANALYSIS_PLACE, 0), (_QUOTED_PLACE, 1)):
        if found := pattern.search(message):
            return int(found[1]), int(found[2]) - first_column + 1, None
    return None, None, None


def _simple_names(classes: str | None, reason: str) -> tuple[str, ...]:
    try:
        names = json.loads(classes or "[]")
    except ValueError:
        names = []  # Spark cuts long lists
    full = names if isinstance(names, list) and names else [reason]
    simple = (str(name).rpartition(".")[2].rpartition("$")[2] for name in full if name)
    # Spark's internal way to add a plan to an AnalysisException.
    return tuple(name for name in simple if name != "ExtendedAnalysisException")
