"""list_sql_jobs: filters, orders, pages (contract 2.3)."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from tests.contract.sdk import Dli, refused
from tests.statements import sleeping
from tests.waiting import eventually


@dataclass(frozen=True)
class Batch:
    """Five jobs of every kind and end, told apart from all others by a tag."""

    dli: Dli
    name: str
    ids: dict[str, str]

    def found(self, **filters: Any) -> list[str]:
        """Give the names of the batch's jobs that match, in the order of the list."""
        names = {job_id: name for name, job_id in self.ids.items()}
        tags = f"batch={self.name}" + ("," + filters.pop("tags") if "tags" in filters else "")
        seen = self.dli.list(tags=tags, **filters)
        assert seen.job_count == len(seen.jobs)
        return [names[job.job_id] for job in seen.jobs]


@pytest.fixture(scope="module")
def batch(dli: Dli) -> Batch:
    name = uuid4().hex
    ids = {}

    def submit(job: str, sql: str, color: str = "red", **body: Any) -> str:
        ids[job] = dli.submit(sql, tags={"batch": name, "color": color}, **body)
        return ids[job]

    dli.ended(submit("database", "CREATE DATABASE IF NOT EXISTS listed"))
    dli.ended(submit("table", "CREATE TABLE listed.t AS SELECT id FROM range(4)", queue_name="narrow"))
    dli.ended(submit("insert", "INSERT INTO t SELECT id FROM t", "blue", currentdb="listed"))
    dli.ended(submit("query", "SELECT id FROM t -- Find_Me 50%", "空 蓝", currentdb="listed"))
    dli.ended(submit("failed", "SELECT nope"))
    running = submit("cancelled", sleeping(100, 500))
    eventually(lambda: dli.progress(running).sub_job_id is not None)
    dli.cancel(running)
    dli.ended(running)
    eventually(lambda: dli.status(ids["insert"]).result_count)  # told a moment after its end
    return Batch(dli, name, ids)


ALL = ["cancelled", "failed", "query", "insert", "table", "database"]


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({}, ALL),
        ({"order": "start_time_asc"}, ALL[::-1]),
        ({"job_status": "FINISHED"}, ["query", "insert", "table", "database"]),
        ({"job_status": "failed"}, ["failed"]),
        ({"job_status": "CANCELLED"}, ["cancelled"]),
        ({"job_status": "RUNNING"}, []),
        ({"job_status": "SCALING"}, []),
        ({"job_status": "COMPUTED"}, []),
        ({"job_type": "ALL"}, ALL),
        ({"job_type": "DDL"}, ["table", "database"]),
        ({"job_type": "SCALE_QUEUE"}, []),
        ({"job_types": ["INSERT", "DDL"]}, ["insert", "table", "database"]),
        ({"job_types": ["INSERT", "DDL"], "job_type": "INSERT"}, ["insert"]),
        ({"job_types": ["INSERT"], "job_type": "QUERY"}, []),
        ({"queue_name": "Narrow"}, ["table"]),
        ({"queue_name": "no_such_queue"}, []),
        ({"sql_pattern": "find_me"}, ["query"]),
        ({"sql_pattern": "50%"}, ["query"]),
        ({"sql_pattern": "FIND%ME"}, []),
        ({"db_name": "listed"}, ["query", "insert"]),
        ({"table_name": "t"}, []),
        ({"owner": "admin"}, ALL),
        ({"owner": "somebody"}, []),
        ({"engine_type": "spark"}, ALL),
        ({"engine_type": "hetuEngine"}, []),
        ({"tags": "color=blue"}, ["insert"]),
        ({"tags": "color=空 蓝"}, ["query"]),
        ({"start": 0, "end": 0}, ALL),
        ({"start": 0, "end": 1}, []),
    ],
    ids=str,
)
def test_filters(batch: Batch, filters: dict[str, Any], names: list[str]) -> None:
    assert batch.found(**filters) == names


def test_filters_of_a_time_and_of_one_job(batch: Batch, dli: Dli) -> None:
    insert = dli.status(batch.ids["insert"])
    assert batch.found(job_id=insert.job_id) == ["insert"]
    assert batch.found(job_id=str(uuid4())) == []
    # "Later than" and "earlier than" are meant strictly.
    assert batch.found(start=insert.start_time) == ["cancelled", "failed", "query"]
    assert batch.found(end=insert.start_time) == ["table", "database"]
    window = {"start": insert.start_time - 1, "end": insert.start_time + 1}
    assert batch.found(**window) == ["insert"]


def test_orders_of_duration(batch: Batch, dli: Dli) -> None:
    for order, reverse in (("duration_asc", False), ("duration_desc", True)):
        durations = [job.duration for job in dli.list(tags=f"batch={batch.name}", order=order).jobs]
        assert durations == sorted(durations, reverse=reverse)
        assert len(durations) == len(ALL)


def test_a_job_in_the_list_says_what_its_status_says(batch: Batch, dli: Dli) -> None:
    listed = {job.job_id: job for job in dli.list(tags=f"batch={batch.name}").jobs}
    for job_id in batch.ids.values():
        job, status = listed[job_id], dli.status(job_id)
        same = "job_id job_type queue_name owner start_time duration status input_row_count input_size"
        for field in f"{same} result_count database_name statement message tags".split():
            assert getattr(job, field) == getattr(status, field), field
        assert job.end_time == job.start_time + job.duration
        assert job.engine_type == "spark"
    query, insert = listed[batch.ids["query"]], listed[batch.ids["insert"]]
    assert json.loads(query.detail)["fields"][0]["name"] == "id"
    assert (query.result_count, insert.input_row_count, insert.result_count) == (8, 4, 4)
    assert int(query.output_byte) > 0
    assert int(insert.cpu_cost) > 0


def test_pages(batch: Batch, dli: Dli) -> None:
    def page(number: int) -> list[str]:
        seen = dli.list(tags=f"batch={batch.name}", page_size=4, current_page=number)
        assert (seen.is_success, seen.message, seen.job_count) == (True, "", len(ALL))
        return [job.job_id for job in seen.jobs]

    pages = [page(1), page(2)]
    assert [len(ids) for ids in pages] == [4, 2]
    assert pages[0] + pages[1] == [batch.ids[name] for name in ALL]
    assert page(3) == page(1_000_000) == []


@pytest.mark.parametrize(
    ("filters", "text"),
    [
        ({"page_size": 0}, "page-size: "),
        ({"page_size": 101}, "page-size: "),
        ({"page_size": "many"}, "page-size: "),
        ({"current_page": 0}, "current-page: "),
        ({"start": -1}, "start: "),
        ({"end": "yesterday"}, "end: "),
        ({"order": "by_name"}, "order: "),
        ({"job_status": "DONE"}, "job-status: must be one of LAUNCHING"),
        ({"job_type": "CALL"}, "job-type: must be of DDL"),
        ({"job_types": ["QUERY", "CALL"]}, "job_types: must be of DDL"),
        ({"job_id": "x" * 65}, "job-id: "),
        ({"queue_name": "a b"}, "queue_name: must be letters"),
        ({"db_name": "a-b"}, "db_name: must be letters"),
        ({"sql_pattern": "x" * 1025}, "sql_pattern: "),
        ({"engine_type": "mysql"}, "engine-type: must be spark"),
        ({"tags": "color"}, "tags: must be key=value"),
        ({"tags": "_sys_a=1"}, "tags: must not begin with _sys_"),
    ],
    ids=str,
)
def test_a_filter_that_does_not_fit_is_named(dli: Dli, filters: dict[str, Any], text: str) -> None:
    refused(lambda: dli.list(**filters), "DLI.0001", text)
