"""show_sql_job_status, show_sql_job_detail, cancel_sql_job (contract 2.2, 2.4, 2.5)."""

import json
import time
from collections.abc import Callable
from functools import partial
from uuid import uuid4

import pytest

from tests.contract.sdk import Dli, refused
from tests.statements import sleeping
from tests.waiting import eventually


def test_the_status_of_a_finished_query(dli: Dli) -> None:
    before = time.time() * 1000
    job_id = dli.submit("SELECT id, 'x' AS s FROM range(3)")
    job = dli.ended(job_id)
    assert (job.is_success, job.message, job.job_id) == (True, "", job_id)
    assert (job.status, job.job_type, job.job_mode) == ("FINISHED", "QUERY", "async")
    assert (job.queue_name, job.owner, job.database_name) == ("default", "admin", "default")
    assert before - 1000 <= job.start_time <= time.time() * 1000
    assert 0 <= job.duration <= time.time() * 1000 - before + 1000
    assert (job.result_count, job.input_row_count, job.bad_row_count) == (3, None, None)
    fields = json.loads(job.detail)["fields"]
    assert [(field["name"], field["type"]) for field in fields] == [("id", "long"), ("s", "string")]
    assert (job.tags, json.loads(job.user_conf)) == ([], {})
    assert dli.status(job_id) == job


def test_the_status_of_an_insert_counts_its_rows(dli: Dli) -> None:
    dli.done("CREATE TABLE counted AS SELECT id FROM range(5)")
    job_id = dli.done("INSERT INTO counted SELECT id FROM counted WHERE id % 2 = 0")
    # What a job's work amounted to is told a moment after its end.
    job = eventually(lambda: job if (job := dli.status(job_id)).result_count else None)
    assert (job.job_type, job.input_row_count, job.result_count) == ("INSERT", 5, 3)
    assert job.input_size > 0


def test_a_failed_job_says_why_on_every_call(dli: Dli) -> None:
    job = dli.run("SELECT\n  nope FROM range(3)")
    assert job.status == "FAILED"
    assert job.message.startswith("DLI.0005: AnalysisException: [UNRESOLVED_COLUMN.WITH_SUGGESTION]")
    assert "line 2 pos 2" in job.message
    assert dli.detail(job.job_id).message == job.message
    assert dli.list(job_id=job.job_id).jobs[0].message == job.message


def test_a_running_job_is_cancelled(dli: Dli) -> None:
    job_id = dli.working(sleeping(100, 500))
    assert dli.status(job_id).status == "RUNNING"
    answer = dli.cancel(job_id)
    assert (answer.is_success, answer.message) == (True, "")
    job = dli.ended(job_id)
    assert (job.status, job.message) == ("CANCELLED", "cancelled by the user")


def test_a_waiting_job_is_cancelled(dli: Dli) -> None:
    first = dli.working(sleeping(100, 500), queue_name="narrow")
    second = dli.submit("SELECT 1", queue_name="narrow")
    assert dli.status(second).status == "LAUNCHING"
    dli.cancel(second)
    assert dli.status(second).status == "CANCELLED"
    dli.cancel(first)
    assert dli.ended(first).status == "CANCELLED"


def test_an_ended_job_cannot_be_cancelled(dli: Dli) -> None:
    finished, failed = dli.done("SELECT 1"), dli.run("SELECT nope").job_id
    refused(lambda: dli.cancel(finished), "DLI.0007", "has ended (FINISHED) and cannot be cancelled")
    refused(lambda: dli.cancel(failed), "DLI.0007", "has ended (FAILED) and cannot be cancelled")
    assert dli.status(finished).status == "FINISHED"


@pytest.mark.parametrize("call", [Dli.status, Dli.detail, Dli.preview, Dli.progress, Dli.cancel])
def test_a_job_that_does_not_exist_is_told_so(dli: Dli, call: Callable[[Dli, str], object]) -> None:
    for job_id in (str(uuid4()), "nonsense", "空间", "x" * 100, "a'b\"c;%00"):
        refused(partial(call, dli, job_id), "DLI.0002", "There is no job named")


def test_a_job_id_with_a_slash_is_no_call_of_the_contract(dli: Dli) -> None:
    refused(lambda: dli.status("a b/c%"), "APIGW.0101", "The API does not exist", status=404)
    refused(lambda: dli.status("../jobs"), "APIGW.0101", "The API does not exist", status=404)
