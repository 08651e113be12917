"""What an engine on a cluster needs beyond a local one; a real cluster is in tests/e2e/test_cluster.py."""

import os
import socket
from pathlib import Path

import psutil
import pytest

from headway.engine.conf import spark_conf
from headway.engine.doors import LOOPBACK, Doors
from headway.engine.failures import explain
from headway.engine.options import EngineOptions
from headway.engine.record import EngineRecord, lives
from headway.engine.spark_errors import Fault

SHARING = "spark.dynamicAllocation.enabled"


def conf_for(tmp_path: Path, master: str, conf: dict[str, str] | None = None) -> dict[str, str]:
    options = EngineOptions(tmp_path, tmp_path, tmp_path, master=master, conf=conf or {})
    return spark_conf(options, Doors(1, 2, "t", "s"), "1g", "10.0.0.1")


def test_an_engine_without_jobs_leaves_the_cluster_to_others(tmp_path: Path) -> None:
    assert conf_for(tmp_path, "spark://m:7077")[SHARING] == "true"
    assert SHARING not in conf_for(tmp_path, "local[2]")
    assert conf_for(tmp_path, "yarn", {SHARING: "false"})[SHARING] == "false"


@pytest.mark.parametrize("app_id", ["app-1", None])
def test_a_process_whose_spark_has_ended_is_no_engine(app_id: str | None) -> None:
    with socket.socket() as monitor:
        monitor.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        monitor.bind((LOOPBACK, 0))
        monitor.listen()
        record = EngineRecord(
            pid=os.getpid(),
            process_started=psutil.Process().create_time(),
            doors=Doors(1, monitor.getsockname()[1], "t", "s"),
            java="java",
            log_path="log",
            started_at=0,
            app_id=app_id,
        )
        assert lives(record)
    # One that was never ready has not opened it yet.
    assert lives(record) is (app_id is None)


@pytest.mark.parametrize(
    "message",
    [
        "Cannot call methods on a stopped SparkContext.\nThis stopped SparkContext was created at:",
        "Job 3 cancelled because SparkContext was shut down",
        "Job aborted due to stage failure: Master removed our application: KILLED",
    ],
)
def test_a_statement_whose_spark_ended_is_lost_and_not_wrong(message: str) -> None:
    assert Fault(message).is_lost
    assert not Fault(message, "USER_RAISED_EXCEPTION").is_lost


def test_a_start_that_the_cluster_ended_says_so() -> None:
    log = (
        "ERROR Backend: Application has been killed. Reason: Master removed our application: FAILED\n"
        'Exception in thread "main" IllegalStateException: Cannot call methods on a stopped SparkContext.\n'
    )
    assert str(explain(log)).startswith("the cluster ended the application")
