"""A service whose engine cannot start says so on every call that needs one."""

from collections.abc import Iterator

import pytest

from tests.contract.sdk import SYNC, Dli, refused
from tests.service_process import ServiceProcess

NO_JAVA = "/nowhere/bin/java"


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dli]:
    home = tmp_path_factory.mktemp("broken")
    service = ServiceProcess(home, {"HEADWAY_ENGINE__JAVA_HOME": "/nowhere"})
    service.start(ready=False)
    with Dli.of(service.project()) as dli:
        yield dli
    service.stop()


def test_calls_that_need_the_engine_tell_why_it_is_not_there(broken: Dli) -> None:
    refused(lambda: broken.check("SELECT 1"), "DLI.0012", NO_JAVA)
    refused(lambda: broken.create("SHOW TABLES", conf=[SYNC]), "DLI.0012", NO_JAVA)


def test_jobs_that_waited_for_the_engine_fail_with_the_reason(broken: Dli) -> None:
    job = broken.run("SELECT 1")
    assert job.status == "FAILED"
    assert NO_JAVA in job.message
    assert broken.progress(job.job_id).progress == 1
    assert broken.list(job_status="FAILED").jobs[0].message == job.message
