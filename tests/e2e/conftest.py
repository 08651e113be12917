import pytest

from tests.e2e.spark_side import SparkSide
from tests.service_process import ServiceProcess


@pytest.fixture
def spark(service: ServiceProcess) -> SparkSide:
    return SparkSide(service.home, service.project().project_id)
