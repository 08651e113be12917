"""A Spark Connect server as an ``Engine``: statements by gRPC, progress by its monitoring."""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager

from headway.engine.address import EngineAddress
from headway.engine.base import Execution, ExecutionEvent, FoundOperation
from headway.engine.catalog import Catalog
from headway.engine.connect import ConnectClient
from headway.engine.identifiers import quoted
from headway.engine.monitor import Monitor
from headway.engine.monitor_client import MonitorClient
from headway.engine.operation import Operation
from headway.engine.orphans import Orphans
from headway.engine.patience import Gone
from headway.engine.protocol import CLIENT
from headway.engine.session_pool import SessionPool
from headway.engine.spark_catalog import SparkCatalog
from headway.engine.spark_page import SparkPage
from headway.jobs.errors import ErrorKind, SqlError, StatementFailed, TimedOut
from headway.jobs.job import DEFAULT_DATABASE
from headway.jobs.subjob import Snapshot

LOST_AFTER_SECONDS = 15.0
CHECK_SECONDS = 60.0  # a schema may have to be read from many files, and somebody waits
OWN_CONF_PREFIX = "dli."
WARM_SQL = "SELECT 1"
NOT_CHECKED = SqlError(
    ErrorKind.UNSUPPORTED,
    "Scripts and EXECUTE IMMEDIATE cannot be checked: Spark runs them while it analyses them.",
)
_RUN_BY_ANALYSIS = re.compile(r"(EXECUTE|([\w`]+\s*:\s*)?BEGIN)\b", re.IGNORECASE)


class SparkEngine:
    """Fulfils ``Engine`` for the server at ``address``; cheap to make, connects at the first call.

    Sessions and statements belong to ``user``: installations that share a server have different ones.
    ``gone`` tells an engine that has ended from a slow one; where nobody can tell, ``lost_after`` seconds
    without any answer mean that it is lost. Calls wait for a slow engine; ``check`` and ``explain`` have
    their time.
    """

    def __init__(
        self,
        address: EngineAddress,
        gone: Gone | None = None,
        *,
        user: str = CLIENT,
        lost_after: float = LOST_AFTER_SECONDS,
        check_seconds: float = CHECK_SECONDS,
        spare_sessions: int = 2,
    ) -> None:
        self._check_seconds = check_seconds
        self._client = ConnectClient(address, lost_after, user, gone)
        self._monitoring = monitoring = MonitorClient(address)
        self._monitor = Monitor(monitoring)
        self._orphans = Orphans(self._client, monitoring, user)
        self._pool = SessionPool(
            self._warm, self._client.release_session, lambda: self._under_way == 0, spare_sessions
        )
        self._catalog = SparkCatalog(self._client, self._pool.end_later)
        self._under_way = 0

    async def close(self) -> None:
        """End the spare sessions and close the connections; what runs in Spark goes on."""
        await self._pool.close()
        await self._client.close()
        await self._monitor.close()

    async def open_session(self) -> str:
        """Give the id of a session for one job, warm if there is a spare."""
        return self._pool.take()

    async def prepare(self, execution: Execution) -> None:
        """Set conf, job group, pool and current database of the job's session: one or two round trips."""
        self._monitor.watch(execution.job_id)
        try:
            await self._client.configure(execution.session_id, session_conf(execution))
            await self._use(execution.session_id, execution.current_db, execution.current_catalog)
        except BaseException:
            self._monitor.forget(execution.job_id)
            raise

    def execute(self, execution: Execution) -> AsyncGenerator[ExecutionEvent]:
        """Run the statement at most once; its operation id is the job id."""
        return self._counted(self._operation(execution).run())

    def reattach(
        self, execution: Execution, after: str | None, *, may_start: bool = True
    ) -> AsyncGenerator[ExecutionEvent]:
        """Go on with a statement that was to be started before; all of it when ``after`` is ``None``."""
        return self._counted(self._operation(execution).resume(after, may_start=may_start))

    async def interrupt(self, execution: Execution) -> None:
        """Ask Spark to stop the statement; its events then end with ``StatementFailed`` CANCELLED."""
        await self._client.interrupt(execution.session_id, execution.job_id)

    async def close_session(self, session_id: str) -> None:
        """End a session: temporary views, conf and responses go; then spares may be made.

        When the engine does not answer in five seconds the session is ended later.
        """
        await self._pool.end(session_id)

    async def check(self, sql: str, current_db: str) -> None:
        """Parse and analyse in a session of its own; raises ``StatementFailed``, ``TimedOut`` after a minute.

        EXECUTE IMMEDIATE and scripts are UNSUPPORTED here: Spark runs them while it analyses them.
        """
        async with self._analysing(sql, current_db) as session_id:
            await self._client.analyse(session_id, sql)

    async def explain(self, sql: str, current_db: str) -> str:
        """Give the physical plan as text, like ``check`` without running anything."""
        async with self._analysing(sql, current_db) as session_id:
            return await self._client.explain(session_id, sql)

    @property
    def catalog(self) -> Catalog:
        """The catalog of this engine."""
        return self._catalog

    async def snapshots(self, job_ids: Sequence[str]) -> Mapping[str, Snapshot]:
        """Read what Spark's monitoring says of these jobs; raises ``ProgressUnavailable``."""
        return await self._monitor.snapshots(job_ids)

    def forget(self, job_id: str) -> None:
        """Drop what the monitoring remembers of a job that has ended."""
        self._monitor.forget(job_id)

    async def running_tasks(self, job_id: str) -> int:
        """Count the tasks that Spark still runs for a job; raises ``ProgressUnavailable``."""
        return await self._monitor.running_tasks(job_id)

    async def kill_subjobs(self, job_id: str) -> None:
        """Kill what Spark still runs for a job; raises ``ProgressUnavailable``."""
        await self._monitor.kill(job_id)

    async def spark_page(self, path: str, query: str, root: str) -> SparkPage:
        """Read a page of Spark's own; raises what ``MonitorClient.page`` does."""
        return await self._monitoring.page(path, query, root)

    async def find_operations(self) -> Sequence[FoundOperation]:
        """Find this user's statements that Spark works on; raises ``ProgressUnavailable``."""
        return await self._orphans.find()

    async def end_operation(self, found: FoundOperation) -> None:
        """Stop a found statement for good; raises ``EngineLost``."""
        await self._orphans.end(found)

    @asynccontextmanager
    async def _analysing(self, sql: str, current_db: str) -> AsyncIterator[str]:
        if is_run_by_analysis(sql):
            raise StatementFailed(NOT_CHECKED)
        session_id = self._pool.take()
        try:
            async with asyncio.timeout(self._check_seconds):
                # Should a script get here in a spelling not thought of, it fails instead of running.
                await self._client.configure(session_id, {"spark.sql.scripting.enabled": "false"})
                await self._use(session_id, current_db, None)
                yield session_id
        except TimeoutError:
            raise TimedOut(
                f"the engine did not check the statement within {self._check_seconds:g} seconds"
            ) from None
        finally:
            self._pool.end_later(session_id)

    def _operation(self, execution: Execution) -> Operation:
        return Operation(self._client, execution.session_id, execution.job_id, execution.sql)

    async def _counted(self, events: AsyncGenerator[ExecutionEvent]) -> AsyncGenerator[ExecutionEvent]:
        self._under_way += 1
        try:
            async with aclosing(events):
                async for event in events:
                    yield event
        finally:
            self._under_way -= 1

    async def _warm(self, session_id: str) -> None:
        await self._client.command(session_id, WARM_SQL)

    async def _use(self, session_id: str, database: str, catalog: str | None) -> None:
        if (sql := use_statement(database, catalog)) is not None:
            await self._client.command(session_id, sql)


