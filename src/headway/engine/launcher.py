"""Starts a Spark Connect server as a process of its own, waits until it is ready, and stops it."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import psutil

from headway.engine.address import EngineAddress
from headway.engine.aot_cache import cache_file, options_for
from headway.engine.command import (
    LOGGING_FILE,
    POOLS_FILE,
    PROPERTIES_FILE,
    server_command,
    spark_home,
)
from headway.engine.conf import logging_text, pools_text, properties_text, spark_conf
from headway.engine.doors import Doors, driver_host
from headway.engine.engine_log import LOG_FILE
from headway.engine.failures import explain, is_taken_port, last_lines, log_tail
from headway.engine.java import find_java
from headway.engine.memory import heap_size
from headway.engine.options import EngineOptions
from headway.engine.private_file import write_private
from headway.engine.probe import NotAnswering, ask_connect, ask_monitor
from headway.engine.processes import ServerProcess, server_processes
from headway.engine.record import EngineRecord, forget, holds_its_ports, process_of, save
from headway.engine.size import load_size, sized
from headway.jobs.errors import EngineUnavailable

STOP_SECONDS = 20.0
_LOOK_AGAIN_SECONDS = 0.1
_PROBE_SECONDS = 30.0  # the first answer of a busy machine takes long
_CATALOG_SECONDS = 60.0  # the first start creates the metastore's tables

Say = Callable[[str], None]


class StartBroken(EngineUnavailable):
    """A starting process met what it may not meet again: it was killed, or a port was taken meanwhile."""


def spawn(options: EngineOptions, doors: Doors, environ: Mapping[str, str]) -> EngineRecord:
    """Start the process and write its record at once; blocks for some 0.2 s.

    The process leads its own group and outlives this one. Raises ``EngineUnavailable``.
    """
    directory = options.directory
    size = load_size(directory)
    options = sized(options, size)
    java = find_java(options.java_home, environ)
    heap = heap_size(options.conf.get("spark.driver.memory", options.memory))
    spark = spark_home()
    cached = options_for(cache_file(java, spark, environ))
    command = server_command(options, java, spark, heap, sys.executable, environ, cached)
    conf = spark_conf(options, doors, heap, driver_host(options.master))
    log, previous = directory / LOG_FILE, directory / f"{LOG_FILE}.1"
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in (options.warehouse, options.metastore):
            path.mkdir(parents=True, exist_ok=True)
        # An engine that was killed leaves its scratch behind.
        shutil.rmtree(directory / "scratch", ignore_errors=True)
        (directory / "scratch").mkdir(mode=0o700)
        write_private(directory / PROPERTIES_FILE, properties_text(conf))
        write_private(directory / LOGGING_FILE, logging_text())
        write_private(directory / POOLS_FILE, pools_text(options.queues))
        if log.exists():
            os.replace(log, previous)
        with os.fdopen(os.open(log, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600), "wb") as output:
            process = subprocess.Popen(
                command.arguments,
                env=command.environment,
                cwd=directory,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
    except OSError as error:
        raise EngineUnavailable(f"The engine could not be started: {error}") from error
    # Reaps the process when it ends before us; never holds us up.
    threading.Thread(target=process.wait, name=f"engine-{process.pid}", daemon=True).start()
    try:
        started = psutil.Process(process.pid).create_time()
    except psutil.Error:
        started = time.time()
    record = EngineRecord(
        pid=process.pid,
        process_started=started,
        doors=doors,
        java=str(java.path),
        log_path=str(log),
        started_at=time.time_ns() // 1_000_000,
        size=size,
    )
    try:
        save(directory, record)
    except OSError as error:
        process.kill()
        raise EngineUnavailable(f"The engine's record could not be written: {error}") from error
    return record


async def launch(options: EngineOptions, doors: Doors, environ: Mapping[str, str], say: Say) -> EngineRecord:
    """Start an engine and wait until it is ready; nothing is left of one that fails.

    A cancelled launch leaves the process to start on: its record tells the next one about it.
    Raises ``EngineUnavailable``, saying why.
    """
    for stray in await asyncio.to_thread(_servers_of, options.directory):
        # Of a service that was killed before it could write the record, or of a Spark that ended early.
        say(f"stopping process {stray.pid}, which an earlier start left")
        await stop(stray)
    say("starting the Java process")
    record = await asyncio.to_thread(spawn, options, doors, environ)
    return await finish_start(options, record, say)


def _servers_of(directory: Path) -> list[ServerProcess]:
    own = directory.resolve()
    return [found for found in server_processes() if found.directory.resolve() == own]


async def finish_start(options: EngineOptions, record: EngineRecord, say: Say) -> EngineRecord:
    """Wait for a started process to become ready and complete its record, or stop it.

    Raises ``EngineUnavailable``, saying why.
    """
    try:
        remaining = record.started_at / 1000 + options.start_timeout_seconds - time.time()
        ready = await wait_ready(record, remaining, say)
    except EngineUnavailable:
        await stop(record)
        await asyncio.to_thread(forget, options.directory, record)
        raise
    await asyncio.to_thread(save, options.directory, ready)
    return ready


async def wait_ready(record: EngineRecord, seconds: float, say: Say) -> EngineRecord:
    """Wait until the record's process listens, takes our tokens and can open its catalog.

    Gives the record with Spark's version and application id. Raises ``EngineUnavailable`` when the
    process ends, answers with an error or needs longer than ``seconds``; the process is left alone.
    """
    deadline = time.monotonic() + seconds
    address = record.doors.address
    seen = "it does not listen"
    say("waiting for Spark")
    while True:
        if process_of(record) is None:
            story, cause = await _story(record, "The engine's process ended while it started")
            by_chance = cause is None or is_taken_port(cause)
            raise StartBroken(story) if by_chance else EngineUnavailable(story)
        if await asyncio.to_thread(holds_its_ports, record):
            try:
                say("opening the catalog")
                version, app_id = await _ask_both(address)
                return replace(record, spark_version=version, app_id=app_id)
            except NotAnswering as error:
                seen = str(error)
                if error.final:
                    story, _ = await _story(record, f"The engine started but is not usable: {seen}")
                    raise EngineUnavailable(story) from error
        if time.monotonic() > deadline:
            story, _ = await _story(record, f"The engine was not ready in time: {seen}")
            raise EngineUnavailable(story)
        await asyncio.sleep(_LOOK_AGAIN_SECONDS)


async def _ask_both(address: EngineAddress) -> tuple[str, str]:
    version, app_id = await asyncio.gather(
        ask_connect(address, _CATALOG_SECONDS, catalog=True),
        ask_monitor(address, _PROBE_SECONDS),
        return_exceptions=True,
    )
    if isinstance(version, BaseException):
        raise version
    if isinstance(app_id, BaseException):
        raise app_id
    return version, app_id


async def stop(record: EngineRecord | ServerProcess, seconds: float = STOP_SECONDS) -> None:
    """End the record's process and its group: politely, then with force after ``seconds``."""
    for kind, patience in ((signal.SIGTERM, seconds), (signal.SIGKILL, STOP_SECONDS)):
        if process_of(record) is None:
            return
        _signal(record.pid, kind)
        for _ in range(round(patience / _LOOK_AGAIN_SECONDS)):
            if process_of(record) is None:
                return
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)


def _signal(pid: int, kind: signal.Signals) -> None:
    try:
        if os.getpgid(pid) == pid:
            os.killpg(pid, kind)
        else:
            os.kill(pid, kind)
    except ProcessLookupError:
        return


async def _story(record: EngineRecord, what: str) -> tuple[str, str | None]:
    """Tell what happened, where the log is and its last lines; with the cause, if the log knows one."""
    log = await asyncio.to_thread(log_tail, record)
    cause = explain(log)
    lines = last_lines(log)
    story = "".join(
        (
            what,
            f": {cause}" if cause else "",
            f"\nLast lines of {record.log_path}:\n{lines}" if lines else f"\n{record.log_path} is empty",
        )
    )
    return story, cause
