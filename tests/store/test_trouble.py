import errno

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from headway.store.trouble import AWAY, BUSY, FULL, UNREADABLE, Trouble, reason_of, trouble_of


def refused(cause: Exception, kind: type[DBAPIError] = OperationalError) -> DBAPIError:
    return kind("INSERT …", {"secret_key": "hidden"}, cause)


@pytest.mark.parametrize(
    ("sqlstate", "trouble"),
    [
        ("08006", AWAY),  # connection failure
        ("57P01", AWAY),  # the server goes down, or an administrator ended the connection
        ("57P03", AWAY),  # the server is starting
        ("25006", AWAY),  # a standby
        ("25P03", AWAY),  # we stood still in a transaction
        ("40001", BUSY),  # serialization failure
        ("40P01", BUSY),  # deadlock
        ("53300", BUSY),  # too many connections
        ("55P03", BUSY),  # a lock was not to be had
        ("57014", BUSY),  # out of time
        ("53100", FULL),
        ("58030", UNREADABLE),
        ("23505", None),  # unique violation
        ("42703", None),  # no such column: a bug
        ("22001", None),  # too long a text
    ],
)
def test_postgresql_says_what_is_the_matter(sqlstate: str, trouble: Trouble | None) -> None:
    assert trouble_of(refused(psycopg.errors.lookup(sqlstate)("no"))) == trouble


def test_a_connection_that_is_gone_is_a_database_that_is_away() -> None:
    assert trouble_of(refused(psycopg.OperationalError("server closed the connection"))) == AWAY
    assert trouble_of(ConnectionResetError()) == AWAY
    assert trouble_of(refused(psycopg.IntegrityError("no"), IntegrityError)) is None


def test_a_full_disk_is_not_tried_again() -> None:
    assert trouble_of(OSError(errno.ENOSPC, "No space left on device")) == FULL
    assert not FULL.passes


def test_the_reason_is_the_drivers_first_line_without_values() -> None:
    cause = psycopg.OperationalError("server closed the connection\nDETAIL: hidden")
    assert reason_of(refused(cause)) == "OperationalError: server closed the connection"
