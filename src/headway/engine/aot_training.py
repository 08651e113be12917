"""Makes Java's ahead-of-time cache: a throw-away engine runs statements, and Java keeps what they needed."""

import asyncio
import os
import tempfile
import uuid
from collections.abc import Mapping
from pathlib import Path

from headway.engine.aot_cache import cache_file
from headway.engine.base import Execution
from headway.engine.command import spark_home
from headway.engine.doors import new_doors
from headway.engine.java import find_java
from headway.engine.launcher import Say, launch, stop
from headway.engine.options import EngineOptions
from headway.engine.spark_engine import SparkEngine
from headway.jobs.errors import EngineUnavailable

WRITING_SECONDS = 240.0  # Java writes the cache when it ends
_STATEMENTS = (
    "SELECT 1",
    "SHOW DATABASES",
    "CREATE TABLE t USING parquet AS SELECT id, id % 7 AS k, cast(id AS string) AS s FROM range(1000)",
    "SELECT a.k, count(*), sum(b.id) FROM t a JOIN t b ON a.id = b.id WHERE a.s > '1' GROUP BY 1 ORDER BY 2",
    "SELECT /*+ MERGE(b) */ count(DISTINCT a.s) FROM t a LEFT JOIN t b ON a.k = b.k",
    "DROP TABLE t",
)


def existing_cache(java_home: Path | None, environ: Mapping[str, str]) -> Path | None:
    """Give the cache for the Java that engines get if it is there; raises ``EngineUnavailable``."""
    file = cache_file(find_java(java_home, environ), spark_home(), environ)
    return file if file is not None and file.is_file() else None


async def make_cache(java_home: Path | None, environ: Mapping[str, str], say: Say) -> Path:
    """Make the cache for the Java that engines get (about a minute), and give its file.

    Raises ``EngineUnavailable``, also for a Java that can have none.
    """
    java = await asyncio.to_thread(find_java, java_home, environ)
    file = cache_file(java, spark_home(), environ)
    if file is None:
        raise EngineUnavailable(f"Java {java.major} ({java.path}) writes no such cache: 25 and newer do")
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Beside its place, so that it appears there whole.
    with tempfile.TemporaryDirectory(dir=file.parent, prefix="training-") as work:
        await _train(Path(work), java_home, environ, say)
        try:
            os.replace(Path(work) / "aot", file)
        except FileNotFoundError:
            raise EngineUnavailable("Java wrote no cache when it ended") from None
    return file


async def _train(work: Path, java_home: Path | None, environ: Mapping[str, str], say: Say) -> None:
    options = EngineOptions(
        directory=work / "engine",
        warehouse=work / "warehouse",
        metastore=work / "metastore",
        master="local[2]",
        memory="1g",
        conf={"spark.driver.extraJavaOptions": f"-XX:AOTCacheOutput={work / 'aot'}"},
        java_home=java_home,
    )
    # Not with the cache that may be there: Java is to see everything.
    record = await launch(options, new_doors(), {**environ, "XDG_CACHE_HOME": str(work)}, say)
    try:
        say("running statements")
        engine = SparkEngine(record.doors.address, None)
        try:
            for sql in _STATEMENTS:
                await _run(engine, sql)
        finally:
            await engine.close()
    finally:
        say("writing the cache")
        await stop(record, WRITING_SECONDS)


async def _run(engine: SparkEngine, sql: str) -> None:
    session = await engine.open_session()
    execution = Execution(str(uuid.uuid4()), session, sql, sql, "default")
    await engine.prepare(execution)
    async for _ in engine.execute(execution):
        pass
    await engine.close_session(session)
