"""Holds a project's Spark engine: adopts the one that runs, starts one when there is none."""

import asyncio
import os
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Protocol

from headway.engine.address import EngineAddress, remote_address
from headway.engine.base import Engine, EngineState, EngineStatus, LogTail
from headway.engine.doors import Doors, new_doors
from headway.engine.end import end_of
from headway.engine.engine_log import LOG_FILE, read_tail, secrets_of
from headway.engine.launcher import StartBroken, finish_start, launch, stop
from headway.engine.memory import total_bytes
from headway.engine.options import EngineOptions
from headway.engine.patience import Gone
from headway.engine.probe import NotAnswering, ask_connect, ask_monitor
from headway.engine.record import EngineRecord, forget, holds_its_ports, lives, load, process_of
from headway.engine.size import AS_SET, EngineSize, checked_size, load_size, save_size, sized
from headway.engine.start_lock import start_lock
from headway.jobs.errors import EngineUnavailable

_ADOPT_SECONDS = 30.0
_LOOK_AGAIN_SECONDS = 0.1
_PROBE_SECONDS = 10.0
_REMOTE_FRESH_SECONDS = 10.0  # how long an answer of a remote engine is taken for its state


class ConnectedEngine(Engine, Protocol):
    """An engine whose connections can be let go of."""

    async def close(self) -> None:
        """Close the connections; the engine itself goes on."""
        ...


