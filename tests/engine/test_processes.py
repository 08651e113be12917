"""Which processes are Spark Connect servers of ours."""

from pathlib import Path

import pytest

from headway.engine.conf import CONNECT_SERVER
from headway.engine.processes import directory_in, server_processes
from headway.engine.record import load, process_of
from tests.engine.conftest import Spark

START = ["-Xmx1g", "-cp", "/jars/*", "org.apache.spark.deploy.SparkSubmit"]
OURS = ["--properties-file", "/my home/projects/p/engine/spark.properties", "--class", CONNECT_SERVER]


async def test_a_server_is_found_with_its_directory(spark: Spark) -> None:
    found = [(process, load(process.directory)) for process in server_processes()]
    server, record = next(pair for pair in found if pair[1] and pair[1].doors.address == spark.address)

    assert record is not None
    assert server.pid == record.pid
    assert process_of(server) == process_of(record)
    assert 2e8 < server.memory_bytes < 4e9


def test_the_directory_is_read_from_the_command_line() -> None:
    arguments = ["/opt/java/bin/java", *START, *OURS, "spark-internal"]
    assert directory_in(arguments) == Path("/my home/projects/p/engine")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["java"],
        ["/usr/bin/vim", *START, *OURS],
        ["java", *START, *OURS[:2], "--class", "org.apache.spark.repl.Main"],
        ["java", *START, *OURS[2:]],
        ["java", *START, "--properties-file", "/etc/spark/spark-defaults.conf", *OURS[2:]],
        ["java", *START, "--properties-file", "spark.properties", *OURS[2:]],
        ["java", *START, *OURS[2:], "--properties-file"],
    ],
)
def test_other_command_lines_are_none_of_ours(arguments: list[str]) -> None:
    assert directory_in(arguments) is None
