"""A service that says what a test put there, for the client's side."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pyarrow as pa

from headway.client.http import HeadwayClient
from headway.dbapi import Connection

JOB_ID = "6f2c0d0e-0000-4000-8000-000000000001"
ESTIMATE = {
    "fraction": 0.4,
    "low": 0.3,
    "high": 0.6,
    "remaining_seconds": {"low": 8.0, "likely": 12.0, "high": 20.0},
    "basis": "plan",
}


def a_progress(state: str = "RUNNING", **more: Any) -> dict[str, Any]:
    phase = "done" if state in ("FINISHED", "FAILED", "CANCELLED") else "running"
    return {"job_id": JOB_ID, "state": state, "phase": phase, "estimate": ESTIMATE, "etag": state, **more}


def a_schema(*columns: tuple[str, object]) -> dict[str, Any]:
    fields = [{"name": name, "type": kind, "nullable": True, "metadata": {}} for name, kind in columns]
    return {"type": "struct", "fields": fields}


def stream_of(table: pa.Table, schema: Mapping[str, object], rows_a_batch: int) -> bytes:
    sink = pa.BufferOutputStream()
    full = table.schema.with_metadata({"spark_schema": json.dumps(schema)})
    with pa.ipc.new_stream(sink, full) as writer:
        writer.write_table(table, max_chunksize=rows_a_batch)
    return bytes(sink.getvalue())


@dataclass
class ScriptedService:
    """One job after the other, all alike: they end in ``state`` with the rows of ``table``."""

    state: str = "FINISHED"
    table: pa.Table | None = None
    schema: Mapping[str, Any] | None = None
    error: Mapping[str, Any] | None = None
    reason: str | None = None
    message: str = ""
    rows_a_batch: int = 2
    progresses: list[dict[str, Any]] = field(default_factory=list)
    meanwhile: Callable[[httpx2.Request], httpx2.Response | None] = lambda _: None  # answers first, if at all
    came: list[httpx2.Request] = field(default_factory=list)
    cancelled: bool = False

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.came.append(request)
        answer = self.meanwhile(request)
        if answer is not None:
            return answer
        path = request.url.path.removeprefix("/api/v1/p1")
        match request.method, path:
            case "POST", "/jobs":
                return httpx2.Response(201, json=self.job("RUNNING", request))
            case "GET", "/engine":
                return httpx2.Response(200, json={"state": "READY"})
            case "DELETE", _:
                self.cancelled = True
                return httpx2.Response(200, json=self.job("CANCELLING"))
            case "GET", path if path.endswith("/progress"):
                seen = self.progresses.pop(0) if self.progresses else a_progress(self.state)
                return httpx2.Response(200, json=seen)
            case "GET", path if path.endswith("/result"):
                return self.rows(request)
            case _:
                return httpx2.Response(200, json=self.job("CANCELLED" if self.cancelled else self.state))

    def rows(self, request: httpx2.Request) -> httpx2.Response:
        assert self.table is not None
        assert self.schema is not None
        table = self.table.slice(int(request.url.params.get("offset", 0)))
        if request.url.params["format"] == "json":
            kinds = {field["name"]: field["type"] for field in self.schema["fields"]}
            limit = int(request.url.params["limit"])
            page = {
                "columns": [{"name": name, "type": kind} for name, kind in kinds.items()],
                "rows": [list(row.values()) for row in table.slice(0, limit).to_pylist()],
                "offset": 0,
                "row_count": self.table.num_rows,
            }
            return httpx2.Response(200, json=page)
        return httpx2.Response(200, content=stream_of(table, self.schema, self.rows_a_batch))

    def job(self, state: str, request: httpx2.Request | None = None) -> dict[str, Any]:
        sql = self.submitted[-1]["sql"] if request is None and self.submitted else "select 1"
        result = {
            "row_count": self.table.num_rows if self.table else 0,
            "byte_count": 1,
            "schema": self.schema,
        }
        return {
            "job_id": JOB_ID,
            "state": state,
            "status": state,
            "statement": sql,
            "submitted_at": 1,
            "duration_ms": 1200,
            "error": self.error if state == self.state else None,
            "reason": "cancelled by user" if state == "CANCELLED" else self.reason,
            "message": self.message,
            "result": result if state == "FINISHED" else None,
        }

    @property
    def submitted(self) -> list[dict[str, Any]]:
        """What was submitted, in order."""
        posts = [request for request in self.came if request.method == "POST"]
        return [json.loads(request.content) for request in posts]

    def connection(self, **more: Any) -> Connection:
        client = HeadwayClient("http://service", "p1", "secret", transport=httpx2.MockTransport(self))
        return Connection(client, **more)
