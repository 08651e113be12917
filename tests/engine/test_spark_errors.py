"""What Spark says of failures: sorted, placed and without stack traces."""

from dataclasses import dataclass

import pytest
from google.protobuf.any_pb2 import Any
from google.rpc.error_details_pb2 import ErrorInfo
from google.rpc.status_pb2 import Status
from hypothesis import given
from hypothesis import strategies as st

from headway.engine.spark_errors import (
    DETAILS_KEY,
    Context,
    Fault,
    FaultDetails,
    kind_of,
    read_fault,
    sql_error,
    without_stack,
)
from headway.jobs.errors import ErrorKind, SqlError, StatementFailed
from tests.engine.jobs import Jobs

K = ErrorKind


@dataclass(frozen=True)
class Case:
    sql: str
    kind: ErrorKind
    error_class: str | None
    sql_state: str | None
    exception: str
    place: tuple[int, int] | None = None
    fragment: str | None = None


CASES = [
    Case("SELEC 1", K.SYNTAX, "PARSE_SYNTAX_ERROR", "42601", "ParseException", (1, 1)),
    Case("SELECT 1\n GROUP BY", K.SYNTAX, "PARSE_SYNTAX_ERROR", "42601", "ParseException", (2, 10)),
    Case(" ", K.SYNTAX, "PARSE_EMPTY_STATEMENT", "42617", "ParseException", (1, 2)),
    Case(
        "SELECT\n  nope FROM range(1)",
        K.SEMANTIC,
        "UNRESOLVED_COLUMN.WITH_SUGGESTION",
        "42703",
        "AnalysisException",
        (2, 3),
        "nope",
    ),
    Case(
        "SELECT '\u00e9\U0001f600', nope",
        K.SEMANTIC,
        "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION",
        "42703",
        "AnalysisException",
        (1, 14),
        "nope",
    ),
    Case("SELECT nofn(1)", K.SEMANTIC, "UNRESOLVED_ROUTINE", "42883", "AnalysisException", (1, 8), "nofn(1)"),
    Case(
        "SELECT * FROM missing",
        K.MISSING_OBJECT,
        "TABLE_OR_VIEW_NOT_FOUND",
        "42P01",
        "AnalysisException",
        (1, 15),
        "missing",
    ),
    Case("DROP TABLE missing", K.MISSING_OBJECT, "TABLE_OR_VIEW_NOT_FOUND", "42P01", "NoSuchTableException"),
    Case("USE missing", K.MISSING_OBJECT, "SCHEMA_NOT_FOUND", "42704", "NoSuchNamespaceException"),
    Case("SET CATALOG 'missing'", K.MISSING_OBJECT, "CATALOG_NOT_FOUND", "42P08", "CatalogNotFoundException"),
    Case(
        "SELECT * FROM parquet.`/missing`", K.MISSING_OBJECT, "PATH_NOT_FOUND", "42K03", "AnalysisException"
    ),
    Case(
        "CREATE DATABASE default",
        K.DUPLICATE_OBJECT,
        "SCHEMA_ALREADY_EXISTS",
        "42P06",
        "DatabaseAlreadyExistsException",
    ),
    Case("SELECT 1/0", K.DATA, "DIVIDE_BY_ZERO", "22012", "SparkArithmeticException", (1, 8), "1/0"),
    Case(
        "SELECT\n CAST(concat('a', id) AS INT) FROM range(3)",
        K.DATA,
        "CAST_INVALID_INPUT",
        "22018",
        "SparkNumberFormatException",
        (2, 2),
        "CAST(concat('a', id) AS INT)",
    ),
    Case(
        "SELECT (SELECT id FROM range(2))",
        K.DATA,
        "SCALAR_SUBQUERY_TOO_MANY_ROWS",
        "21000",
        "SparkException",
        (1, 8),
        "(SELECT id FROM range(2))",
    ),
    Case("SELECT raise_error('boom')", K.RUNTIME, "USER_RAISED_EXCEPTION", "P0001", "SparkRuntimeException"),
    Case(
        "SELECT java_method('java.lang.Integer', 'parseInt', 'zz')", K.RUNTIME, None, None, "SparkException"
    ),
    Case("SET spark.driver.memory=1g", K.SEMANTIC, "CANNOT_MODIFY_CONFIG", "46110", "AnalysisException"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.sql)
async def test_each_kind_of_failure_on_real_spark(jobs: Jobs, case: Case) -> None:
    error = await failure(jobs, case.sql)

    assert (error.kind, error.error_class, error.sql_state) == (case.kind, case.error_class, case.sql_state)
    assert error.exception == case.exception
    assert (error.line, error.column) == (case.place or (None, None))
    assert error.fragment == case.fragment
    assert (case.error_class or "Job aborted") in error.message
    assert "\tat " not in error.message


async def test_an_existing_table_and_what_is_not_supported(jobs: Jobs) -> None:
    await jobs.run("CREATE TABLE taken (a INT)")

    assert (await failure(jobs, "CREATE TABLE taken (a INT)")).kind is K.DUPLICATE_OBJECT
    assert (await failure(jobs, "UPDATE taken SET a = 1")).kind is K.UNSUPPORTED


async def test_a_fault_inside_a_view_points_at_the_views_text_only(jobs: Jobs) -> None:
    await jobs.run("CREATE VIEW broken AS SELECT CAST('zz' AS INT) AS x")

    error = await failure(jobs, "SELECT\n * FROM broken")

    assert (error.kind, error.line, error.column) == (K.DATA, None, None)
    assert error.fragment == "CAST('zz' AS INT)"


@pytest.mark.parametrize(
    ("error_class", "sql_state", "exceptions", "kind"),
    [
        ("PARSE_SYNTAX_ERROR", "42601", (), K.SYNTAX),
        ("INVALID_TYPED_LITERAL", "42604", ("ParseException", "AnalysisException"), K.SYNTAX),
        ("UNSUPPORTED_FEATURE.X", "0A000", ("ParseException",), K.UNSUPPORTED),
        ("TABLE_OR_VIEW_NOT_FOUND", "42P01", (), K.MISSING_OBJECT),
        ("ROUTINE_NOT_FOUND", "42883", (), K.MISSING_OBJECT),
        ("UNRESOLVED_ROUTINE", "42883", (), K.SEMANTIC),
        ("PARTITIONS_NOT_FOUND", "428FT", (), K.MISSING_OBJECT),
        ("PARTITIONS_ALREADY_EXIST", "428FT", (), K.DUPLICATE_OBJECT),
        ("ROUTINE_ALREADY_EXISTS", "42723", (), K.DUPLICATE_OBJECT),
        (None, "42501", (), K.PERMISSION),
        ("INSERT_COLUMN_ARITY_MISMATCH.X", "21S01", (), K.SEMANTIC),
        ("ARITHMETIC_OVERFLOW", "22003", (), K.DATA),
        ("INVALID_CONF_VALUE.TYPE_MISMATCH", "22022", (), K.SEMANTIC),
        ("UNABLE_TO_ACQUIRE_MEMORY", "53200", (), K.LIMIT),
        ("VIEW_EXCEED_MAX_NESTED_DEPTH", "54K00", (), K.LIMIT),
        ("OPERATION_CANCELED", "HY008", (), K.CANCELLED),
        ("SPARK_JOB_CANCELLED", "XXKDA", (), K.CANCELLED),
        ("_LEGACY_ERROR_TEMP_1251", None, ("AnalysisException",), K.SEMANTIC),
        ("INTERNAL_ERROR", "XX000", ("SparkException",), K.RUNTIME),
        (None, None, (), K.RUNTIME),
    ],
)
def test_a_failure_is_sorted_by_condition_and_sqlstate(
    error_class: str | None, sql_state: str | None, exceptions: tuple[str, ...], kind: ErrorKind
) -> None:
    assert kind_of(error_class, sql_state, exceptions) is kind


@given(
    text=st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60), data=st.data()
)
def test_line_and_column_lead_back_to_the_same_character(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    details = FaultDetails("m", context=Context(start, start, "?"))

    error = sql_error(Fault("m"), details, text)

    assert error.line is not None
    assert error.column is not None
    assert (text.split("\n")[error.line - 1] + "\n")[error.column - 1] == text[start]
    assert error.fragment == text[start]


def test_places_beyond_the_statement_are_not_given() -> None:
    details = FaultDetails("no place here", context=Context(50, 55, "?"))

    error = sql_error(Fault("m"), details, "SELECT 1")

    assert (error.line, error.column, error.fragment) == (None, None, None)


def test_a_place_in_the_message_serves_when_the_details_are_missing() -> None:
    quoted = Fault("[DIVIDE_BY_ZERO] Division by zero.\n== SQL (line 3, position 8) ==\nselect 1/0")
    analysed = Fault("[UNRESOLVED_COLUMN] Not found. SQLSTATE: 42703; line 2 pos 4;\n'Project")

    assert (sql_error(quoted, None, "x").line, sql_error(quoted, None, "x").column) == (3, 8)
    assert (sql_error(analysed, None, "x").line, sql_error(analysed, None, "x").column) == (2, 5)


def test_stack_traces_go_and_causes_stay() -> None:
    message = (
        "Job aborted: Lost task 0.0 (TID 1): java.lang.RuntimeException\n"
        "\tat a.B.c(Unknown Source)\n\tat d.E.f(E.java:1)\n\t... 12 more\n"
        "Caused by: java.lang.NumberFormatException: zz\n\tat x.y(z)\n\nDriver stacktrace:"
    )

    assert without_stack(message) == (
        "Job aborted: Lost task 0.0 (TID 1): java.lang.RuntimeException\n"
        "Caused by: java.lang.NumberFormatException: zz"
    )


def test_only_what_spark_says_itself_is_a_fault() -> None:
    info = Any()
    info.Pack(
        ErrorInfo(
            reason="org.apache.spark.sql.AnalysisException",
            metadata={
                "errorClass": "X.Y",
                "sqlState": "42000",
                "errorId": "e",
                "classes": '["a.B$C","a.D", "cut',
            },
        )
    )
    trailer = Status(code=13, details=[info]).SerializeToString()

    assert read_fault("m", [("other", "x"), (DETAILS_KEY, trailer)]) == Fault(
        "m", "X.Y", "42000", ("AnalysisException",), "e"
    )
    assert read_fault("m", []) is None
    assert read_fault("m", [(DETAILS_KEY, b"\xff\xff")]) is None
    assert read_fault("m", [(DETAILS_KEY, Status(code=13).SerializeToString())]) is None


async def failure(jobs: Jobs, sql: str) -> SqlError:
    with pytest.raises(StatementFailed) as caught:
        await jobs.run(sql)
    return caught.value.error
