import pytest

from headway.jobs.script import Surroundings, after, is_temporary


@pytest.mark.parametrize(
    "statement", ["USE tpch", "use database tpch", "-- choose\nUSE SCHEMA `tpch`", "/* a */ USE\n tpch  "]
)
def test_use_sets_the_database_of_what_follows(statement: str) -> None:
    assert after(statement, Surroundings("default")) == Surroundings("tpch")


def test_set_adds_to_the_configuration_of_what_follows() -> None:
    before = Surroundings("d", {"a": "1"})
    assert after("SET spark.sql.shuffle.partitions = 4", before).conf == {
        "a": "1",
        "spark.sql.shuffle.partitions": "4",
    }
    assert before.conf == {"a": "1"}


@pytest.mark.parametrize(
    "statement", ["SELECT 'USE x'", "SET", "SET a.b", "USE CATALOG c", "-- USE x", "USE"]
)
def test_other_statements_change_nothing(statement: str) -> None:
    assert after(statement, Surroundings("d")) == Surroundings("d")


def test_what_ends_with_its_session_is_known() -> None:
    assert is_temporary("-- note\nCREATE OR REPLACE TEMPORARY VIEW v AS SELECT 1")
    assert is_temporary("CACHE TABLE t")
    assert not is_temporary("CREATE VIEW v AS SELECT 1")
