"""DB-API on real Spark: values go there and back."""

import math
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import headway
from headway import dbapi
from tests.dbapi.test_literals import NASTY, TEXTS, VALUES
from tests.service_process import ServiceProcess
from tests.waiting import eventually

CROSS_JOIN = "select count(*) from range(0, 1000000, 1, 40) a cross join range(0, 1000000) b"


@pytest.fixture
def cursor(service: ServiceProcess) -> Iterator[dbapi.Cursor]:
    times = {"spark.sql.timeType.enabled": "true"}
    with headway.connect(home=service.home, conf=times) as connection, connection.cursor() as cursor:
        yield cursor


def there_and_back(cursor: dbapi.Cursor, values: list[object]) -> tuple[object, ...]:
    row = cursor.execute(f"select {', '.join('?' for _ in values)}", values).fetchone()
    assert row is not None
    return row


def is_same(sent: object, came: object) -> bool:
    if isinstance(sent, float) and math.isnan(sent):
        return isinstance(came, float) and math.isnan(came)
    if isinstance(sent, float):
        return type(came) is float and math.copysign(1, sent) == math.copysign(1, came) and sent == came
    return came == (str(sent) if hasattr(sent, "hex") and hasattr(sent, "urn") else sent)


# One statement with many values: each is a job.
@settings(
    max_examples=2,
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(values=st.lists(VALUES, min_size=60, max_size=60), texts=st.lists(TEXTS, min_size=40, max_size=40))
def test_values_come_back_as_they_were_sent(
    cursor: dbapi.Cursor, values: list[object], texts: list[str]
) -> None:
    sent = [*values, *texts, *NASTY]
    came = there_and_back(cursor, sent)
    assert [pair for pair in zip(sent, came, strict=True) if not is_same(*pair)] == []


def test_values_of_every_kind_come_back_with_their_types(cursor: dbapi.Cursor) -> None:
    sent: list[object] = [
        None,
        True,
        -5,
        3_000_000_000,
        10**37,
        -0.0,
        5e-324,
        Decimal("-1.50"),
        "it's \\ ${env:HOME} ?",
        b"\x00\xff",
        date(1, 1, 1),
        datetime(9999, 12, 31, 23, 59, 59, 999999),
        datetime(2024, 1, 1, tzinfo=UTC),
        time(23, 59, 59, 999999),
        timedelta(days=-3, microseconds=7),
    ]
    came = there_and_back(cursor, sent)
    assert list(came) == sent
    described = cursor.description
    assert described is not None
    assert [each[1] for each in described] == [
        "void",
        "boolean",
        "int",
        "bigint",
        "decimal(38,0)",
        "double",
        "double",
        "decimal(3,2)",
        "string",
        "binary",
        "date",
        "timestamp_ntz",
        "timestamp",
        "time(6)",
        "interval day to second",
    ]


def test_what_spark_alone_has_becomes_python_too(cursor: dbapi.Cursor) -> None:
    row = cursor.execute(
        "select array(1, null), map('a', named_struct('x', 1)), interval '1-2' year to month, "
        "parse_json('{\"a\": [1, 2]}'), map(named_struct('k', 1), 'v'), cast(X'FF' as string), "
        "array(map('k', interval '1 2:3:4' day to second))"
    ).fetchone()
    assert row == (
        [1, None],
        {"a": {"x": 1}},
        "INTERVAL '1-2' YEAR TO MONTH",
        {"a": [1, 2]},
        [({"k": 1}, "v")],
        "\ufffd",
        [{"k": timedelta(days=1, hours=2, minutes=3, seconds=4)}],
    )


def test_a_large_result_comes_in_batches(cursor: dbapi.Cursor) -> None:
    cursor.execute("select id, cast(id as string) s from range(0, 300000, 1, 6) order by id")
    assert cursor.rowcount == 300_000
    assert cursor.fetchone() == (0, "0")
    reader = cursor.fetch_record_batches()
    batches = list(reader)
    assert sum(batch.num_rows for batch in batches) == 299_999
    assert cursor.attach(str(cursor.job_id)).fetch_polars()["id"].sum() == 299_999 * 150_000
    assert cursor.attach(str(cursor.job_id)).fetch_pandas()["s"].iloc[-1] == "299999"


def test_an_error_has_its_place(cursor: dbapi.Cursor) -> None:
    with pytest.raises(dbapi.ProgrammingError) as caught:
        cursor.execute("select id,\n  nope\nfrom range(3)")
    assert (caught.value.line, caught.value.column, caught.value.fragment) == (2, 3, "nope")
    assert str(caught.value).endswith("^^^^")


def test_another_thread_sees_progress_and_cancels(cursor: dbapi.Cursor) -> None:
    seen: list[float] = []

    def watch() -> None:
        eventually(lambda: cursor.job_id)
        eventually(lambda: cursor.progress().phase == "running")
        seen.append(cursor.progress().estimate.fraction)
        cursor.cancel()

    other = threading.Thread(target=watch)
    other.start()
    with pytest.raises(dbapi.OperationalError, match="cancelled by the user"):
        cursor.execute(CROSS_JOIN)
    other.join()
    assert 0 <= seen[0] < 1
