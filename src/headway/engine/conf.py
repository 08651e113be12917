"""The files a Spark Connect server is started with: its configuration, log set-up and scheduler pools."""

from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import quoteattr

from headway.engine.doors import LOOPBACK, Doors
from headway.engine.options import EngineOptions

CONNECT_SERVER = "org.apache.spark.sql.connect.service.SparkConnectServer"
UI_FILTER = "org.apache.spark.ui.JWSFilter"

_ALONE = {
    "spark.authenticate": "true",
    # What a running task has done is told with it; here it goes from one thread to another.
    "spark.executor.heartbeatInterval": "500ms",
}
# An engine stays up: while it has no jobs, the cluster is for others, such as the next project's engine.
_SHARING = {
    "spark.dynamicAllocation.enabled": "true",
    # Spark would keep an executor for the shuffle files of jobs that ended long ago.
    "spark.dynamicAllocation.shuffleTracking.timeout": "5min",
}


def spark_conf(options: EngineOptions, doors: Doors, heap: str, driver_host: str) -> dict[str, str]:
    """Give the whole Spark configuration: defaults, then the operator's, then what a start decides.

    ``driver_host`` is where executors find the driver; a local engine stays on the loopback.
    """
    directory = options.directory
    local = options.kind == "local"
    defaults = {
        "spark.app.name": "Headway",
        "spark.driver.host": LOOPBACK if local else driver_host,
        "spark.driver.bindAddress": LOOPBACK if local or driver_host == LOOPBACK else "0.0.0.0",  # noqa: S104
        "spark.local.dir": str(directory / "scratch"),
        "spark.ui.showConsoleProgress": "false",
        # Enough for every running job's subjobs and the last ones of ended jobs; REST lists all of them.
        "spark.ui.retainedJobs": "2000",
        "spark.ui.retainedStages": "4000",
        "spark.scheduler.mode": "FAIR",
        "spark.scheduler.allocation.file": _file(directory / "pools.xml"),
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.catalogImplementation": "hive",
        "spark.sql.warehouse.dir": _file(options.warehouse),
        **_metastore(options),
        "spark.hadoop.hive.exec.scratchdir": str(directory / "scratch" / "hive"),
        "spark.hadoop.hive.exec.local.scratchdir": str(directory / "scratch" / "hive-local"),
        "spark.hadoop.hive.downloaded.resources.dir": str(directory / "scratch" / "hive-resources"),
        # A service may be away for a while: what it started must still be there when it is back.
        "spark.connect.execute.manager.detachedTimeout": "24h",
        "spark.connect.session.manager.defaultSessionTimeout": "24h",
        "spark.connect.execute.reattachable.observerRetryBufferSize": "32m",
        # A driver's ports listen on the loopback too; a cluster's secret is its operator's business.
        **(_ALONE if local else _SHARING),
    }
    decided = {
        "spark.master": options.master,
        "spark.driver.memory": heap,
        # A port that is taken must end the start, not move the door.
        "spark.port.maxRetries": "0",
        "spark.connect.grpc.port.maxRetries": "0",
        "spark.connect.grpc.binding.address": LOOPBACK,
        "spark.connect.grpc.binding.port": str(doors.connect_port),
        "spark.connect.authenticate.token": doors.connect_token,
        "spark.ui.enabled": "true",
        "spark.ui.port": str(doors.monitor_port),
        "spark.ui.filters": UI_FILTER,
        f"spark.{UI_FILTER}.param.secretKey": doors.monitor_secret,
    }
    return {**defaults, **options.conf, **decided}


def _metastore(options: EngineOptions) -> dict[str, str]:
    """Configure the project's own Derby metastore, unless the operator names another one."""
    url, served = "spark.hadoop.javax.jdo.option.ConnectionURL", "spark.hadoop.hive.metastore.uris"
    if url in options.conf or served in options.conf:
        return {}
    return {
        url: f"jdbc:derby:;databaseName={options.metastore / 'derby'};create=true",
        # A locked file does not become free by asking again: Hive would ask for 20 seconds.
        "spark.hadoop.hive.hmshandler.retry.attempts": "1",
    }


def _file(path: Path) -> str:
    # Hadoop's Path takes a path as it is: percent escapes would become part of the name.
    return f"file:{path}"


def properties_text(conf: Mapping[str, str]) -> str:
    """Write a Java properties file, one ``key=value`` a line, in ASCII (``java.util.Properties.load``)."""
    return "".join(f"{_escaped(key, key=True)}={_escaped(value)}\n" for key, value in sorted(conf.items()))


def _escaped(text: str, *, key: bool = False) -> str:
    special = "\\=: \t#!" if key else "\\"
    named = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\f": "\\f"}
    out: list[str] = []
    for at, char in enumerate(text):
        if char in named:
            out.append(named[char])
        elif char in special or (char == " " and at == 0):
            out.append("\\" + char)
        elif " " <= char <= "~":
            out.append(char)
        else:
            units = char.encode("utf-16-be")
            out += [f"\\u{units[i : i + 2].hex()}" for i in range(0, len(units), 2)]
    return "".join(out)


def pools_text(queues: tuple[str, ...]) -> str:
    """Write Spark's fair scheduler file: a pool per queue, sharing evenly within and between."""
    pools = "".join(
        f"  <pool name={quoteattr(queue)}><schedulingMode>FAIR</schedulingMode>"
        "<weight>1</weight><minShare>0</minShare></pool>\n"
        for queue in dict.fromkeys(("default", *queues))
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<allocations>\n{pools}</allocations>\n'


def logging_text() -> str:
    """Write the log4j2 set-up: warnings of all, the server's own start, to the error stream."""
    return f"""\
rootLogger.level = warn
rootLogger.appenderRef.stderr.ref = stderr

appender.stderr.type = Console
appender.stderr.name = stderr
appender.stderr.target = SYSTEM_ERR
appender.stderr.layout.type = PatternLayout
appender.stderr.layout.pattern = %d{{yyyy-MM-dd'T'HH:mm:ss.SSSXXX}} %p %c{{1}}: %m%n%ex

logger.server.name = {CONNECT_SERVER}
logger.server.level = info

# These only say, again and again, that Hadoop has no native library and that Hive does not know a setting.
logger.native.name = org.apache.hadoop.util.NativeCodeLoader
logger.native.level = error
logger.hiveconf.name = org.apache.hadoop.hive.conf.HiveConf
logger.hiveconf.level = error
"""
