"""A picture of a project's tables at one instant, taken while its engine works. Blocking.

The engine stands still meanwhile. The metastore (Derby) is copied: it recovers from that as after a kill.
Files of tables are linked, as Spark never changes one that it has written, or copied where that cannot be.
"""

import os
import shutil
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

from headway.engine.pause import PauseTooLong, paused
from headway.engine.record import EngineRecord, process_of

WAREHOUSE, METASTORE = "warehouse", "metastore"
PAUSE_SECONDS = 10.0
# What statements under way write before they commit; after a kill nobody reads it.
_UNFINISHED = ("_temporary", ".hive-staging", ".spark-staging")
_LOCK = ".lck"  # of Derby

Check = Callable[[], None]


def take_picture(project: Path, target: Path, record: EngineRecord | None) -> None:
    """Put a project's warehouse and metastore into ``target``; ``record`` is its engine's, if it has one.

    Raises ``PauseTooLong`` when the engine would stand still for more than ``PAUSE_SECONDS``.
    """
    target.mkdir(mode=0o700, parents=True)
    deadline = time.monotonic() + PAUSE_SECONDS
    works = record is not None and process_of(record) is not None

    def check() -> None:
        if works and time.monotonic() > deadline:
            raise PauseTooLong(f"{PAUSE_SECONDS:g} s are not enough to copy its tables")

    with nullcontext() if record is None else paused(record, PAUSE_SECONDS):
        _copy_tree(project / METASTORE, target / METASTORE, _copy, check)
        _copy_tree(project / WAREHOUSE, target / WAREHOUSE, _link, check)


def _copy_tree(source: Path, target: Path, put: Callable[[Path, Path], None], check: Check) -> None:
    if not source.is_dir():
        return
    target.mkdir(mode=0o700)
    for path in source.iterdir():
        check()
        if path.is_dir():
            if not path.name.startswith(_UNFINISHED):
                _copy_tree(path, target / path.name, put, check)
        elif path.suffix != _LOCK:
            put(path, target / path.name)


def _copy(source: Path, target: Path) -> None:
    shutil.copy2(source, target)


def _link(source: Path, target: Path) -> None:
    if source.is_symlink():
        _copy(source, target)
        return
    try:
        os.link(source, target)
    except OSError:  # another file system, or one without links
        _copy(source, target)
