"""Java's ahead-of-time cache: where it lies, and that an engine is told of it only when it is there."""

from pathlib import Path

from headway.engine.aot_cache import cache_file, options_for
from headway.engine.java import Java


def installed(tmp_path: Path, major: int) -> tuple[Java, Path]:
    java, jars = tmp_path / "java", tmp_path / "spark" / "jars"
    java.write_text("")
    jars.mkdir(parents=True)
    return Java(java, major, "test", has_vector=False), jars.parent


def test_another_java_or_spark_gets_a_cache_of_its_own(tmp_path: Path) -> None:
    java, spark = installed(tmp_path, 25)
    environ = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    first = cache_file(java, spark, environ)
    assert first is not None
    assert first.parent == tmp_path / "cache" / "headway"
    (spark / "jars" / "one-more.jar").touch()
    assert cache_file(java, spark, environ) not in (None, first)


def test_without_a_cache_directory_of_its_own_it_lies_in_the_users(tmp_path: Path) -> None:
    java, spark = installed(tmp_path, 25)
    file = cache_file(java, spark, {"HOME": str(tmp_path)})
    assert file is not None
    assert file.parent == tmp_path / ".cache" / "headway"


def test_an_older_java_has_none(tmp_path: Path) -> None:
    java, spark = installed(tmp_path, 21)
    assert cache_file(java, spark, {}) is None
    assert options_for(None) == ()


def test_an_engine_is_told_of_one_that_is_there(tmp_path: Path) -> None:
    file = tmp_path / "spark.aot"
    assert options_for(file) == ()
    file.touch()
    assert f"-XX:AOTCache={file}" in options_for(file)
