"""DB-API against a service that is scripted."""

import signal
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import httpx2
import pyarrow as pa
import pytest

from headway import dbapi
from headway.client import arrow_rows, follow
from headway.client.seen import ProgressSeen
from tests.dbapi.scripted import JOB_ID, ScriptedService, a_progress, a_schema

NUMBERS = pa.table({"n": pa.array(range(7), pa.int32()), "t": [f"t{each}" for each in range(7)]})
NUMBERS_SCHEMA = a_schema(("n", "integer"), ("t", "string"))


@pytest.fixture
def service() -> ScriptedService:
    return ScriptedService(table=NUMBERS, schema=NUMBERS_SCHEMA)


@pytest.fixture
def cursor(service: ScriptedService) -> Iterator[dbapi.Cursor]:
    with service.connection() as connection, connection.cursor() as cursor:
        yield cursor


def test_the_module_says_what_pep_249_wants() -> None:
    assert (dbapi.apilevel, dbapi.threadsafety, dbapi.paramstyle) == ("2.0", 1, "qmark")
    assert issubclass(dbapi.Warning, Exception)
    for name in ("Data", "Operational", "Integrity", "Internal", "Programming", "NotSupported"):
        assert issubclass(getattr(dbapi, f"{name}Error"), dbapi.DatabaseError)
    assert issubclass(dbapi.DatabaseError, dbapi.Error)
    assert issubclass(dbapi.InterfaceError, dbapi.Error)


def test_rows_come_one_some_and_all(cursor: dbapi.Cursor) -> None:
    cursor.execute("select n, t from numbers")
    assert cursor.rowcount == 7
    assert cursor.fetchone() == (0, "t0")
    assert cursor.fetchmany() == [(1, "t1")]
    cursor.arraysize = 2
    assert cursor.fetchmany() == [(2, "t2"), (3, "t3")]
    assert next(iter(cursor)) == (4, "t4")
    assert cursor.fetchall() == [(5, "t5"), (6, "t6")]
    assert cursor.fetchone() is None
    assert cursor.fetchall() == []


def test_tuples_and_arrow_may_be_mixed(cursor: dbapi.Cursor) -> None:
    cursor.execute("select n, t from numbers")
    cursor.fetchmany(3)
    reader = cursor.fetch_record_batches()
    assert reader.read_next_batch()["n"].to_pylist() == [3]
    assert cursor.fetchone() == (4, "t4")
    assert cursor.fetch_arrow_table()["n"].to_pylist() == [5, 6]
    assert cursor.fetch_arrow_table().num_rows == 0


def test_a_result_becomes_a_data_frame(cursor: dbapi.Cursor) -> None:
    assert cursor.execute("select 1").fetch_pandas()["n"].sum() == 21
    assert cursor.execute("select 1").fetch_polars()["n"].sum() == 21


def test_columns_are_described(service: ScriptedService, cursor: dbapi.Cursor) -> None:
    types = [
        ("a", "long"),
        ("b", "decimal(15,2)"),
        ("c", "timestamp"),
        ("d", "varchar(3)"),
        ("e", "binary"),
        ("f", {"type": "array", "elementType": "integer", "containsNull": True}),
    ]
    service.schema = a_schema(*types)
    described = cursor.execute("select 1").description
    assert described is not None
    assert [each[0] for each in described] == list("abcdef")
    assert described[1][1:] == ("decimal(15,2)", None, None, 15, 2, True)
    kinds = [each[1] for each in described]
    assert kinds[:2] == [dbapi.NUMBER, dbapi.NUMBER]
    assert kinds[2:5] == [dbapi.DATETIME, dbapi.STRING, dbapi.BINARY]
    assert kinds[5] not in (dbapi.NUMBER, dbapi.STRING, dbapi.ROWID)


def test_values_become_pythons_own(service: ScriptedService, cursor: dbapi.Cursor) -> None:
    pairs = [("a", 1), ("b", None)]
    columns = [
        ("date", "date", pa.array([date(2024, 2, 29), None])),
        (
            "moment",
            "timestamp",
            pa.array([datetime(2024, 1, 1, tzinfo=UTC), None], pa.timestamp("us", "UTC")),
        ),
        ("clock", "timestamp_ntz", pa.array([datetime(2024, 1, 1), None], pa.timestamp("us"))),
        ("amount", "decimal(10,2)", pa.array([Decimal("1.50"), None], pa.decimal128(10, 2))),
        (
            "list",
            {"type": "array", "elementType": "integer", "containsNull": True},
            pa.array([[1, None], None], pa.list_(pa.int32())),
        ),
        (
            "map",
            {"type": "map", "keyType": "string", "valueType": "integer", "valueContainsNull": True},
            pa.array([pairs, None], pa.map_(pa.string(), pa.int32())),
        ),
        ("struct", a_schema(("x", "integer")), pa.array([{"x": 1}, None])),
        ("months", "interval year to month", pa.array([14, None], pa.int32())),
    ]
    service.table = pa.table({name: array for name, _, array in columns})
    service.schema = a_schema(*((name, kind) for name, kind, _ in columns))
    first, second = cursor.execute("select 1").fetchall()
    assert first == (
        date(2024, 2, 29),
        datetime(2024, 1, 1, tzinfo=UTC),
        datetime(2024, 1, 1),
        Decimal("1.50"),
        [1, None],
        {"a": 1, "b": None},
        {"x": 1},
        "INTERVAL '1-2' YEAR TO MONTH",
    )
    assert second == (None,) * len(columns)


