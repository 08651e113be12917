"""Makes a project's tables right again after their directory has moved. Offline: no engine may be at work.

The metastore keeps absolute locations of databases, tables and partitions, and Spark cannot change a
database's (Hive 2.3). So they are rewritten where they are kept, in Derby, by Derby's own ``ij``.
"""

import os
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from headway.engine.command import spark_home
from headway.engine.java import find_java

DERBY = "derby"  # the database's directory in the metastore's
_JARS = ("derby", "derbyshared", "derbytools")
_IJ_SECONDS = 300
# Where Hive 2.3 keeps locations; Spark's own tables have theirs a second time, as a parameter.
_LOCATIONS = (
    ('"DBS"', '"DB_LOCATION_URI"', ""),
    ('"SDS"', '"LOCATION"', ""),
    ('"SERDE_PARAMS"', '"PARAM_VALUE"', "\"PARAM_KEY\" = 'path' AND "),
)

_UPDATED = "inserted/updated/deleted"  # what ij says of an UPDATE that went well


class NotMoved(Exception):
    """The locations could not be rewritten; the text says why."""


def move_locations(
    metastore: Path, old: Path, new: Path, java_home: Path | None, environ: Mapping[str, str]
) -> None:
    """Rewrite every location under the warehouse ``old`` to ``new``; others are left as they are.

    Takes two seconds of Java. Raises ``NotMoved`` and ``EngineUnavailable`` (no Java).
    """
    java = find_java(java_home, environ)
    jars = spark_home() / "jars"
    class_path = os.pathsep.join(str(jar) for name in _JARS for jar in jars.glob(f"{name}-[0-9]*.jar"))
    with tempfile.TemporaryDirectory() as scratch:
        script = Path(scratch) / "move.sql"
        script.write_text(_script(f"file:{old}", f"file:{new}"), "utf-8")
        try:
            run = subprocess.run(
                [
                    str(java.path),
                    f"-Dderby.system.home={metastore}",
                    f"-Dderby.stream.error.file={Path(scratch) / 'derby.log'}",
                    "-Dderby.ui.codeset=UTF-8",
                    "-cp",
                    class_path,
                    "org.apache.derby.tools.ij",
                    str(script),
                ],
                cwd=scratch,
                capture_output=True,
                text=True,
                encoding="utf-8",
                errors="replace",
                timeout=_IJ_SECONDS,
                stdin=subprocess.DEVNULL,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NotMoved(f"the table locations could not be rewritten: {error}") from error
    # ij ends well whatever happened: its words are what counts.
    wrong = [line for line in run.stdout.splitlines() if "ERROR" in line.partition(":")[0]]
    if run.returncode or wrong or run.stdout.count(_UPDATED) != len(_LOCATIONS):
        said = "; ".join(wrong) or run.stderr.strip() or f"Derby's ij ended with {run.returncode}"
        raise NotMoved(f"the table locations could not be rewritten: {said}")


def _script(old: str, new: str) -> str:
    # Derby counts as Java does: in UTF-16.
    length = len(old.encode("utf-16-le")) // 2
    updates = [
        f"UPDATE APP.{table} SET {column} = {_text(new)} || SUBSTR({column}, {length + 1}) "  # noqa: S608
        f"WHERE {only}({column} = {_text(old)} OR SUBSTR({column}, 1, {length + 1}) = {_text(old + '/')});"
        for table, column, only in _LOCATIONS
    ]
    return "\n".join([f"CONNECT 'jdbc:derby:{DERBY}';", "AUTOCOMMIT OFF;", *updates, "COMMIT;", "EXIT;\n"])


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
