"""A service as users run it: a process with a home, reached over HTTP."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from tests.waiting import eventually

HEADWAY = [sys.executable, "-m", "headway.cli.main"]
ENDED = {"FINISHED", "FAILED", "CANCELLED"}


@dataclass
class ServiceProcess:
    home: Path
    env: Mapping[str, str] = field(default_factory=dict)
    port: int = 0  # 0: a free one at each start
    process: subprocess.Popen[bytes] | None = None
    keys: dict[str, str] = field(default_factory=dict)

    @property
    def log_name(self) -> str:
        # Several services of one home have ports of their own.
        return f"service-{self.port}.log" if self.port else "service.log"

    @property
    def endpoint(self) -> str:
        return self.keys["endpoint"]

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("HEADWAY_")}
        return {**kept, "HEADWAY_HOME": str(self.home), **self.env}

    def start(self, *, ready: bool = True) -> None:
        self.launch()
        eventually(lambda: self._comes_up("/readyz" if ready else "/healthz"), 240)

    def launch(self, stop_at: str | None = None) -> None:
        """Start it without waiting for it; with ``stop_at`` it kills itself at that point."""
        fault = {} if stop_at is None else {"HEADWAY_STOP_AT": stop_at}
        with open(self.home / self.log_name, "ab") as log:
            self.process = subprocess.Popen(
                [*HEADWAY, "serve", "--port", str(self.port)],
                env=self.environment | fault,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def stop(self, *, with_signal: int = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(with_signal)
        return self.process.wait(60)

    def kill(self) -> None:
        assert self.stop(with_signal=signal.SIGKILL) == -signal.SIGKILL

    def died(self, seconds: float = 60) -> None:
        """Wait for a process that kills itself."""
        assert self.process is not None
        assert self.process.wait(seconds) == -signal.SIGKILL

    def restart(self) -> None:
        self.stop()
        self.start()

    def headway(
        self, *arguments: str, stdin: str | None = None, **more: Any
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*HEADWAY, *arguments],
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=240,
            **more,
        )

    def project(self) -> "Project":
        """The first project, whose keys the home holds."""
        keys = self.keys
        return Project(
            keys["endpoint"], keys["project_id"], keys["token"], keys["access_key"], keys["secret_key"]
        )

    def log(self) -> str:
        return (self.home / self.log_name).read_text()

    @property
    def runs(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def _comes_up(self, path: str) -> bool:
        if not self.runs:
            assert self.process is not None
            raise AssertionError(f"the service ended with {self.process.returncode}:\n{self.log()[-4000:]}")
        return self.answers(path)

    def answers(self, path: str = "/readyz") -> bool:
        try:
            self.keys = json.loads((self.home / "credentials.json").read_text())
            if self.port:
                self.keys["endpoint"] = f"http://127.0.0.1:{self.port}"
            return httpx2.get(self.endpoint + path, timeout=5, verify=False).status_code == 200
        except (FileNotFoundError, httpx2.TransportError):
            return False


@dataclass(frozen=True)
class Project:
    """One tenant of a running service, with the few calls that every scenario needs."""

    endpoint: str
    project_id: str
    token: str
    access_key: str
    secret_key: str

    def http(self) -> httpx2.Client:
        # Without certificates, which take longer to load than most answers take.
        headers = {"X-Auth-Token": self.token}
        return httpx2.Client(base_url=self.endpoint, headers=headers, timeout=60, verify=False)

    def submit(self, sql: str, **body: Any) -> str:
        answer = self._call("POST", "/v1.0/{}/jobs/submit-job", json={"sql": sql, **body})
        return str(answer["job_id"])

    def status(self, job_id: str) -> dict[str, Any]:
        return self._call("GET", f"/v1.0/{{}}/jobs/{job_id}/status")

    def progress(self, job_id: str) -> dict[str, Any]:
        return self._call("GET", f"/v1/{{}}/jobs/{job_id}/progress")

    def preview(self, job_id: str) -> dict[str, Any]:
        return self._call("GET", f"/v1.0/{{}}/jobs/{job_id}/preview")

    def cancel(self, job_id: str) -> dict[str, Any]:
        return self._call("DELETE", f"/v1.0/{{}}/jobs/{job_id}")

    def job(self, job_id: str, wait: int = 0) -> dict[str, Any]:
        return self._call("GET", f"/api/v1/{{}}/jobs/{job_id}", params={"wait": wait} if wait else {})

    def ended(self, job_id: str, seconds: float = 120) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            seen = self.job(job_id, wait=10)
            return seen if seen["status"] in ENDED else None

        return eventually(look, seconds)

    def run(self, sql: str, **body: Any) -> dict[str, Any]:
        return self.ended(self.submit(sql, **body))

    def rows(self, sql: str, **body: Any) -> list[list[Any]]:
        job = self.run(sql, **body)
        assert job["status"] == "FINISHED", job["message"]
        path = f"/api/v1/{{}}/jobs/{job['job_id']}/result"
        return list(self._call("GET", path, params={"format": "json"})["rows"])

    def _call(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        with self.http() as http:
            answer = http.request(method, path.format(self.project_id), **more)
        assert answer.status_code == 200, f"{method} {path}: {answer.status_code} {answer.text}"
        return dict(answer.json())