def test_a_value_that_python_cannot_hold_is_said_so(service: ScriptedService, cursor: dbapi.Cursor) -> None:
    service.table = pa.table({"d": pa.array([5_000_000], pa.int32()).cast(pa.date32())})
    service.schema = a_schema(("d", "date"))
    cursor.execute("select 1")
    with pytest.raises(dbapi.DataError, match="fetch_arrow_table"):
        cursor.fetchone()
    assert cursor.fetch_arrow_table().num_rows == 1


def test_a_statement_without_rows_has_none(service: ScriptedService, cursor: dbapi.Cursor) -> None:
    service.schema = a_schema()
    cursor.execute("create table t (a int)")
    assert cursor.description is None
    assert cursor.rowcount == -1
    with pytest.raises(dbapi.InterfaceError, match="no rows"):
        cursor.fetchall()


def test_parameters_are_written_into_the_statement(service: ScriptedService, cursor: dbapi.Cursor) -> None:
    cursor.execute("select ? where a = ?", (None, "it's"))
    cursor.executemany("insert into t values (?)", [(1,), (2,)])
    assert [each["sql"] for each in service.submitted] == [
        "select NULL where a = 'it\\'s'",
        "insert into t values (1)",
        "insert into t values (2)",
    ]


def test_use_and_set_hold_for_what_follows(service: ScriptedService) -> None:
    with service.connection(queue="nightly", database="a", conf={"x": "1"}, tags={"t": "v"}) as connection:
        cursor = connection.cursor()
        for sql in ("use b", "set spark.y = 2", "select 1"):
            cursor.execute(sql)
        first, *_, last = service.submitted
        assert (first["queue_name"], first["current_db"], first["conf"]) == ("nightly", "a", {"x": "1"})
        assert (last["current_db"], last["conf"], last["tags"]) == (
            "b",
            {"x": "1", "spark.y": "2"},
            {"t": "v"},
        )
        assert connection.database == "b"


def test_what_ends_with_its_statement_is_warned_of(cursor: dbapi.Cursor) -> None:
    with pytest.warns(dbapi.Warning, match="ended with its job"):
        cursor.execute("create temporary view v as select 1")


@pytest.mark.parametrize(
    ("kind", "state", "error"),
    [
        ("syntax", "42601", dbapi.ProgrammingError),
        ("missing object", "42P01", dbapi.ProgrammingError),
        ("unsupported", "0A000", dbapi.NotSupportedError),
        ("data", "22012", dbapi.DataError),
        ("runtime", "23505", dbapi.IntegrityError),
        ("runtime", "XX000", dbapi.InternalError),
        ("limit", None, dbapi.OperationalError),
        ("a kind of a newer service", None, dbapi.OperationalError),
    ],
)
def test_a_failure_has_its_class_and_its_place(
    service: ScriptedService, kind: str, state: str | None, error: type[dbapi.Error]
) -> None:
    service.state = "FAILED"
    service.error = {
        "kind": kind,
        "sql_state": state,
        "error_class": "SOME_CLASS",
        "message": "there is no nope",
        "line": 2,
        "column": 3,
        "fragment": "nope",
    }
    with service.connection() as connection, pytest.raises(error) as caught:
        connection.cursor().execute("select\n  nope")
    assert type(caught.value) is error
    seen = caught.value
    assert (seen.line, seen.column, seen.fragment) == (2, 3, "nope")
    assert (seen.error_class, seen.sql_state, seen.job_id) == ("SOME_CLASS", state, JOB_ID)
    assert str(seen).splitlines()[0] == "there is no nope"
    assert str(seen).endswith("  2 |   nope\n    |   ^^^^")


def test_a_job_that_somebody_cancelled_is_an_error(service: ScriptedService, cursor: dbapi.Cursor) -> None:
    service.state = "CANCELLED"
    with pytest.raises(dbapi.OperationalError, match="cancelled by user"):
        cursor.execute("select 1")


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, dbapi.ProgrammingError),
        (401, dbapi.OperationalError),
        (404, dbapi.ProgrammingError),
        (410, dbapi.OperationalError),
        (500, dbapi.InternalError),
    ],
)
def test_refusals_have_their_classes(
    service: ScriptedService, cursor: dbapi.Cursor, status: int, error: type[dbapi.Error]
) -> None:
    service.meanwhile = lambda _: httpx2.Response(status, json={"error_code": "X", "error_msg": "why"})
    with pytest.raises(error, match="why") as caught:
        cursor.execute("select 1")
    assert type(caught.value) is error


