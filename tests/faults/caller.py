"""A client that lives through a service that dies: a broken connection is the worst it may see."""

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx2
import pyarrow as pa

from tests.service_process import ENDED, Project
from tests.waiting import eventually

T = TypeVar("T")

# Said with Retry-After, or of progress that Spark does not give now: asked again.
COME_BACK = 503


class Unexpected(AssertionError):
    """The service gave an answer that no fault excuses."""


@dataclass
class Caller:
    project: Project
    refused: int = 0  # calls that met nobody, or a connection that broke
    _http: httpx2.Client | None = field(default=None, repr=False)

    def __enter__(self) -> "Caller":
        return self

    def __exit__(self, *_: object) -> None:
        if self._http is not None:
            self._http.close()

    def ask(self, method: str, path: str, **more: Any) -> httpx2.Response | None:
        """Ask once; ``None`` when nobody answers to the end."""
        if self._http is None:
            self._http = self.project.http()
        try:
            return self._http.request(method, f"/api/v1/{self.project.project_id}{path}", **more)
        except httpx2.TransportError:
            self.refused += 1
            return None

    def insist(self, method: str, path: str, seconds: float = 120, **more: Any) -> httpx2.Response:
        """Ask until there is an answer that does not say to come back."""

        def look() -> httpx2.Response | None:
            answer = self.ask(method, path, **more)
            return None if answer is None or answer.status_code == COME_BACK else answer

        return eventually(look, seconds)

    def offer(self, sql: str, token: str, **body: Any) -> str | None:
        """Submit under a token, once; gives the job's id if there was an answer."""
        return self._id(self.ask("POST", "/jobs", **_submission(sql, token, body)))

    def submit(self, sql: str, token: str | None = None, **body: Any) -> str:
        """Submit until it is answered: under its token that is one job, however often it was sent."""
        sent = _submission(sql, token or uuid.uuid4().hex, body)
        job_id = self._id(self.insist("POST", "/jobs", **sent))
        assert job_id is not None
        return job_id

    def job(self, job_id: str, seconds: float = 120) -> dict[str, Any]:
        return _good(self.insist("GET", f"/jobs/{job_id}", seconds))

    def ended(self, job_id: str, seconds: float = 120) -> dict[str, Any]:
        return self._wait(lambda: self.job(job_id), lambda job: job["status"] in ENDED, seconds)

    def in_state(self, job_id: str, state: str, seconds: float = 60) -> dict[str, Any]:
        return self._wait(lambda: self.job(job_id), lambda job: job["state"] == state, seconds)

    def cancel(self, job_id: str) -> httpx2.Response | None:
        """Ask once for the end of a job; one that has ended refuses it (409)."""
        answer = self.ask("DELETE", f"/jobs/{job_id}")
        if answer is not None and answer.status_code not in (200, 409, COME_BACK):
            raise Unexpected(f"cancel: {answer.status_code} {answer.text}")
        return answer

    def fraction(self, job_id: str) -> float | None:
        """How much of a job is done, if the service can say it now."""
        answer = self.ask("GET", f"/jobs/{job_id}/progress")
        if answer is None or answer.status_code == COME_BACK:
            return None
        return float(_good(answer)["estimate"]["fraction"])

    def table(self, job_id: str) -> pa.Table:
        """Read all rows of a job as Arrow."""
        answer = self.insist("GET", f"/jobs/{job_id}/result")
        if answer.status_code != 200:
            raise Unexpected(f"result: {answer.status_code} {answer.text}")
        return pa.ipc.open_stream(answer.content).read_all()

    def download(self, job_id: str, file: Path) -> None:
        """Write all rows of a job into a file, an Arrow stream, without holding them."""
        path = f"/api/v1/{self.project.project_id}/jobs/{job_id}/result"
        with self.project.http() as http, http.stream("GET", path) as answer, file.open("wb") as target:
            assert answer.status_code == 200, answer.read()
            for chunk in answer.iter_bytes():
                target.write(chunk)

    def _id(self, answer: httpx2.Response | None) -> str | None:
        if answer is None or answer.status_code == COME_BACK:
            return None
        return str(_good(answer)["job_id"])

    def _wait(self, look: Callable[[], T], fits: Callable[[T], bool], seconds: float) -> T:
        last: list[T] = []

        def found() -> T | None:
            last[:] = [look()]
            return last[0] if fits(last[0]) else None

        try:
            return eventually(found, seconds)
        except AssertionError:
            raise AssertionError(f"not within {seconds} s; last seen: {json.dumps(last)}") from None


def _submission(sql: str, token: str, body: dict[str, Any]) -> dict[str, Any]:
    return {"json": {"sql": sql, **body}, "headers": {"X-Client-Token": token}}


def _good(answer: httpx2.Response) -> dict[str, Any]:
    if answer.status_code not in (200, 201):
        raise Unexpected(f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text}")
    return dict(answer.json())
