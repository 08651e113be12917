"""Makes a home from a backup."""

import asyncio
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from headway.app.archive import BackupHead, BrokenBackup, open_backup
from headway.app.backup import CREDENTIALS, PROJECTS, RESULTS, SETTINGS, STORE, private_files
from headway.app.home import Home
from headway.app.picture import METASTORE, WAREHOUSE
from headway.engine.metastore import DERBY, NotMoved, move_locations
from headway.jobs.errors import EngineUnavailable
from headway.service.clock import now_ms
from headway.settings import SettingsError, load
from headway.store.database import Database
from headway.store.unended import end_unended

_STAGING = ".restoring"
# What a start that failed, or a restore that was killed, may leave in a home without anything in it.
_NOTHING = frozenset({"service.lock", "service.start.lock", _STAGING})
_PARTS = (RESULTS, PROJECTS, CREDENTIALS, SETTINGS, STORE)

Tell = Callable[[str, int], None]  # what is being done; how many bytes so far


class RestoreFailed(Exception):
    """The home is as it was; the text says why."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back. ``ended_jobs`` had not ended when the backup was taken and are FAILED now."""

    head: BackupHead
    ended_jobs: int
    moved_projects: tuple[str, ...]  # whose table locations were rewritten to the new place


def restore_backup(file: Path, root: Path, tell: Tell) -> Restored:
    """Put a backup into a home that is empty or not there.

    Raises ``RestoreFailed``, ``HomeInUse`` and ``OSError``; nothing is left in the home then.
    """
    with private_files():
        return asyncio.run(_restore(file, root.resolve(), tell))


async def _restore(file: Path, root: Path, tell: Tell) -> Restored:
    home, staging = Home(root), root / _STAGING
    _refuse_unless_empty(root)
    home.make()
    with home.lock():
        _refuse_unless_empty(root)
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(mode=0o700)
        try:
            head = await asyncio.to_thread(_extract, file, staging, tell)
            ended = await _end_jobs(staging, head)
            moved = await asyncio.to_thread(_move_tables, staging, head, root, tell)
            await asyncio.to_thread(_put_in_place, staging, root)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    return Restored(head, ended, moved)


def _refuse_unless_empty(root: Path) -> None:
    if not root.exists():
        return
    if not root.is_dir():
        raise RestoreFailed(f"{root} is not a directory")
    if more := sorted(path.name for path in root.iterdir() if path.name not in _NOTHING):
        raise RestoreFailed(f"{root} is not empty (it holds {more[0]}): a backup is restored into a new home")


def _put_in_place(staging: Path, root: Path) -> None:
    # The store last: a service that starts finds it with all of its rows, or no jobs at all.
    for part in _PARTS:
        if (staging / part).exists():
            (staging / part).rename(root / part)


def _extract(file: Path, staging: Path, tell: Tell) -> BackupHead:
    done = 0

    def count(added: int) -> None:
        nonlocal done
        done += added
        tell("reading the backup", done)

    try:
        with open_backup(file) as backup:
            backup.extract(staging, frozenset(_PARTS), count)
            return backup.head
    except BrokenBackup as error:
        raise RestoreFailed(f"{file} cannot be restored: {error}") from error


async def _end_jobs(staging: Path, head: BackupHead) -> int:
    if not (staging / STORE).is_file():
        return 0
    taken = datetime.fromtimestamp(head.taken_at / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")
    told = f"when the backup of {taken} UTC was taken; what became of it since is not known here"
    database = Database(Home(staging).database_url)
    try:
        await database.migrate()
        return await end_unended(database, told, now_ms())
    finally:
        await database.close()


def _move_tables(staging: Path, head: BackupHead, root: Path, tell: Tell) -> tuple[str, ...]:
    """Make the metastores name the new place of the tables; gives the projects that have one."""
    old = Path(head.home)
    moved = [path.parent.parent for path in sorted(staging.glob(f"{PROJECTS}/*/{METASTORE}/{DERBY}"))]
    if old == root or not moved:
        return ()
    try:
        java_home = load(home=staging).engine.java_home
        for project in moved:
            tell(f"table locations of project {project.name}", 0)
            there, here = (home.project(project.name) / WAREHOUSE for home in (Home(old), Home(root)))
            move_locations(project / METASTORE, there, here, java_home, os.environ)
    except (NotMoved, EngineUnavailable, SettingsError) as error:
        raise RestoreFailed(f"the tables cannot be moved to {root}: {error}") from error
    return tuple(project.name for project in moved)
