"""Records the traces: a service of its own runs the suite, and its tracker's reads are written down.

``python -m bench.progress_accuracy.record OUT.xz [scale ...] [--runs N] [--only NAME ...]``
"""

import argparse
import asyncio
import os
import sys
import tempfile
from pathlib import Path

from bench.progress_accuracy.suite import BUSY, SUITE, Statement
from bench.progress_accuracy.trace import Sight, Trace, write_traces
from headway.app.home import Home
from headway.app.logs import configure_logs
from headway.app.parts import Parts, build
from headway.app.wiring import web_app
from headway.demo.generate import generate
from headway.demo.tpch import TABLES
from headway.jobs.job import Job, JobRequest
from headway.jobs.subjob import Snapshot
from headway.settings import load
from headway.store.database import Database

# Retries need a master that allows them.
ENGINE = {"HEADWAY_ENGINE__MASTER": "local[2, 4]", "HEADWAY_ENGINE__MEMORY": "6g"}


class Recorder:
    """Runs statements one by one and keeps what the tracker saw of each."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.traces: list[Trace] = []
        self._sights: dict[str, list[Sight]] = {}

    def witness(self, job_id: str, snapshot: Snapshot, kept_bytes: int) -> None:
        self._sights.setdefault(job_id, []).append(Sight(snapshot, kept_bytes))

    async def run_all(self, parts: Parts, size: str, runs: int, only: frozenset[str]) -> None:
        database = database_of(size)
        for run in range(1, runs + 1):
            for statement in SUITE:
                if not only or statement.name in only:
                    await self._run_one(parts, statement, database, size, run)
            write_traces(self.out, self.traces)
        if not only:
            for run in (1, 2):
                for group in BUSY:
                    jobs = [await self._submit(parts, each.sql, database) for each in group]
                    for statement, job in zip(group, jobs, strict=True):
                        self._keep(statement, "busy", size, run, await self._ended(parts, job))

    async def _run_one(self, parts: Parts, statement: Statement, database: str, size: str, run: int) -> None:
        for sql in statement.before:
            await self.must(parts, sql, database)
        job = await self._ended(parts, await self._submit(parts, statement.sql, database))
        self._keep(statement, statement.suite, size, run, job)
        for sql in statement.after:
            await self.must(parts, sql, database)

    async def must(self, parts: Parts, sql: str, database: str) -> None:
        job = await self._ended(parts, await self._submit(parts, sql, database))
        assert job.state == "FINISHED", f"{sql}: {job.message}"

    async def _submit(self, parts: Parts, sql: str, database: str) -> Job:
        project_id = parts.credentials.projects()[0]
        return await parts.service.submit(project_id, "bench", JobRequest(sql, current_db=database))

    async def _ended(self, parts: Parts, job: Job) -> Job:
        while not job.is_terminal:
            job = await parts.service.wait(job.project_id, job.job_id, 60)
        return job

    def _keep(self, statement: Statement, suite: str, size: str, run: int, job: Job) -> None:
        sights = tuple(
            each for each in self._sights.pop(job.job_id, []) if each.snapshot.taken_at <= (job.ended_at or 0)
        )
        assert job.started_at is not None
        assert job.ended_at is not None
        trace = Trace(
            name=statement.name,
            suite=suite,
            size=size,
            run=run,
            sql=statement.sql,
            job_type=job.job_type,
            state=job.state,
            started_at=job.started_at,
            ended_at=job.ended_at,
            byte_count=job.result.byte_count,
            sights=sights,
        )
        self.traces.append(trace)
        print(
            f"{suite:6} sf{size:4} run {run} {statement.name:20} {trace.state:9}"
            f" {trace.duration_ms / 1000:6.1f} s {len(sights):4} reads",
            flush=True,
        )


async def record(out: Path, scales: list[str], runs: int, only: frozenset[str], home_path: Path) -> None:
    os.environ.update(ENGINE)
    settings = load(home=home_path)
    home = Home(settings.home)
    home.make()
    configure_logs("warning", None)
    database = Database(home.database_url)
    await database.migrate()
    await database.close()
    recorder = Recorder(out)
    endpoint = "http://127.0.0.1:0"
    parts = build(settings, endpoint, recorder.witness)
    app = web_app(parts, settings, endpoint, stop_engines=True)
    async with app.router.lifespan_context(app):
        for scale in scales:
            directory = home_path / "data" / scale
            directory.mkdir(parents=True, exist_ok=True)
            await asyncio.to_thread(generate, directory, float(scale), lambda *_: None)
            name = database_of(scale)
            await recorder.must(parts, f"CREATE DATABASE IF NOT EXISTS {name}", "default")
            for table in TABLES:
                place = directory / table.name
                await recorder.must(
                    parts,
                    f"CREATE TABLE IF NOT EXISTS {table.name} USING parquet LOCATION '{place}'",
                    name,
                )
            await recorder.run_all(parts, scale, runs, only)
            write_traces(out, recorder.traces)


def database_of(scale: str) -> str:
    return f"tpch_{scale.replace('.', '_')}"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("scales", nargs="*", default=["0.5", "2"])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--home", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="headway-traces-") as directory:
        home = given.home or Path(directory)
        asyncio.run(record(given.out, given.scales, given.runs, frozenset(given.only), home))
    sys.exit(0)


if __name__ == "__main__":
    main()