class SparkHost:
    """Fulfils ``EngineHost`` for Spark: a local one, one on a cluster, or somebody else's.

    ``connect`` makes an engine of an address and of what tells its end, ``None`` where nobody can tell; it
    does no I/O. ``choose_doors`` gives ports and secrets for a start, ``environ`` is what the engine's
    process inherits.
    """

    def __init__(
        self,
        options: EngineOptions,
        connect: Callable[[EngineAddress, Gone | None], ConnectedEngine],
        *,
        choose_doors: Callable[[], Doors] = new_doors,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._options = options
        self._connect = connect
        self._choose_doors = choose_doors
        self._environ = dict(os.environ if environ is None else environ)
        self._engine: ConnectedEngine | None = None
        self._record: EngineRecord | None = None  # of the engine held, when its process is ours
        self._remote_seen = 0.0
        self._starting: asyncio.Task[Engine] | None = None
        self._status = self._plain(EngineState.STOPPED)

    @property
    def status(self) -> EngineStatus:
        """The engine's state; whether it lives is looked up now."""
        record = self._record
        if self._status.state is not EngineState.READY or record is None or lives(record):
            return self._status
        kept = load(self._options.directory)
        if kept is None or kept.pid != record.pid:  # someone stopped or replaced it in good order
            return self._plain(EngineState.STOPPED)
        what = "process" if process_of(record) is None else "Spark in process"
        text = f"The engine's {what} {record.pid} ended unexpectedly; see {record.log_path}"
        return self._plain(EngineState.FAILED, text)

    async def ready(self) -> Engine:
        """Give the engine; callers that come while it starts share that start.

        Raises ``EngineUnavailable``; the next call tries again.
        """
        if (engine := self._held()) is not None:
            return engine
        if self._starting is None or self._starting.done():
            self._starting = asyncio.create_task(self._start())
            # A start whose callers have all gone still keeps its failure in the status.
            self._starting.add_done_callback(lambda task: task.cancelled() or task.exception())
        task = self._starting
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            current = asyncio.current_task()
            if task.cancelled() and not (current and current.cancelling()):
                raise EngineUnavailable("The engine was stopped while it started") from None
            raise

    async def find(self) -> Engine | None:
        """Give the engine if one runs, be it slow or hung; starts none. A remote one must answer."""
        if (engine := self._held()) is not None:
            return engine
        if self._options.kind == "remote":
            try:
                return await self._reach()
            except EngineUnavailable:
                return None
        record = await asyncio.to_thread(load, self._options.directory)
        if record is None or record.app_id is None or not await asyncio.to_thread(holds_its_ports, record):
            return None
        return await self._hold(record)

    async def log_tail(self, lines: int) -> LogTail:
        """Give the last lines of the engine's log; a remote one keeps its own elsewhere."""
        if self._options.kind == "remote":
            return LogTail(reason="The engine was not started here: its log is where it runs")
        return await asyncio.to_thread(self._read_log, lines)

    async def resize(self, size: EngineSize) -> None:
        """Keep a size for the next starts; the engine that runs keeps its own.

        Raises ``InvalidRequest`` and ``NotAllowed``.
        """
        checked = checked_size(self._options, size, total_bytes())
        await asyncio.to_thread(save_size, self._options.directory, checked)

    async def stop(self) -> None:
        """Stop the engine that was launched here, ready or still starting; a remote one is left alone."""
        if self._options.kind == "remote":
            return
        await self._end_start()
        kept = await asyncio.to_thread(load, self._options.directory)
        record = kept or self._record
        self._status = self._plain(EngineState.STOPPED, "stopping")
        await self._let_go()
        if record is not None:
            await stop(record)
            await asyncio.to_thread(forget, self._options.directory, record)
        self._status = self._plain(EngineState.STOPPED)

    async def close(self) -> None:
        """Let go of the connections; the engine goes on, even one that is still starting."""
        await self._end_start()
        await self._let_go()

    async def _start(self) -> Engine:
        try:
            if self._options.kind == "remote":
                return await self._reach()
            self._say("looking for a running engine")
            directory = self._options.directory
            async with start_lock(directory, lambda: self._say("another process starts the engine")):
                record = await asyncio.to_thread(load, directory)
                try:
                    if record is not None and record.app_id is None and lives(record):
                        record = await finish_start(self._options, record, self._say)
                    elif record is None or not await self._listens(record):
                        record = await self._launch()
                except StartBroken:
                    # The jobs that wait for it did nothing wrong.
                    record = await self._launch()
                return await self._hold(record)
        except asyncio.CancelledError:
            self._status = self._plain(EngineState.STOPPED)
            raise
        except OSError as error:
            self._status = self._plain(EngineState.FAILED, f"The engine could not be started: {error}")
            raise EngineUnavailable(self._status.text) from error
        except Exception as error:
            self._status = self._plain(EngineState.FAILED, str(error) or type(error).__name__)
            raise

    async def _listens(self, record: EngineRecord) -> bool:
        """Tell whether an engine that was ready once is there still; it may be hung, so it is not asked.

        Raises ``EngineUnavailable`` for one that lives without its ports: it may be running statements.
        """
        deadline = time.monotonic() + _ADOPT_SECONDS
        while lives(record):
            if await asyncio.to_thread(holds_its_ports, record):
                return True
            if time.monotonic() > deadline:
                raise EngineUnavailable(
                    f"The engine's process {record.pid} lives but does not listen at its ports; "
                    "if it is of no more use, stop it: headway engine stop"
                )
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)
        return False

    async def _launch(self) -> EngineRecord:
        return await launch(self._options, self._choose_doors(), self._environ, self._say)

    async def _reach(self) -> Engine:
        """Check that somebody else's engine answers, and hold it."""
        given = self._options
        address = remote_address(
            given.remote_url or "", given.remote_token, given.remote_monitor_url, given.remote_monitor_token
        )
        try:
            version = await ask_connect(address, _PROBE_SECONDS, catalog=False)
            app_id = await ask_monitor(address, _PROBE_SECONDS) if address.monitor_url else None
        except NotAnswering as error:
            raise EngineUnavailable(f"The remote engine {address.connect_url}: {error}") from error
        if self._engine is None:
            self._engine = self._connect(address, None)
        self._remote_seen = time.monotonic()
        self._status = EngineStatus(
            EngineState.READY,
            kind="remote",
            connect_url=address.connect_url,
            monitor_url=address.monitor_url,
            spark_version=version,
            app_id=app_id,
        )
        return self._engine

    def _held(self) -> ConnectedEngine | None:
        """Give the engine held if it is still good."""
        if self._status.state is not EngineState.READY:
            return None
        if self._record is not None:
            return self._engine if lives(self._record) else None
        fresh = time.monotonic() - self._remote_seen < _REMOTE_FRESH_SECONDS
        return self._engine if fresh else None

    async def _hold(self, record: EngineRecord) -> Engine:
        held = self._record
        if self._engine is not None and held is not None:
            if (held.pid, held.process_started) == (record.pid, record.process_started):
                return self._engine
            await self._let_go()
        address = record.doors.address
        options = sized(self._options, record.size)
        self._engine = self._connect(address, partial(end_of, record))
        self._record = record
        self._status = EngineStatus(
            EngineState.READY,
            kind=options.kind,
            master=options.master,
            pid=record.pid,
            connect_url=address.connect_url,
            monitor_url=address.monitor_url,
            spark_version=record.spark_version,
            app_id=record.app_id,
            started_at=record.started_at,
            log_path=record.log_path,
            executors_wanted=options.executors_wanted,
            size=record.size,
        )
        return self._engine

    def _read_log(self, lines: int) -> LogTail:
        record = load(self._options.directory)
        secrets = secrets_of(self._options.conf, None if record is None else record.doors)
        return read_tail(self._options.directory / LOG_FILE, lines, secrets)

    async def _let_go(self) -> None:
        engine, self._engine, self._record = self._engine, None, None
        if engine is not None:
            await engine.close()

    async def _end_start(self) -> None:
        if self._starting is not None and not self._starting.done():
            self._starting.cancel()
            await asyncio.wait([self._starting])

    def _say(self, text: str) -> None:
        self._status = self._plain(EngineState.STARTING, text)

    def _plain(self, state: EngineState, text: str = "") -> EngineStatus:
        log = self._options.directory / LOG_FILE
        local = self._options.kind != "remote"
        size = load_size(self._options.directory) if local else AS_SET
        return EngineStatus(
            state,
            text=text,
            kind=self._options.kind,
            master=sized(self._options, size).master if local else "",
            # Anything after the address proper may be a token.
            connect_url=None if local else (self._options.remote_url or "").partition("/;")[0],
            log_path=str(log) if local else None,
            size=size,
        )
