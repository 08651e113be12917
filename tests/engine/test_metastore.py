"""Locations in a Derby metastore follow their warehouse. Of Hive's tables, the columns that count."""

import os
import subprocess
from pathlib import Path

import pytest

from headway.engine.command import spark_home
from headway.engine.java import find_java
from headway.engine.metastore import NotMoved, move_locations

OLD, NEW = Path("/old/ho𝄞me/p1/warehouse"), Path("/new/it's here/p1/warehouse")
TABLES = (
    'CREATE TABLE "DBS" ("DB_LOCATION_URI" VARCHAR(4000) NOT NULL)',
    'CREATE TABLE "SDS" ("LOCATION" VARCHAR(4000))',
    'CREATE TABLE "SERDE_PARAMS" ("PARAM_KEY" VARCHAR(256) NOT NULL, "PARAM_VALUE" VARCHAR(32672))',
)


def ij(metastore: Path, *statements: str) -> list[str]:
    jars = os.pathsep.join(str(jar) for jar in (spark_home() / "jars").glob("derby*.jar"))
    java = str(find_java(None, os.environ).path)
    options = [f"-Dderby.system.home={metastore}", "-Dderby.stream.error.file=/dev/null"]
    options += ["-Dderby.ui.codeset=UTF-8", "-Dij.maximumDisplayWidth=200"]
    run = subprocess.run(
        [java, *options, "-cp", jars, "org.apache.derby.tools.ij"],
        input="".join(f"{statement};\n" for statement in statements),
        capture_output=True,
        text=True,
        check=True,
    )
    assert "ERROR" not in run.stdout, run.stdout
    return [line.strip() for line in run.stdout.splitlines()]


def test_what_was_in_the_warehouse_is_in_the_new_one(tmp_path: Path) -> None:
    locations = ("", "/a", "/d.db/b/p=x y", "2/sibling")
    rows = [f"INSERT INTO \"SDS\" VALUES 'file:{OLD}{tail}'" for tail in locations]
    rows += ["INSERT INTO \"SDS\" VALUES NULL, 'file:/elsewhere/t', 's3a://bucket/t'"]
    rows += [f"INSERT INTO \"DBS\" VALUES 'file:{OLD}'"]
    rows += [f"INSERT INTO \"SERDE_PARAMS\" VALUES ('path', 'file:{OLD}/a'), ('note', 'file:{OLD}/a')"]
    connect = "CONNECT 'jdbc:derby:derby;create=true;user=APP'"
    ij(tmp_path, connect, *TABLES, *rows)

    move_locations(tmp_path, OLD, NEW, None, os.environ)

    seen = ij(
        tmp_path,
        "CONNECT 'jdbc:derby:derby;user=APP'",
        'SELECT "DB_LOCATION_URI" FROM "DBS"',
        'SELECT "LOCATION" FROM "SDS"',
        'SELECT "PARAM_KEY" || \' \' || "PARAM_VALUE" FROM "SERDE_PARAMS"',
    )
    found = [line for line in seen if line.startswith(("file:", "s3a:", "path", "note"))]
    assert sorted(found) == sorted(
        [
            f"file:{NEW}",
            *(f"file:{NEW}{tail}" for tail in ("", "/a", "/d.db/b/p=x y")),
            f"file:{OLD}2/sibling",
            "file:/elsewhere/t",
            "s3a://bucket/t",
            f"path file:{NEW}/a",
            f"note file:{OLD}/a",
        ]
    )


def test_what_is_no_metastore_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotMoved, match="'derby' not found"):
        move_locations(tmp_path, OLD, NEW, None, os.environ)
