"""The built files of the console, in memory: whole, and packed once for browsers that take that."""

import asyncio
import gzip
import hashlib
from dataclasses import dataclass, field
from pathlib import Path

PAGE = "index.html"
_HASHED = "assets"  # in here the build puts a hash of the content into each name
_WORTH_PACKING = 0.9

_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}


class NotBuilt(Exception):
    """The console's files are not there."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file; ``packed`` is its gzip, if that is worth it, ``digest`` is of the content."""

    content: bytes = field(repr=False)
    packed: bytes | None = field(repr=False)
    media_type: str
    digest: str
    is_hashed: bool  # another content has another name


class Assets:
    """Every file below a directory, by path. Another build that is put there is taken up by itself."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._build: tuple[int, ...] = ()
        self._files: dict[str, Asset] = {}
        self._lock = asyncio.Lock()

    async def get(self, path: str) -> Asset | None:
        """Give a file by its path below the directory, ``None`` when there is none; raises ``NotBuilt``."""
        if path == PAGE or path not in self._files:
            async with self._lock:
                await asyncio.to_thread(self._refresh)
        return self._files.get(path)

    def _refresh(self) -> None:
        try:
            build = tuple(
                path.stat().st_mtime_ns for path in (self._root / PAGE, self._root, self._root / _HASHED)
            )
            if build != self._build:
                self._files = {
                    path.relative_to(self._root).as_posix(): _asset(path, self._root)
                    for path in self._root.rglob("*")
                    if path.is_file() and not path.name.startswith(".")
                }
                self._build = build
        except FileNotFoundError:  # never built, or being built in this moment
            self._build, self._files = (), {}
            raise NotBuilt from None


def _asset(path: Path, root: Path) -> Asset:
    content = path.read_bytes()
    packed = gzip.compress(content, mtime=0)
    return Asset(
        content=content,
        packed=packed if len(packed) < _WORTH_PACKING * len(content) else None,
        media_type=_MEDIA_TYPES.get(path.suffix, "application/octet-stream"),
        digest=hashlib.sha256(content).hexdigest()[:32],
        is_hashed=path.is_relative_to(root / _HASHED),
    )
