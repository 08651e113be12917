"""The command that starts a stock Spark Connect server: Java itself, without Spark's shell scripts."""

import importlib.util
import os
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from headway.engine.conf import CONNECT_SERVER
from headway.engine.doors import LOOPBACK
from headway.engine.java import Java
from headway.engine.options import EngineOptions
from headway.jobs.errors import EngineUnavailable

PROPERTIES_FILE = "spark.properties"
LOGGING_FILE = "log4j2.properties"
POOLS_FILE = "pools.xml"

# org.apache.spark.launcher.JavaModuleOptions of Spark 4.3
_OPENED = (
    *(
        f"java.base/{package}"
        for package in (
            "java.lang",
            "java.lang.invoke",
            "java.lang.reflect",
            "java.io",
            "java.net",
            "java.nio",
            "java.util",
            "java.util.concurrent",
            "java.util.concurrent.atomic",
            "jdk.internal.ref",
            "sun.nio.ch",
            "sun.nio.cs",
            "sun.util.calendar",
        )
    ),
    "java.security.jgss/sun.security.krb5",
)
_OPENED_BEFORE_24 = ("java.base/sun.security.action",)  # newer Javas have no such package and say so
_NETTY = (
    "-Dio.netty.tryReflectionSetAccessible=true",
    "-Dio.netty.allocator.type=pooled",
    "-Dio.netty.handler.ssl.defaultEndpointVerificationAlgorithm=NONE",
)
# What Spark would take from the environment over the configuration written here, or could show to SQL.
_DROPPED_VARIABLES = (
    "SPARK_LOCAL_DIRS",
    "SPARK_CONF_DIR",
    "SPARK_CONNECT_AUTHENTICATE_TOKEN",
    "SPARK_REMOTE",
)
_DROPPED_PREFIX = "HEADWAY_"


@dataclass(frozen=True, slots=True)
class Command:
    """What to execute. No secret is in either: arguments are for every user of the machine to see."""

    arguments: tuple[str, ...]
    environment: Mapping[str, str]


def spark_home() -> Path:
    """Find the installed PySpark package, which carries Spark whole; does not import it."""
    spec = importlib.util.find_spec("pyspark")
    places = spec.submodule_search_locations if spec is not None else None
    if not places or not (Path(places[0]) / "jars").is_dir():
        raise EngineUnavailable("Spark is not installed: the package pyspark has no jars")
    return Path(places[0])


def server_command(
    options: EngineOptions,
    java: Java,
    home: Path,
    heap: str,
    python: str,
    environ: Mapping[str, str],
    java_options: Sequence[str] = (),
) -> Command:
    """Build the command for the engine's directory, whose files must be written before it runs.

    ``python`` is the interpreter Spark may start for Python code; ``environ`` what the engine inherits;
    ``java_options`` are for Java itself.
    """
    directory = options.directory
    class_path = [
        *filter(None, [options.conf.get("spark.driver.extraClassPath")]),
        str(home / "jars" / "*"),
        *(environ[name] for name in ("HADOOP_CONF_DIR", "YARN_CONF_DIR") if environ.get(name)),
    ]
    opened = _OPENED if java.major >= 24 else (*_OPENED, *_OPENED_BEFORE_24)
    arguments = (
        str(java.path),
        f"-Xmx{heap}",
        *java_options,
        "-XX:+IgnoreUnrecognizedVMOptions",
        # Out of memory, Spark would go on without the threads that met it, and its statements would hang.
        "-XX:+ExitOnOutOfMemoryError",
        *(["--add-modules=jdk.incubator.vector"] if java.has_vector else []),
        *(f"--add-opens={package}=ALL-UNNAMED" for package in opened),
        *_NETTY,
        *(
            ["--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED"]
            if java.major >= 24
            else []
        ),
        "-Dfile.encoding=UTF-8",
        f"-Djava.io.tmpdir={directory / 'scratch'}",
        f"-Dderby.stream.error.file={directory / 'derby.log'}",
        f"-Dlog4j2.configurationFile={(directory / LOGGING_FILE).as_uri()}",
        *shlex.split(options.conf.get("spark.driver.extraJavaOptions", "")),
        "-cp",
        os.pathsep.join(class_path),
        "org.apache.spark.deploy.SparkSubmit",
        "--properties-file",
        str(directory / PROPERTIES_FILE),
        "--class",
        CONNECT_SERVER,
        "spark-internal",
    )
    environment = {
        name: value
        for name, value in environ.items()
        if name not in _DROPPED_VARIABLES and not name.startswith(_DROPPED_PREFIX)
    }
    environment["SPARK_HOME"] = str(home)
    environment["SPARK_LOCAL_IP"] = LOOPBACK  # the only thing that says where Spark's UI listens
    environment["JAVA_HOME"] = str(java.path.parent.parent)
    environment.setdefault("PYSPARK_PYTHON", python)
    return Command(arguments, environment)
