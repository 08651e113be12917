"""``HeadwayClient``: one method for each verb of the service's own HTTP face."""

import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import cast

import httpx2

from headway.client.answers import content_of, json_of, unreachable
from headway.client.console_link import ConsoleLink, read_link
from headway.client.errors import Unreachable, refusal
from headway.client.project_seen import QueueSeen, read_queues
from headway.client.seen import (
    Body,
    EngineSeen,
    JobSeen,
    JobsSeen,
    PageSeen,
    ProgressSeen,
    read_engine,
    read_job,
    read_jobs,
    read_page,
    read_progress,
)
from headway.client.timeline import TimelineSeen, read_timeline

# Added to a long poll's own time, so that the service and not the client ends it.
_GRACE_SECONDS = 30.0
# A submission whose answer did not come is sent again for so long: a service that restarts is back by then.
SUBMIT_SECONDS = 30.0
SUBMIT_PAUSE_SECONDS = 0.3

Query = Mapping[str, str | int | float | Sequence[str]]


class HeadwayClient:
    """Speaks to one project of one service. Every call may raise ``ClientError``.

    An answer is waited for ``patience_seconds``, and as long as was asked for on top of it.
    Use it as a context manager, or call ``close``.
    """

    def __init__(
        self,
        endpoint: str,
        project_id: str,
        token: str,
        *,
        patience_seconds: float = _GRACE_SECONDS,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        self.endpoint = endpoint.rstrip("/")
        self.project_id = project_id
        self._base = f"/api/v1/{project_id}"
        self._patience = patience_seconds
        self._http = httpx2.Client(
            base_url=self.endpoint,
            headers={"Authorization": f"Bearer {token}"},
            timeout=httpx2.Timeout(patience_seconds, connect=min(5.0, patience_seconds)),
            trust_env=False,  # a proxy of the environment must not get calls to this machine
            transport=transport,
        )

    def __enter__(self) -> "HeadwayClient":
        """Give the client itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def submit(
        self,
        sql: str,
        *,
        queue_name: str | None = None,
        current_db: str | None = None,
        conf: Mapping[str, str] | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> JobSeen:
        """Submit one statement; returns as soon as the service has it.

        A connection that breaks in the middle is made anew, for a while: the job is submitted once.
        """
        body: dict[str, object] = {"sql": sql, "conf": dict(conf or {}), "tags": dict(tags or {})}
        if queue_name is not None:
            body["queue_name"] = queue_name
        if current_db is not None:
            body["current_db"] = current_db
        return read_job(self._submitted(body))

    def job(self, job_id: str, wait: float = 0) -> JobSeen:
        """Give a job; waits up to ``wait`` seconds (at most 60) for its end."""
        return read_job(self._call("GET", f"/jobs/{job_id}", {"wait": wait} if wait else {}, wait=wait))

    def jobs(
        self,
        *,
        statuses: Sequence[str] = (),
        queue: str | None = None,
        owner: str | None = None,
        search: str | None = None,
        limit: int = 20,
        offset: int = 0,
    ) -> JobsSeen:
        """Give a page of the project's jobs, the newest first; without statuses, of those in any."""
        query: dict[str, str | int | Sequence[str]] = {"limit": limit, "offset": offset}
        query |= {"status": list(statuses)} if statuses else {}
        named = {"queue": queue, "owner": owner, "search": search}
        query |= {name: value for name, value in named.items() if value}
        return read_jobs(self._call("GET", "/jobs", query))

    def queues(self) -> tuple[QueueSeen, ...]:
        """Give the project's queues."""
        return read_queues(self._call("GET", "/queues"))

    def cancel(self, job_id: str) -> JobSeen:
        """Ask for a job to be cancelled; it may still run when this returns."""
        return read_job(self._call("DELETE", f"/jobs/{job_id}"))

    def progress(self, job_id: str, since: str = "", wait: float = 0) -> ProgressSeen:
        """Give a job's progress.

        With the ``etag`` of an earlier answer as ``since``, waits up to ``wait`` seconds (at most 60)
        until something is new.
        """
        query: dict[str, str | int | float] = {"since": since, "wait": wait} if since else {}
        return read_progress(self._call("GET", f"/jobs/{job_id}/progress", query, wait=wait))

    def timeline(self, job_id: str) -> TimelineSeen:
        """Give when a job's subjobs and stages ran, and how its progress rose."""
        return read_timeline(self._call("GET", f"/jobs/{job_id}/timeline"))

    def page(self, job_id: str, offset: int = 0, limit: int = 100, *, as_text: bool = False) -> PageSeen:
        """Give some rows of a job's result (at most 10,000): JSON values, or the text that Spark shows."""
        query: dict[str, str | int | float] = {"format": "json", "offset": offset, "limit": limit}
        query |= {"cells": "text"} if as_text else {}
        return read_page(self._call("GET", f"/jobs/{job_id}/result", query))

    @contextmanager
    def arrow(self, job_id: str, offset: int = 0, limit: int | None = None) -> Iterator[Iterator[bytes]]:
        """Open a job's result as an Arrow IPC stream: an iterator over its bytes as they come."""
        query: dict[str, str | int | float] = {"format": "arrow", "offset": offset}
        query |= {} if limit is None else {"limit": limit}
        plain = {"Accept-Encoding": "identity"}  # compressing takes longer than sending, on most ways
        with self._streamed(f"/jobs/{job_id}/result", query, plain) as chunks:
            yield chunks

    @contextmanager
    def history(self) -> Iterator[Iterator[bytes]]:
        """Open the runs that are kept of the project's statements: JSON lines, as bytes as they come."""
        with self._streamed("/history") as chunks:
            yield chunks

    def clear_history(self, fingerprint: str | None = None) -> int:
        """Forget the runs that are kept, or those of one statement; gives how many."""
        query = {} if fingerprint is None else {"fingerprint": fingerprint}
        return cast("int", self._call("DELETE", "/history", query)["deleted"])

    def engine(self) -> EngineSeen:
        """Give the state of the project's engine."""
        return read_engine(self._call("GET", "/engine"))

    def restart_engine(self) -> EngineSeen:
        """Stop the project's engine and begin to start it anew."""
        return read_engine(self._call("POST", "/engine/restart", wait=60))

    def scale_engine(self, cores: int | None, memory: str | None, executors: int | None) -> EngineSeen:
        """Restart the project's engine with another size; ``None`` is as the settings say."""
        body = {"cores": cores, "memory": memory, "executors": executors}
        return read_engine(self._call("POST", "/engine/scale", body=body, wait=60))

    def stop_engine(self) -> EngineSeen:
        """Stop the project's engine; returns when it is down."""
        return read_engine(self._call("POST", "/engine/stop", wait=60))

    def console_link(self) -> ConsoleLink:
        """Make an address of the console that signs a browser in, once."""
        return read_link(self.endpoint, self._call("POST", "/sign-in-codes"))

    def is_alive(self) -> bool:
        """Tell whether the service's process answers."""
        try:
            return self._http.get("/healthz", timeout=5.0).is_success
        except httpx2.HTTPError:
            return False

    def unready_parts(self) -> Mapping[str, str]:
        """Give the parts that the service says are not ready, with the reasons; none when all is well."""
        try:
            content = json_of(self._http.get("/readyz"))
        except httpx2.HTTPError as error:
            raise self._unreachable(error) from error
        reasons = content.get("reasons") if isinstance(content, dict) else None
        return {str(part): str(reason) for part, reason in (reasons or {}).items()}

    @contextmanager
    def _streamed(
        self, path: str, query: Query | None = None, headers: Mapping[str, str] | None = None
    ) -> Iterator[Iterator[bytes]]:
        try:
            with self._http.stream(
                "GET", self._base + path, params=query or None, headers=headers
            ) as response:
                if response.is_error:
                    response.read()
                    raise refusal(response.status_code, json_of(response))
                yield response.iter_bytes()
        except httpx2.HTTPError as error:
            raise self._unreachable(error) from error

    def _submitted(self, body: Mapping[str, object]) -> Body:
        token = {"X-Client-Token": uuid.uuid4().hex}
        give_up_at = time.monotonic() + SUBMIT_SECONDS
        may_have_come = False
        while True:
            try:
                return self._call("POST", "/jobs", body=body, headers=token)
            except Unreachable as error:
                # With nobody there from the beginning there is nothing to wait for.
                never_sent = isinstance(error.__cause__, httpx2.ConnectError | httpx2.ConnectTimeout)
                may_have_come = may_have_come or not never_sent
                if not may_have_come or time.monotonic() > give_up_at:
                    raise
            time.sleep(SUBMIT_PAUSE_SECONDS)

    def _call(
        self,
        method: str,
        path: str,
        query: Query | None = None,
        *,
        body: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        wait: float = 0,
    ) -> Body:
        try:
            response = self._http.request(
                method,
                self._base + path,
                params=query or None,
                json=body,
                headers=headers,
                timeout=httpx2.Timeout(self._patience + wait, connect=min(5.0, self._patience)),
            )
        except httpx2.HTTPError as error:
            raise self._unreachable(error) from error
        return content_of(self.endpoint, response)

    def _unreachable(self, error: httpx2.HTTPError) -> Unreachable:
        return unreachable(self.endpoint, error)