def is_run_by_analysis(sql: str) -> bool:
    """Whether Spark would run a statement that it is only asked to analyse."""
    return _RUN_BY_ANALYSIS.match(sql, _first_word(sql)) is not None


def _first_word(sql: str) -> int:
    """Find where blanks and comments end; Spark's bracketed comments nest."""
    depth, at = 0, 0
    while at < len(sql):
        if sql.startswith("/*", at):
            depth, at = depth + 1, at + 2
        elif depth:
            closes = sql.startswith("*/", at)
            depth, at = depth - closes, at + 1 + closes
        elif sql.startswith("--", at):
            end = sql.find("\n", at)
            at = len(sql) if end < 0 else end
        elif sql[at].isspace():
            at += 1
        else:
            break
    return at


def session_conf(execution: Execution) -> dict[str, str]:
    """Give the session configuration of a job: the user's, then what ties Spark's work to the job."""
    conf = {key: value for key, value in execution.conf.items() if not key.startswith(OWN_CONF_PREFIX)}
    return conf | {
        "spark.jobGroup.id": execution.job_id,
        "spark.job.description": execution.description,
        "spark.job.interruptOnCancel": "true",
        "spark.scheduler.pool": execution.pool,
        # Progress is read from the monitoring; reports in the stream would crowd out what reattach needs.
        "spark.connect.progress.reportInterval": "-1",
    }


def use_statement(database: str, catalog: str | None) -> str | None:
    """Give the statement that enters a database; ``None`` where a new session is already."""
    if catalog is None and database == DEFAULT_DATABASE:
        return None
    return "USE " + (quoted(database) if catalog is None else quoted(catalog, database))
