"""The file of a backup: one tar, with what it is in front and a check over everything at its end. Blocking.

``backup.json`` comes first and says where and when the backup was taken; then the files, under their paths in
the home; ``check.json`` comes last: without it, or with another checksum, the file is not a whole backup.
"""

import gzip
import hashlib
import io
import json
import os
import tarfile
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import IO

FORMAT = 1
_HEAD, _CHECK = "backup.json", "check.json"
_CHUNK = 1 << 20
_GZIP_LEVEL = 1  # rows and tables are packed already, or pack well enough

Report = Callable[[int], None]  # called with the bytes of content that were added or put back


class BrokenBackup(Exception):
    """The file is not a whole backup that this version can read; the text says why."""


@dataclass(frozen=True, slots=True)
class BackupHead:
    """What a backup is of. ``taken_at`` is epoch ms; ``store`` is ``sqlite`` or ``postgresql``."""

    home: str
    taken_at: int
    version: str
    store: str
    format: int = FORMAT


class BackupWriter:
    """Adds to a backup; made by ``new_backup``."""

    def __init__(self, tar: tarfile.TarFile, report: Report) -> None:
        self._tar = tar
        self._report = report
        self._sum = hashlib.sha256()

    def add_bytes(self, name: str, data: bytes) -> None:
        """Add a file for its owner only."""
        info = _info(name, len(data), 0o600, time.time())
        self._tar.addfile(info, _Summed(io.BytesIO(data), name, self._sum, self._report))

    def add_file(self, name: str, path: Path) -> None:
        """Add a file as it is; raises ``FileNotFoundError``."""
        with path.open("rb") as file:
            stat = os.fstat(file.fileno())
            info = _info(name, stat.st_size, stat.st_mode & 0o777, stat.st_mtime)
            self._tar.addfile(info, _Summed(file, name, self._sum, self._report))
        self._tar.members = []  # type: ignore[attr-defined] # it would remember every name

    def add_tree(self, name: str, root: Path) -> None:
        """Add a directory with everything in it, empty directories too."""
        info = _info(name, 0, root.stat().st_mode & 0o777, time.time())
        info.type = tarfile.DIRTYPE
        self._tar.addfile(info)
        for path in sorted(root.iterdir()):
            add = self.add_tree if path.is_dir() else self.add_file
            add(f"{name}/{path.name}", path)

    def finish(self) -> None:
        """Write the check over everything: the backup is whole."""
        self.add_bytes(_CHECK, json.dumps({"sha256": self._sum.hexdigest()}).encode())


@contextmanager
def new_backup(
    file: IO[bytes], head: BackupHead, report: Report, *, compress: bool
) -> Iterator[BackupWriter]:
    """Begin a backup in an open file; it is whole when the block has ended."""
    with ExitStack() as stack:
        sink: IO[bytes] | gzip.GzipFile = file
        if compress:
            sink = stack.enter_context(gzip.GzipFile(fileobj=file, mode="wb", compresslevel=_GZIP_LEVEL))
        writer = BackupWriter(stack.enter_context(tarfile.open(fileobj=sink, mode="w")), report)
        writer.add_bytes(_HEAD, json.dumps(asdict(head), indent=2).encode())
        yield writer
        writer.finish()


class BackupReader:
    """Reads a backup from its beginning to its end, once."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self._sum = hashlib.sha256()
        first = tar.next()
        if first is None or first.name != _HEAD:
            raise BrokenBackup("it is not a backup of a Headway home")
        try:
            fields = json.loads(self._content(first).read())
            if fields.get("format") != FORMAT:
                raise BrokenBackup(
                    f"it was made by Headway {fields.get('version')}: use that version or newer"
                )
            self.head = BackupHead(**fields)
        except (ValueError, TypeError, AttributeError) as error:
            raise BrokenBackup(f"its {_HEAD} cannot be read: {error}") from error

    def extract(self, target: Path, allowed: frozenset[str], report: Report) -> None:
        """Put everything into ``target``; ``allowed`` are the names at its top. Raises ``BrokenBackup``."""
        while (member := self._tar.next()) is not None:
            self._tar.members = []  # type: ignore[attr-defined] # it would remember every one
            if member.name == _CHECK:
                self._compare(member)
                return
            parts = PurePosixPath(member.name).parts
            if not parts or parts[0] not in allowed or ".." in parts:
                raise BrokenBackup(f"it holds {member.name!r}, which is no part of a home")
            path = target.joinpath(*parts)
            if member.isdir():
                path.mkdir(mode=member.mode | 0o700, parents=True, exist_ok=True)
            elif member.isfile():
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._write(member, path, report)
            else:
                raise BrokenBackup(f"it holds {member.name!r}, which is neither a file nor a directory")
        raise BrokenBackup("it ends too early")

    def _write(self, member: tarfile.TarInfo, path: Path, report: Report) -> None:
        content = self._content(member, report)
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, member.mode & 0o777)
        with os.fdopen(handle, "wb") as file:
            left = member.size
            while left:
                data = content.read(min(left, _CHUNK))
                if not data:
                    raise BrokenBackup("it ends too early")
                file.write(data)
                left -= len(data)

    def _content(self, member: tarfile.TarInfo, report: Report = lambda _count: None) -> "_Summed":
        content = self._tar.extractfile(member)
        if content is None:
            raise BrokenBackup(f"it holds {member.name!r}, which is no file")
        return _Summed(content, member.name, self._sum, report)

    def _compare(self, member: tarfile.TarInfo) -> None:
        expected = self._sum.hexdigest()
        content = self._tar.extractfile(member)
        try:
            said = None if content is None else json.loads(content.read())
        except ValueError:
            raise BrokenBackup("it ends too early") from None
        if said != {"sha256": expected}:
            raise BrokenBackup("its checksum is wrong: it was changed or is damaged")


@contextmanager
def open_backup(path: Path) -> Iterator[BackupReader]:
    """Open a backup, packed or not; whatever is wrong with the file is raised as ``BrokenBackup``."""
    try:
        with _opened(path) as tar:
            yield BackupReader(tar)
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise BrokenBackup(f"it cannot be read to its end: {error}") from error


def _opened(path: Path) -> tarfile.TarFile:
    try:
        return tarfile.open(path, mode="r|*")
    except TypeError as error:
        # What the library makes of a packed file that ends within its first bytes.
        raise EOFError("it ends within its head") from error


class _Summed:
    """A file that is read once: what is read of it goes into a checksum, with its name first."""

    def __init__(self, file: IO[bytes], name: str, total: "hashlib._Hash", report: Report) -> None:
        self._file = file
        self._sum = total
        self._report = report
        total.update(name.encode("utf-8", "surrogateescape") + b"\0")

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self._sum.update(data)
        self._report(len(data))
        return data


def _info(name: str, size: int, mode: int, modified: float) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = size, mode, int(modified)
    return info
