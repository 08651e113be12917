"""Holds an engine's process still for a moment: what it has on disk is then a picture of one instant.

Nothing is lost by it: to callers the engine is slow for that long. It goes on whatever happens to this
process.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from headway.engine.record import EngineRecord, process_of

_STOPS_WITHIN_SECONDS = 5.0
_LOOK_AGAIN_SECONDS = 0.005
# A process of its own lets the engine go on when this one is killed (its end of the pipe closes) or is late.
_WATCH = """\
import os, select, signal, sys
print(flush=True)
select.select([0], [], [], float(sys.argv[2]))
try:
    os.killpg(int(sys.argv[1]), signal.SIGCONT)
except ProcessLookupError:
    pass
"""


class PauseTooLong(Exception):
    """What was to be done while the engine stood still took longer than it may."""


@contextmanager
def paused(record: EngineRecord, seconds: float) -> Iterator[None]:
    """Stop the record's process and its group, and let it go on at the end, after ``seconds`` in any case.

    Raises ``PauseTooLong`` when the end comes later than that: the engine went on before. An engine that has
    ended, or that somebody else had stopped, is left alone. Blocking.
    """
    process = process_of(record)
    if process is None or process.status() == psutil.STATUS_STOPPED:
        yield
        return
    group = record.pid  # the launcher makes it the leader of its group
    with _watched(group, seconds):
        started = time.monotonic()
        _signal(group, signal.SIGSTOP)
        try:
            _wait_until_still(record)
            yield
            if time.monotonic() - started >= seconds:
                raise PauseTooLong(f"the engine may stand still for {seconds:g} s; that was not enough")
        finally:
            _signal(group, signal.SIGCONT)


def _signal(group: int, kind: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, kind)


@contextmanager
def _watched(group: int, seconds: float) -> Iterator[None]:
    watch = subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", _WATCH, str(group), str(seconds)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    with watch:
        assert watch.stdout is not None  # noqa: S101 (it was asked for)
        watch.stdout.readline()  # it watches
        try:
            yield
        finally:
            watch.kill()


def _wait_until_still(record: EngineRecord) -> None:
    """Wait for every thread: one that writes to disk stops when that write is done."""
    deadline = time.monotonic() + _STOPS_WITHIN_SECONDS
    while (process := process_of(record)) is not None:
        if process.status() == psutil.STATUS_STOPPED and _threads_stand(record.pid):
            return
        if time.monotonic() > deadline:
            raise PauseTooLong(f"process {record.pid} did not stop within {_STOPS_WITHIN_SECONDS:g} s")
        time.sleep(_LOOK_AGAIN_SECONDS)


def _threads_stand(pid: int) -> bool:
    for file in Path(f"/proc/{pid}/task").glob("*/stat"):
        try:
            state = file.read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            continue  # the thread has ended
        if state not in "TtZX":
            return False
    return True
