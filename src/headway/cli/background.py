"""Starts the service in the background when a command needs one and there is none."""

import fcntl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from headway.cli.place import Place
from headway.client.credentials import NoCredentials
from headway.client.errors import Unreachable

if TYPE_CHECKING:
    from headway.client.http import HeadwayClient

START_SECONDS = 60.0
LOG_NAME = "service.log"
LOG_LINES_SHOWN = 15


class NotStarted(Exception):
    """The service did not come up; the text says why, with the log's last lines."""


def service_client(place: Place, say: Callable[[str], None]) -> "HeadwayClient":
    """Give a client of a service that answers, starting the home's own when it does not run.

    Raises ``NotStarted``; ``Unreachable`` when the service is a named one, which is never started.
    """
    client = _answering(place)
    if client is not None:
        return client
    if place.is_elsewhere:
        raise Unreachable(str(place.endpoint), "nothing listens there, or it is not Headway")
    place.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _one_at_a_time(place.home):
        client = _answering(place)  # another command may have started it while this one waited
        if client is not None:
            return client
        log = place.home / LOG_NAME
        say(f"No service answers for {place.home}: starting one in the background (log: {log})")
        client = _start(place, log)
    say(f"The service runs at {client.endpoint}; it stays. Its state: headway doctor")
    return client


def _answering(place: Place) -> "HeadwayClient | None":
    try:
        client = place.client()
    except NoCredentials:
        return None
    if client.is_alive():
        return client
    client.close()
    return None


def _start(place: Place, log: Path) -> "HeadwayClient":
    command = [sys.executable, "-m", "headway.cli.main", "--home", str(place.home), "serve"]
    with log.open("ab") as output:
        written = output.tell()
        # A session of its own: Ctrl-C here, and the end of this terminal, do not reach it.
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        client = _answering(place)
        if client is not None:
            return client
        if process.poll() is not None:
            raise NotStarted(f"The service ended with code {process.returncode}.\n{_tail(log, written)}")
        time.sleep(0.1)
    process.terminate()
    raise NotStarted(f"The service did not answer within {START_SECONDS:.0f} s.\n{_tail(log, written)}")


@contextmanager
def _one_at_a_time(home: Path) -> Iterator[None]:
    with (home / "service.start.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _tail(log: Path, offset: int) -> str:
    with log.open("rb") as source:
        source.seek(offset)
        lines = source.read().decode("utf-8", "replace").splitlines()
    return "\n".join(lines[-LOG_LINES_SHOWN:])
