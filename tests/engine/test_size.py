"""Another size than the settings have: what may be asked for, what becomes of the options, how it is kept."""

from pathlib import Path

import pytest

from headway.engine.options import EngineOptions
from headway.engine.size import AS_SET, EngineSize, checked_size, load_size, save_size, size_path, sized
from headway.jobs.errors import InvalidRequest, NotAllowed

HERE = Path("/nowhere")
MACHINE = 8 << 30  # bytes


def options(master: str = "local[*]", **conf: str) -> EngineOptions:
    return EngineOptions(
        HERE,
        HERE,
        HERE,
        master=master,
        memory="4g",
        conf={f"spark.{name.replace('_', '.')}": value for name, value in conf.items()},
    )


@pytest.mark.parametrize(
    ("master", "made"),
    [("local", "local[3]"), ("local[*]", "local[3]"), ("local[8, 4]", "local[3, 4]")],
)
def test_cores_of_a_local_engine_are_in_its_master(master: str, made: str) -> None:
    assert sized(options(master), EngineSize(cores=3)).master == made


def test_memory_of_a_local_engine_wins_over_the_settings_and_their_conf() -> None:
    given = options(driver_memory="1g")
    assert sized(given, EngineSize(memory="2g")).memory == "2g"
    assert sized(given, EngineSize(memory="2g")).conf == {}
    assert sized(given, AS_SET) == given


def test_on_a_cluster_the_size_is_that_of_the_executors() -> None:
    made = sized(options("spark://host:7077", executor_cores="9"), EngineSize(4, "8g", 20))
    assert made.conf == {
        "spark.executor.cores": "4",
        "spark.executor.memory": "8g",
        "spark.dynamicAllocation.maxExecutors": "20",
    }
    assert (made.master, made.memory) == ("spark://host:7077", "4g")


def test_the_most_executors_lower_the_least() -> None:
    made = sized(options("yarn", dynamicAllocation_minExecutors="8"), EngineSize(executors=5))
    assert made.conf["spark.dynamicAllocation.minExecutors"] == "5"
    assert made.executors_wanted == 5


def test_without_dynamic_allocation_there_are_as_many_executors_as_asked_for() -> None:
    made = sized(options("yarn", dynamicAllocation_enabled="false"), EngineSize(executors=5))
    assert made.conf["spark.executor.instances"] == "5"
    assert "spark.dynamicAllocation.maxExecutors" not in made.conf


@pytest.mark.parametrize(
    ("size", "field"),
    [
        (EngineSize(cores=0), "cores"),
        (EngineSize(cores=1025), "cores"),
        (EngineSize(memory="much"), "memory"),
        (EngineSize(memory="511m"), "memory"),
        (EngineSize(memory="9g"), "memory"),
        (EngineSize(executors=2), "executors"),
    ],
)
def test_a_size_that_a_local_engine_cannot_have_is_refused_by_its_field(size: EngineSize, field: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        checked_size(options(), size, MACHINE)
    assert caught.value.field == field


def test_a_size_that_it_can_have_is_written_as_java_reads_it() -> None:
    assert checked_size(options(), EngineSize(2, "2GB"), MACHINE).memory == "2g"
    assert checked_size(options("yarn"), EngineSize(2, "64g", 3), MACHINE) == EngineSize(2, "64g", 3)


def test_an_engine_whose_size_is_not_ours_is_not_scaled() -> None:
    remote = EngineOptions(HERE, HERE, HERE, remote_url="sc://far.example:15002")
    for given in (remote, options("local-cluster[2,1,1024]")):
        with pytest.raises(NotAllowed):
            checked_size(given, EngineSize(cores=2), MACHINE)


def test_a_size_is_kept_with_the_engine(tmp_path: Path) -> None:
    directory = tmp_path / "engine"
    assert load_size(directory) == AS_SET
    save_size(directory, EngineSize(2, "2g"))
    assert load_size(directory) == EngineSize(2, "2g")
    save_size(directory, AS_SET)
    assert load_size(directory) == AS_SET


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"cores": "two"}', "\x00"])
def test_a_torn_or_foreign_file_asks_for_nothing(tmp_path: Path, text: str) -> None:
    size_path(tmp_path).write_text(text)
    assert load_size(tmp_path) == AS_SET
