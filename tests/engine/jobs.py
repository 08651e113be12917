"""Runs statements on an engine as the service does: a session each, closed at the end."""

import asyncio
import uuid
from collections.abc import AsyncIterable, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from headway.engine.base import BatchSeen, Engine, Execution, ExecutionEvent
from headway.jobs.errors import ProgressUnavailable
from headway.jobs.subjob import Snapshot


@dataclass
class Jobs:
    """Jobs on one engine."""

    engine: Engine
    sessions: list[str] = field(default_factory=list)

    async def prepare(
        self,
        sql: str,
        *,
        db: str = "default",
        catalog: str | None = None,
        conf: Mapping[str, str] | None = None,
        session_id: str | None = None,
    ) -> Execution:
        if session_id is None:
            session_id = await self.engine.open_session()
            self.sessions.append(session_id)
        job_id = str(uuid.uuid4())
        execution = Execution(job_id, session_id, sql, sql[:80], db, catalog, conf=conf or {})
        await self.engine.prepare(execution)
        return execution

    async def run(
        self, sql: str, *, db: str = "default", conf: Mapping[str, str] | None = None
    ) -> list[dict]:  # type: ignore[type-arg]
        execution = await self.prepare(sql, db=db, conf=conf)
        return rows(await collected(self.engine.execute(execution)))

    async def close(self) -> None:
        for session_id in self.sessions:
            await self.engine.close_session(session_id)


async def collected(events: AsyncIterable[ExecutionEvent]) -> list[ExecutionEvent]:
    return [event async for event in events]


def rows(events: Sequence[ExecutionEvent]) -> list[dict]:  # type: ignore[type-arg]
    """The rows of all batches, in order."""
    found = []
    for event in events:
        if isinstance(event, BatchSeen):
            table = pa.ipc.open_stream(event.data).read_all()
            assert table.num_rows == event.row_count
            found += table.to_pylist()
    return found


async def snapshot_of(engine: Engine, job_id: str, seconds: float = 20.0) -> Snapshot:
    """What Spark says now; a busy machine may need more than one try."""
    async with asyncio.timeout(seconds):
        while True:
            try:
                return (await engine.snapshots([job_id]))[job_id]
            except ProgressUnavailable:
                continue


async def tasks_of(engine: Engine, job_id: str, seconds: float = 20.0) -> int:
    """How many tasks Spark runs now; a busy machine may need more than one try."""
    async with asyncio.timeout(seconds):
        while True:
            try:
                return await engine.running_tasks(job_id)
            except ProgressUnavailable:
                continue
