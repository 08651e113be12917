"""Where Java's ahead-of-time cache (JEP 483, 514) of Spark lies: an engine that finds it starts sooner.

It holds for one Java and one Spark. Java itself looks whether it fits, and goes on without one that does not.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from headway.engine.java import Java

FIRST_JAVA = 25  # the first that writes one at the end of an ordinary run


def cache_file(java: Java, spark: Path, environ: Mapping[str, str]) -> Path | None:
    """Give the file for this Java and this Spark, there or not; ``None`` for a Java that can have none."""
    if java.major < FIRST_JAVA:
        return None
    base = environ.get("XDG_CACHE_HOME")
    caches = Path(base) if base else Path(environ.get("HOME", "~")).expanduser() / ".cache"
    jars = spark / "jars"
    made_of = f"{java.path} {java.path.stat().st_mtime_ns} {jars} {jars.stat().st_mtime_ns}"
    return caches / "headway" / f"spark-{hashlib.sha256(made_of.encode()).hexdigest()[:16]}.aot"


def options_for(file: Path | None) -> tuple[str, ...]:
    """Give what Java is to be told to use a cache that is there."""
    if file is None or not file.is_file():
        return ()
    # One that does not fit any more is no fault: nothing is said of it.
    return (f"-XX:AOTCache={file}", "-Xlog:aot=off", "-Xlog:cds=off")
