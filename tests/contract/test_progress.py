"""show_sql_job_progress as the SDK reads it (contract section 1)."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from headway.engine.record import load
from tests.contract.sdk import Dli, refused
from tests.service_process import ServiceProcess
from tests.statements import sleeping
from tests.waiting import eventually

COUNTERS = """num_active_tasks num_completed_tasks num_skipped_tasks num_failed_tasks num_killed_tasks
    num_completed_indices num_active_stages num_completed_stages num_skipped_stages num_failed_stages"""


def test_a_running_job_tells_its_subjobs(dli: Dli) -> None:
    job_id = dli.working(sleeping(16, 250))
    seen = eventually(lambda: seen if (seen := dli.progress(job_id)).progress else None)
    assert (seen.is_success, seen.message, seen.job_id, seen.status) == (True, "", job_id, "RUNNING")
    (subjob,) = seen.sub_jobs
    assert seen.sub_job_id == subjob.id
    assert seen.progress == subjob.num_completed_tasks / subjob.num_tasks
    assert (subjob.status, subjob.job_group, subjob.num_tasks) == ("RUNNING", job_id, 16)
    assert subjob.description.startswith("SELECT count(s) AS n")
    assert subjob.name
    assert subjob.stage_ids
    assert all(isinstance(stage_id, int) for stage_id in subjob.stage_ids)
    assert all(isinstance(getattr(subjob, counter), int) for counter in COUNTERS.split())
    assert (subjob.completion_time, subjob.killed_tasks_summary) == (None, {})
    datetime.strptime(subjob.submission_time, "%a %b %d %H:%M:%S UTC %Y")
    dli.cancel(job_id)
    dli.ended(job_id)


def test_the_ends_are_the_integers_zero_and_one(dli: Dli) -> None:
    first = dli.working(sleeping(100, 500), queue_name="narrow")
    second = dli.submit("SELECT 1", queue_name="narrow")
    waiting = f'{{"is_success":true,"message":"","job_id":"{second}","status":"LAUNCHING","progress":0}}'
    assert dli.progress(second).raw_content == waiting.encode()
    for job_id in (second, first):
        dli.cancel(job_id)
        dli.ended(job_id)
    for job_id, status in (
        (second, "CANCELLED"),
        (first, "CANCELLED"),
        (dli.done("SELECT 1"), "FINISHED"),
        (dli.run("SELECT nope").job_id, "FAILED"),
    ):
        ended = f'{{"is_success":true,"message":"","job_id":"{job_id}","status":"{status}","progress":1}}'
        assert dli.progress(job_id).raw_content == ended.encode()


def test_what_spark_does_not_say_is_left_out_and_never_null(dli: Dli) -> None:
    job_id = dli.working(sleeping(16, 250))
    said = json.loads(dli.progress(job_id).raw_content)
    assert None not in said.values()
    assert all(None not in subjob.values() for subjob in said["sub_jobs"])
    dli.cancel(job_id)
    dli.ended(job_id)


def test_an_engine_that_does_not_answer_is_an_error_and_the_job_goes_on(
    service: ServiceProcess, dli: Dli
) -> None:
    job_id = dli.working(sleeping(16, 250))
    with _stopped_engine(service):
        busy = "The queue backend version is too old or the queue is busy."
        refused(lambda: _until_it_fails(dli, job_id), "DLI.0999", busy)
        assert dli.status(job_id).status == "RUNNING"
    eventually(lambda: dli.progress(job_id).status)
    assert dli.ended(job_id).status == "FINISHED"


def _until_it_fails(dli: Dli, job_id: str) -> None:
    # What was read a moment ago is still good for a second.
    eventually(lambda: dli.progress(job_id) is None, 10)


@contextmanager
def _stopped_engine(service: ServiceProcess) -> Iterator[None]:
    record = load(service.home / "projects" / service.project().project_id / "engine")
    assert record is not None
    os.kill(record.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(record.pid, signal.SIGCONT)
