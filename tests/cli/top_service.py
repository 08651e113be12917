"""A service that says what a test wants, for a live view: lists, events, progress; it may go away."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2

from headway.client.credentials import Credentials
from headway.client.watcher import Watcher

Body = dict[str, Any]
START = 1_790_000_000_000  # epoch ms


def job(job_id: str, state: str = "RUNNING", statement: str = "SELECT 1", **more: Any) -> Body:
    status = {"QUEUED": "LAUNCHING", "CANCELLING": "RUNNING"}.get(state, state)
    return {
        "job_id": job_id,
        "state": state,
        "status": status,
        "statement": statement,
        "submitted_at": START,
        "queue_name": "default",
        "owner": "admin",
        "duration_ms": 5_000,
        **more,
    }


def ended(job_id: str, state: str = "FINISHED", **more: Any) -> Body:
    result = {"row_count": 1_234, "byte_count": 1, "schema": {"fields": [{"name": "n"}]}}
    fields: Body = {"ended_at": START + 9_000, "duration_ms": 9_000}
    fields |= {"result": result} if state == "FINISHED" else {}
    return job(job_id, state, **{**fields, **more})


def advance(job_id: str, fraction: float, **more: Any) -> Body:
    around = {"low": fraction / 2, "high": (1 + fraction) / 2, "remaining_seconds": 42.0, "phase": "running"}
    return {"job_id": job_id, "fraction": fraction, **around, **more}


class Service:
    """One project's service; what a test changes is told from then on."""

    def __init__(self, *jobs: Body) -> None:
        self.jobs = {each["job_id"]: each for each in jobs}
        self.queues: list[Body] = [
            {"name": "default", "max_concurrent": 4, "max_waiting": 100, "running": 2, "waiting": 3}
        ]
        self.engine: Body = {"state": "READY", "master": "local[4]", "spark_version": "4.3.0"}
        self.usage: list[Body] = [{"at": START, "cores": 4, "busy": 3, "executors": 1}]
        self.progress: dict[str, Body] = {}
        self.is_away = False
        self.has_events = True
        self.refuses_to_cancel = False
        self.streams: set[asyncio.Queue[bytes | None]] = set()
        self.asked: list[str] = []

    def watcher(self) -> Watcher:
        known = Credentials("http://service:8080", "p1", "secret")
        return Watcher(known, transport=httpx2.MockTransport(self.answer))

    def tell(self, name: str, data: Body) -> None:
        """Send an event to everybody who listens; a job is in the lists too."""
        if name == "job":
            self.jobs[data["job_id"]] = data
        for stream in self.streams:
            stream.put_nowait(f"event: {name}\ndata: {json.dumps(data)}\n\n".encode())

    def go_away(self) -> None:
        self.is_away = True
        for stream in self.streams:
            stream.put_nowait(None)

    async def answer(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path.removeprefix("/api/v1/p1")
        self.asked.append(
            f"{request.method} {path}{'?' if request.url.query else ''}{request.url.query.decode()}"
        )
        if self.is_away:
            raise httpx2.ConnectError("refused", request=request)
        match [request.method, *path.strip("/").split("/")]:
            case ["GET", "events"]:
                return self._events(request)
            case ["GET", "jobs"]:
                return self._list(request)
            case ["GET", "jobs", job_id]:
                return httpx2.Response(200, json=self.jobs[job_id])
            case ["GET", "jobs", job_id, "progress"]:
                return await self._progress(job_id, request)
            case ["DELETE", "jobs", job_id]:
                return self._cancel(job_id)
            case ["GET", "engine"]:
                return httpx2.Response(200, json=self.engine)
            case ["GET", "engine", "usage"]:
                return httpx2.Response(200, json={"samples": self.usage})
            case ["GET", "queues"]:
                return httpx2.Response(200, json={"queues": self.queues})
        return httpx2.Response(404, json={"error_code": "NotFound", "error_msg": path})

    def _events(self, request: httpx2.Request) -> httpx2.Response:
        if not self.has_events:
            return httpx2.Response(503, json={"error_code": "TooBusy", "error_msg": "no events"})
        headers = {"content-type": "text/event-stream"}
        return httpx2.Response(200, headers=headers, content=self._stream(request))

    async def _stream(self, request: httpx2.Request) -> AsyncIterator[bytes]:
        mine: asyncio.Queue[bytes | None] = asyncio.Queue()
        self.streams.add(mine)
        try:
            yield b"retry: 2000\nid: 7\n\n"
            while (data := await mine.get()) is not None:
                yield data
            raise httpx2.ReadError("reset", request=request)
        finally:
            self.streams.discard(mine)

    def _list(self, request: httpx2.Request) -> httpx2.Response:
        statuses = request.url.params.get_list("status")
        search = request.url.params.get("search", "").lower()
        found = [
            each
            for each in self.jobs.values()
            if (not statuses or each["status"] in statuses) and search in each["statement"].lower()
        ]
        return httpx2.Response(200, json={"total": len(found), "jobs": found})

    async def _progress(self, job_id: str, request: httpx2.Request) -> httpx2.Response:
        since = request.url.params.get("since")
        while (said := self.progress[job_id])["etag"] == since and not self.is_away:
            await asyncio.sleep(0.01)
        if self.is_away:
            raise httpx2.ReadError("reset", request=request)
        return httpx2.Response(200, json=said)

    def _cancel(self, job_id: str) -> httpx2.Response:
        if self.refuses_to_cancel:
            return httpx2.Response(409, json={"error_code": "Conflict", "error_msg": f"{job_id} has ended"})
        self.jobs[job_id] |= {"state": "CANCELLING", "status": "RUNNING"}
        return httpx2.Response(200, json=self.jobs[job_id])
