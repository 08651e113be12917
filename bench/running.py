"""A service and an engine of their own for one measurement, in a home that goes afterwards."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.service_process import ServiceProcess


@contextmanager
def running_service(memory: str) -> Iterator[ServiceProcess]:
    """Give a started service whose engine has ``memory`` of heap and whose queue runs 50 jobs at once."""
    env = {
        "HEADWAY_ENGINE__MEMORY": memory,
        "HEADWAY_QUEUES": '{"default": {"max_concurrent": 50}}',
        "HEADWAY_LIMITS__REQUESTS_PER_SECOND": "1000000",
    }
    with tempfile.TemporaryDirectory(prefix="headway-bench-") as directory:
        service = ServiceProcess(Path(directory), env)
        service.start()
        try:
            yield service
        finally:
            service.headway("engine", "stop")
            service.stop()
