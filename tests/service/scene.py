"""The whole service over a real database and a real result store; only Spark is played from scripts."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
from sqlalchemy import select

from headway.engine.base import BatchSeen, SchemaSeen
from headway.engine.scripted import Script, ScriptedEngine, ScriptedHost
from headway.jobs.job import Job, JobRequest
from headway.jobs.lifecycle import JobState
from headway.jobs.subjob import Snapshot, Subjob
from headway.results.result_store import ResultStore
from headway.service.admission import Admission
from headway.service.clock import now_ms
from headway.service.dispatcher import Dispatcher
from headway.service.engines import Engines
from headway.service.fault_points import FaultPoints
from headway.service.job_service import JobService
from headway.service.journal import Journal
from headway.service.live_jobs import LiveJobs
from headway.service.membership import Membership
from headway.service.queues import Queue, Queues
from headway.service.rescuer import Rescuer
from headway.service.run_history import RunHistory
from headway.service.runner import Runner
from headway.service.trackers import Trackers
from headway.store.database import Database
from headway.store.history_store import HistoryStore
from headway.store.job_search import JobSearch
from headway.store.job_store import JobStore
from headway.store.progress_store import ProgressStore
from headway.store.replica_store import ReplicaStore
from headway.store.table_store import TableStore
from headway.store.tables import job_events

T = TypeVar("T")
P1, P2 = "p1", "p2"
IDS = SchemaSeen(
    json.dumps(
        {"type": "struct", "fields": [{"name": "id", "type": "long", "nullable": True, "metadata": {}}]}
    )
)


def batch(number: int, *ids: int) -> BatchSeen:
    """Rows with these ids, as Spark sends them; the response is r<number>."""
    rows = pa.record_batch({"id": pa.array(ids, pa.int64())})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as writer:
        writer.write_batch(rows)
    return BatchSeen(f"r{number}", bytes(sink.getvalue()), len(ids))


def reading(*tasks: tuple[int, int], at: int | None = None) -> Snapshot:
    """What the monitoring says: (completed, all) tasks of each subjob; a whole one has succeeded."""
    subjobs = tuple(
        Subjob(
            id=number,
            status="SUCCEEDED" if done == total else "RUNNING",
            num_tasks=total,
            num_completed_tasks=done,
        )
        for number, (done, total) in enumerate(tasks)
    )
    return Snapshot(now_ms() if at is None else at, subjobs)


async def until(look: Callable[[], Awaitable[T] | T], seconds: float = 10.0) -> T:
    """Look until something true is seen, and give it."""
    async with asyncio.timeout(seconds):
        while True:
            seen = look()
            found = await seen if isinstance(seen, Awaitable) else seen
            if found:
                return found
            await asyncio.sleep(0.005)


@dataclass
class World:
    """One service process; ``restarted`` gives the next one over the same home and the same engines."""

    home: Path
    scripts: dict[str, Script] = field(default_factory=dict)
    rooms: dict[str, int] = field(default_factory=lambda: {"default": 16, "narrow": 1})
    limit_bytes: int = 1 << 20
    most_waiting: int = 10_000
    url: str | None = None  # of a store that several share; unset: SQLite in the home
    hosts: dict[str, ScriptedHost] = field(default_factory=dict)
    successor: "World | None" = None
    # Of what stands in front of the service and ends first.
    closers: list[Callable[[], Awaitable[None]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.database = Database(self.url or f"sqlite+aiosqlite:///{self.home / 'headway.db'}")
        self.store = JobStore(self.database)
        self.live = LiveJobs()
        self.replicas = ReplicaStore(self.database)
        self.membership = Membership(self.replicas, "http://test", "0", shared=self.database.is_shared)
        faults = FaultPoints()
        self.journal = Journal(self.store, self.live, self.membership, now_ms, faults)
        self.queues = Queues(
            {name: Queue(name, room, self.most_waiting) for name, room in self.rooms.items()}
        )
        self.engines = Engines(self.host)
        self.progress_store = ProgressStore(self.database)
        shared = self.database.is_shared
        self.history = RunHistory(HistoryStore(self.database), TableStore(self.database))
        self.trackers = Trackers(
            self.engines, self.progress_store, self.history, now_ms, keep_snapshots=shared
        )
        self.results = ResultStore(self.home / "results", self.limit_bytes)
        self.runner = Runner(
            self.store,
            self.journal,
            self.membership,
            self.engines,
            self.trackers,
            self.history,
            self.results,
            now_ms,
            faults,
        )
        self.dispatcher = Dispatcher(
            self.store, self.replicas, self.journal, self.membership, self.queues, self.runner
        )
        self.rescuer = Rescuer(self.membership, self.journal, self.dispatcher)
        self.service = JobService(
            store=self.store,
            search=JobSearch(self.database),
            journal=self.journal,
            live=self.live,
            admission=Admission(self.store, self.journal, self.queues),
            engines=self.engines,
            trackers=self.trackers,
            runner=self.runner,
            dispatcher=self.dispatcher,
            results=self.results,
            clock=now_ms,
            alone=not self.database.is_shared,
        )

    def host(self, project: str = P1) -> ScriptedHost:
        if project not in self.hosts:
            engine = ScriptedEngine(self.scripts)
            engine.scripts = self.scripts  # shared: a test may add to them later
            self.hosts[project] = ScriptedHost(engine)
        return self.hosts[project]

    def engine(self, project: str = P1) -> ScriptedEngine:
        return self.host(project).engine

    async def start(self) -> int:
        adopted = await self.rescuer.start()
        self.dispatcher.start()
        return adopted

    async def stop(self) -> None:
        for close in self.closers:
            await close()
        await self.dispatcher.stop()
        await self.rescuer.stop()
        await self.trackers.close()
        await self.database.close()
        if self.successor is not None:
            await self.successor.stop()

    async def restarted(self) -> "World":
        await self.stop()
        self.successor = replace(self, successor=None, closers=[])
        await self.successor.start()
        return self.successor

    async def submit(self, sql: str = "select 1", project: str = P1, **request: object) -> str:
        job = await self.service.submit(project, "ada", JobRequest(sql, **request))  # type: ignore[arg-type]
        return job.job_id

    async def job(self, job_id: str) -> Job:
        return await self.store.get(job_id)

    async def state(self, job_id: str) -> JobState:
        return (await self.store.get(job_id)).state

    async def reaches(self, job_id: str, state: JobState) -> Job:
        async def look() -> Job | None:
            job = await self.store.get(job_id)
            return job if job.state is state else None

        return await until(look)

    async def ended(self, job_id: str, project: str = P1) -> Job:
        job = await self.service.wait(project, job_id, 10)
        assert job.is_terminal, job.state
        return job

    async def run(self, sql: str = "select 1", **request: object) -> Job:
        return await self.ended(await self.submit(sql, **request))

    async def quiet(self) -> None:
        """Wait until every run has let go of what it held."""
        await until(lambda: not self.dispatcher._running)

    async def moves(self, job_id: str) -> list[str]:
        """Every state that a job was in, as its events tell."""
        query = select(job_events.c.target).where(job_events.c.job_id == job_id)
        async with self.database.read() as connection:
            return list((await connection.execute(query.order_by(job_events.c.event_id))).scalars())