class Looker:
    def __init__(self) -> None:
        self.seen: list[ProgressSeen] = []
        self.said: list[str] = []

    def show(self, progress: ProgressSeen) -> None:
        self.seen.append(progress)

    def say(self, text: str) -> None:
        self.said.append(text)


def test_an_onlooker_sees_the_progress(service: ScriptedService) -> None:
    service.progresses = [a_progress(), a_progress("FINISHED")]
    looker = Looker()
    with service.connection() as connection:
        connection.cursor(looker).execute("select 1")
    assert [each.estimate.fraction for each in looker.seen] == [0.4, 0.4]


def test_a_service_that_restarts_is_waited_for(
    service: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "RETRY_SECONDS", 0.0)
    away = [httpx2.ConnectError("refused"), httpx2.ReadError("reset")]

    def leave(request: httpx2.Request) -> None:
        if away and request.method == "GET":
            raise away.pop()

    service.meanwhile = leave
    looker = Looker()
    with service.connection() as connection:
        assert connection.cursor(looker).execute("select 1").rowcount == 7
    assert len(looker.said) == 1
    assert "does not answer" in looker.said[0]


def test_rows_that_break_off_go_on_where_they_were(
    service: ScriptedService, cursor: dbapi.Cursor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrow_rows, "RETRY_SECONDS", 0.0)
    whole = service.rows(httpx2.Request("GET", "http://service/?format=arrow")).content
    breaks = [whole[: len(whole) // 2], whole[:3], b""]
    offsets: list[str] = []

    def broken(request: httpx2.Request) -> httpx2.Response | None:
        if not request.url.path.endswith("/result"):
            return None
        offsets.append(request.url.params["offset"])
        return httpx2.Response(200, content=breaks.pop(0)) if breaks else None

    service.meanwhile = broken
    assert [row[0] for row in cursor.execute("select n from numbers")] == list(range(7))
    assert len(offsets) == 4
    assert 0 < int(offsets[-1]) < 7


def test_rows_that_are_no_longer_kept_are_an_error(service: ScriptedService, cursor: dbapi.Cursor) -> None:
    cursor.execute("select 1")
    gone = httpx2.Response(410, json={"error_code": "ResultExpired", "error_msg": "expired"})
    service.meanwhile = lambda _: gone
    with pytest.raises(dbapi.OperationalError, match="expired"):
        cursor.fetchone()


def test_an_interrupt_cancels_the_job(service: ScriptedService, cursor: dbapi.Cursor) -> None:
    def interrupt(request: httpx2.Request) -> None:
        if request.method == "POST":
            signal.raise_signal(signal.SIGINT)  # held until the job's id is known

    service.meanwhile = interrupt
    with pytest.raises(KeyboardInterrupt):
        cursor.execute("select 1")
    assert service.cancelled
    assert cursor.job is not None
    assert cursor.job.state == "CANCELLED"


def test_another_thread_may_cancel(service: ScriptedService, cursor: dbapi.Cursor) -> None:
    service.state = "RUNNING"
    is_waiting = threading.Event()
    service.meanwhile = lambda request: is_waiting.set() if request.method == "GET" else None

    def cancel() -> None:
        is_waiting.wait(10)
        assert cursor.progress().estimate.fraction == 0.4
        cursor.cancel()

    other = threading.Thread(target=cancel)
    other.start()
    with pytest.raises(dbapi.OperationalError, match="cancelled"):
        cursor.execute("select 1")
    other.join()


def test_rows_of_an_earlier_job_can_be_had_again(cursor: dbapi.Cursor) -> None:
    assert len(cursor.attach(JOB_ID).fetchall()) == 7
    assert len(cursor.attach(JOB_ID).fetchall()) == 7


def test_what_is_closed_is_closed(service: ScriptedService) -> None:
    connection = service.connection()
    cursor = connection.cursor()
    cursor.close()
    cursor.close()
    with pytest.raises(dbapi.InterfaceError, match="closed"):
        cursor.execute("select 1")
    connection.close()
    with pytest.raises(dbapi.InterfaceError, match="closed"):
        connection.cursor()
    with pytest.raises(dbapi.InterfaceError, match="closed"):
        connection.commit()


def test_there_are_no_transactions(service: ScriptedService) -> None:
    with service.connection() as connection:
        connection.commit()
        with pytest.raises(connection.NotSupportedError):
            connection.rollback()


def test_before_a_statement_there_is_nothing_to_ask(cursor: dbapi.Cursor) -> None:
    assert cursor.job_id is None
    for ask in (cursor.progress, cursor.cancel, cursor.fetchone):
        with pytest.raises(dbapi.InterfaceError):
            ask()
