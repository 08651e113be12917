"""The Spark Connect servers that run on this machine, found in its process table, whoever remembers them."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import psutil

from headway.engine.command import PROPERTIES_FILE
from headway.engine.conf import CONNECT_SERVER


@dataclass(frozen=True, slots=True)
class ServerProcess:
    """A server's process that was started for an engine directory. ``process_started`` is epoch seconds."""

    pid: int
    process_started: float
    directory: Path
    memory_bytes: int  # resident


def server_processes() -> Iterator[ServerProcess]:
    """Give this user's servers, even those whose directory or record is gone."""
    for process in psutil.process_iter():
        try:
            # The command line costs most and is no business of ours when the process is another user's.
            if process.uids().real != os.getuid():
                continue
            directory = directory_in(process.cmdline())
            if directory is not None:
                memory = process.memory_info().rss
                yield ServerProcess(process.pid, process.create_time(), directory, memory)
        except psutil.Error:
            continue  # it ended just now


def directory_in(arguments: Sequence[str]) -> Path | None:
    """Give the engine directory that a command line (see ``command.py``) starts a server for."""
    if not arguments or Path(arguments[0]).name != "java" or CONNECT_SERVER not in arguments:
        return None
    following = dict(pairwise(arguments))
    properties = Path(following.get("--properties-file", ""))
    return properties.parent if properties.name == PROPERTIES_FILE and properties.is_absolute() else None
