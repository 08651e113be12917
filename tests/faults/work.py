"""Statements whose outcome is known, and what must be true of each when it has ended."""

import uuid
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tests.faults.caller import Caller
from tests.statements import sleeping

MARKS = "CREATE TABLE IF NOT EXISTS marks (marker STRING, n BIGINT)"
COUNT_MARKS = "SELECT marker, count(*), count(DISTINCT n) FROM marks GROUP BY marker"
MARKED_ROWS = 400
LOST = "engine lost"


@dataclass
class Work(ABC):
    """One statement on its way: the same token each time it is sent."""

    token: str = field(default_factory=lambda: uuid.uuid4().hex)
    job_id: str = ""
    ended: Mapping[str, Any] = field(default_factory=dict)
    queue: str = "default"  # each is a pool of its own in Spark, and gets its share of the cores

    @property
    @abstractmethod
    def sql(self) -> str: ...

    @property
    def body(self) -> dict[str, Any]:
        return {"queue_name": self.queue}

    def offer(self, caller: Caller) -> bool:
        """Send it once; gives whether it was answered."""
        self.job_id = caller.offer(self.sql, self.token, **self.body) or ""
        return bool(self.job_id)

    def submit(self, caller: Caller) -> str:
        """Send it until it is answered; the same job if it was answered before."""
        before = self.job_id
        self.job_id = caller.submit(self.sql, self.token, **self.body)
        assert before in ("", self.job_id)
        return self.job_id

    def end(self, caller: Caller, seconds: float = 120) -> str:
        """Wait for its end; gives the status."""
        self.ended = caller.ended(self.job_id, seconds)
        return str(self.ended["status"])

    def check(self, caller: Caller) -> None:
        """Hold the rows of a finished statement to what they must be."""
        assert self.ended["status"] == "FINISHED", self.ended
        self.check_rows(caller)

    def check_rows(self, caller: Caller) -> None:  # noqa: B027 (most statements give no rows)
        """Hold the rows to what they must be."""


@dataclass
class Numbers(Work):
    """Rows 0 … n-1, in order, in many responses."""

    n: int = 300_000
    parts: int = 12

    @property
    def sql(self) -> str:
        return f"SELECT id FROM range(0, {self.n}, 1, {self.parts})"

    def check_rows(self, caller: Caller) -> None:
        table = caller.table(self.job_id)
        assert np.array_equal(table.column("id").to_numpy(), np.arange(self.n)), self.job_id


@dataclass
class Sleeping(Work):
    """One stage of tasks that sleep, and one row."""

    tasks: int = 30
    ms: int = 500

    @property
    def sql(self) -> str:
        return sleeping(self.tasks, self.ms)

    def check_rows(self, caller: Caller) -> None:
        assert caller.table(self.job_id).to_pylist() == [{"n": self.tasks}]


@dataclass
class Trickle(Work):
    """A row each moment, so that some are kept long before the end."""

    rows: int = 60
    ms: int = 400

    @property
    def sql(self) -> str:
        nap = f"java_method('java.lang.Thread', 'sleep', {self.ms}L) AS s"
        return f"SELECT id, {nap} FROM range(0, {self.rows}, 1, {self.rows})"

    def check_rows(self, caller: Caller) -> None:
        assert caller.table(self.job_id).column("id").to_pylist() == list(range(self.rows))


@dataclass
class Shuffled(Work):
    """Several stages under adaptive execution."""

    rows: int = 200_000
    groups: int = 97

    @property
    def sql(self) -> str:
        return (
            f"SELECT a.k, a.n, b.total FROM (SELECT id % {self.groups} AS k, count(*) AS n"
            f" FROM range(0, {self.rows}, 1, 4) GROUP BY 1) a"
            f" JOIN (SELECT id % {self.groups} AS k, sum(id) AS total FROM range(0, {self.rows}, 1, 4)"
            " GROUP BY 1) b ON a.k = b.k ORDER BY a.k"
        )

    def check_rows(self, caller: Caller) -> None:
        table = caller.table(self.job_id)
        ids = np.arange(self.rows)
        wanted = np.bincount(ids % self.groups, weights=ids).astype(int)
        assert table.column("k").to_pylist() == list(range(self.groups))
        assert table.column("n").to_pylist() == np.bincount(ids % self.groups).tolist()
        assert table.column("total").to_pylist() == wanted.tolist()


@dataclass
class Marking(Work):
    """An INSERT of rows under a marker of its own; ``ms`` makes each of its tasks take that long."""

    ms: int = 0

    @property
    def marker(self) -> str:
        return self.token

    @property
    def sql(self) -> str:
        # A void value: coalesce keeps the nap in the plan and out of the row.
        nap = f"coalesce(java_method('java.lang.Thread', 'sleep', {self.ms}L), '')" if self.ms else "''"
        return (
            f"INSERT INTO marks SELECT concat('{self.marker}', replace({nap}, 'null', '')), id"
            f" FROM range(0, {MARKED_ROWS}, 1, 2)"
        )

    def check_marks(self, marks: Mapping[str, tuple[int, int]]) -> None:
        """Hold the table to what became of the job: there once, or, when it failed, at most once."""
        count, distinct = marks.get(self.marker, (0, 0))
        assert count == distinct <= MARKED_ROWS, (self, count, distinct)
        if self.ended["status"] == "FINISHED":
            assert count == MARKED_ROWS, (self, count)


@dataclass
class Making(Work):
    """A CREATE TABLE AS SELECT."""

    rows: int = 500

    @property
    def table(self) -> str:
        return f"made_{self.token}"

    @property
    def sql(self) -> str:
        return f"CREATE TABLE {self.table} AS SELECT id FROM range(0, {self.rows}, 1, 2)"

    def check_rows(self, caller: Caller) -> None:
        assert one_row(caller, f"SELECT count(*), count(DISTINCT id) FROM {self.table}") == (self.rows,) * 2


def rows(caller: Caller, sql: str) -> list[tuple[Any, ...]]:
    """Run a query and give its rows."""
    job = caller.ended(caller.submit(sql))
    assert job["status"] == "FINISHED", job
    return [tuple(row.values()) for row in caller.table(job["job_id"]).to_pylist()]


def one_row(caller: Caller, sql: str) -> tuple[Any, ...]:
    (row,) = rows(caller, sql)
    return row


def marks(caller: Caller) -> dict[str, tuple[int, int]]:
    """How many rows, and how many different ones, each marker has in the table."""
    return {marker: (count, distinct) for marker, count, distinct in rows(caller, COUNT_MARKS)}
