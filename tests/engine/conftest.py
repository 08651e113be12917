"""One real Spark Connect server for the tests of this floor."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from headway.engine.address import EngineAddress
from headway.engine.options import EngineOptions
from headway.engine.patience import Gone
from headway.engine.spark_engine import SparkEngine
from headway.engine.spark_host import SparkHost
from tests.engine.jobs import Jobs

CONF = {
    "spark.sql.shuffle.partitions": "4",
    # Streams end by themselves all the time, as they do every two minutes in earnest.
    "spark.connect.execute.reattachable.senderMaxStreamDuration": "1s",
}


@dataclass(frozen=True, slots=True)
class Spark:
    """The server: where it is, and an engine connected to it."""

    address: EngineAddress
    engine: SparkEngine


@pytest.fixture(scope="session")
async def spark(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Spark]:
    home = tmp_path_factory.mktemp("engine")
    made: list[Spark] = []

    def connect(address: EngineAddress, gone: Gone | None) -> SparkEngine:
        engine = SparkEngine(address, gone)
        made.append(Spark(address, engine))
        return engine

    options = EngineOptions(
        directory=home / "engine",
        warehouse=home / "warehouse",
        metastore=home / "metastore",
        master="local[2]",
        memory="1500m",
        conf=CONF,
    )
    host = SparkHost(options, connect)
    await host.ready()
    yield made[-1]
    await host.stop()


@pytest.fixture
def engine(spark: Spark) -> SparkEngine:
    return spark.engine


@pytest.fixture
async def jobs(engine: SparkEngine) -> AsyncIterator[Jobs]:
    jobs = Jobs(engine)
    yield jobs
    await jobs.close()
