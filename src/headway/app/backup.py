"""Takes a backup of a home while its service and engines go on working in it."""

import asyncio
import fcntl
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from headway import __version__
from headway.app.archive import BackupHead, BackupWriter, new_backup
from headway.app.home import Home
from headway.app.picture import METASTORE, WAREHOUSE, take_picture
from headway.engine.pause import PauseTooLong
from headway.engine.record import load
from headway.engine.start_lock import start_lock
from headway.service.clock import now_ms
from headway.settings import Settings
from headway.store.database import Database
from headway.store.retention import KeptJob, RetentionStore
from headway.store.sqlite_copy import copy_store

STORE, CREDENTIALS, SETTINGS, RESULTS, PROJECTS = (
    "headway.db",
    "credentials.json",
    "headway.toml",
    "results",
    "projects",
)
_PACKED = (".gz", ".tgz")

Tell = Callable[[str, int, int], None]  # what is being done; how many bytes of how many, 0 of 0 if unknown


class BackupFailed(Exception):
    """There is no backup; the text says why."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A backup that is whole: its file and size, how many results, which projects; what the store is."""

    file: Path
    byte_count: int
    results: int
    projects: tuple[str, ...]
    store: str


def take_backup(settings: Settings, target: Path, tell: Tell) -> Taken:
    """Write a backup of the home to ``target``, a new file or a directory; a name in .gz or .tgz is packed.

    Raises ``BackupFailed``, ``NotCopied``, ``StoreUnavailable`` and ``OSError``.
    """
    with private_files():
        return asyncio.run(_take(settings, target, tell))


@contextmanager
def private_files() -> Iterator[None]:
    """Make every new file and directory of this process for its owner only, as the service does."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


async def _take(settings: Settings, target: Path, tell: Tell) -> Taken:
    home, now = Home(settings.home), now_ms()
    store = "sqlite" if settings.store.url is None else "postgresql"
    file = _new_file(target, now)
    with _staging(home) as staging:
        # The store first: what it says is FINISHED has its rows and tables, which are copied after it.
        tell("the store", 0, 0)
        finished = await _copy_store(settings, home, staging)
        projects = await asyncio.to_thread(_projects, home)
        for project in projects:
            await _copy_project(home, project, staging, tell)
        head = BackupHead(str(home.root), now, __version__, store)
        written = _Writing(home, staging, finished, tell)
        results = await asyncio.to_thread(written.to, file, head)
    return Taken(file, written.size, results, projects, store)


def _new_file(target: Path, now: int) -> Path:
    if target.is_dir():
        target /= time.strftime("headway-%Y%m%d-%H%M%S.tar", time.gmtime(now / 1000))
    if target.exists():
        raise BackupFailed(f"{target} is there already: a backup is not overwritten")
    return target


async def _copy_store(settings: Settings, home: Home, staging: Path) -> Sequence[KeptJob]:
    url = settings.store.url
    if url is None:
        if not (home.root / STORE).is_file():
            raise BackupFailed(f"{home.root} holds no store: no service was started with this home yet")
        await asyncio.to_thread(copy_store, home.root / STORE, staging / STORE)
        url = Home(staging).database_url
    database = Database(url)
    try:
        return await RetentionStore(database).find_finished()
    finally:
        await database.close()


def _projects(home: Home) -> tuple[str, ...]:
    found = (home.root / PROJECTS).glob("*")
    return tuple(sorted(p.name for p in found if (p / METASTORE).is_dir() or (p / WAREHOUSE).is_dir()))


async def _copy_project(home: Home, project_id: str, staging: Path, tell: Tell) -> None:
    tell(f"tables of project {project_id}", 0, 0)
    project = home.project(project_id)

    def waits() -> None:
        tell(f"tables of project {project_id}: its engine starts; waiting", 0, 0)

    # An engine that starts meanwhile would write behind the picture's back.
    async with start_lock(project / "engine", waits):
        record = await asyncio.to_thread(load, project / "engine")
        try:
            await asyncio.to_thread(take_picture, project, Home(staging).project(project_id), record)
        except PauseTooLong as error:
            raise BackupFailed(
                f"project {project_id}: {error}. Stop its engine (headway engine stop) and try again"
            ) from error


class _Writing:
    """Writes the file: what was staged, and the rows of every job that the store's copy calls finished."""

    def __init__(self, home: Home, staging: Path, finished: Sequence[KeptJob], tell: Tell) -> None:
        self._home = home
        self._staging = staging
        self._results = [(job, home.results / job.project_id / job.job_id) for job in finished]
        self._tell = tell
        self._done = 0
        self.size = 0  # of the file, when it is whole
        self._total = _size(staging) + sum(_size(directory) for _, directory in self._results)

    def to(self, target: Path, head: BackupHead) -> int:
        """Write a file that appears under its name when it is whole; gives how many results are in it."""
        partial = target.with_name(f".{target.name}.partial")
        try:
            with os.fdopen(os.open(partial, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600), "r+b") as file:
                with new_backup(file, head, self._count, compress=target.suffix in _PACKED) as backup:
                    results = self._add_all(backup)
                file.flush()
                os.fsync(file.fileno())
                self.size = file.tell()
            partial.rename(target)
        finally:
            partial.unlink(missing_ok=True)
        return results

    def _add_all(self, backup: BackupWriter) -> int:
        if (self._staging / STORE).is_file():
            backup.add_file(STORE, self._staging / STORE)
        with suppress(FileNotFoundError):
            keys = json.loads(self._home.credentials_file.read_text("utf-8"))
            # Where this service answers is not where a restored one will.
            text = json.dumps({**keys, "endpoint": ""}, indent=2)
            backup.add_bytes(CREDENTIALS, f"{text}\n".encode())
        with suppress(FileNotFoundError):
            backup.add_file(SETTINGS, self._home.root / SETTINGS)
        if (self._staging / PROJECTS).is_dir():
            backup.add_tree(PROJECTS, self._staging / PROJECTS)
        return sum(self._add_result(backup, job, directory) for job, directory in self._results)

    def _add_result(self, backup: BackupWriter, job: KeptJob, directory: Path) -> bool:
        try:
            for path in sorted(directory.iterdir()):
                backup.add_file(f"{RESULTS}/{job.project_id}/{job.job_id}/{path.name}", path)
        except FileNotFoundError:
            return False  # pruned in this moment, or long ago: its rows have expired
        return True

    def _count(self, added: int) -> None:
        self._done += added
        self._tell("writing", self._done, max(self._done, self._total))


@contextmanager
def _staging(home: Home) -> Iterator[Path]:
    """Give an empty directory in the home, where files can be linked; one backup at a time has it."""
    if not home.root.is_dir():
        raise BackupFailed(f"there is no home {home.root}")
    directory = home.root / ".backup"
    with (home.root / "backup.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupFailed(f"another backup of {home.root} is being taken") from None
        # One that was killed has left it.
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(mode=0o700)
        try:
            yield directory
        finally:
            shutil.rmtree(directory, ignore_errors=True)


def _size(root: Path) -> int:
    return sum(path.stat().st_size for path in root.rglob("*") if path.is_file())
