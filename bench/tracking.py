"""What following a statement costs it: ``python -m bench.tracking [ROUNDS [ROWS]]``. And how old answers are.

The same statement runs on one engine in turns: left alone, which is the peer; followed by the service's own
tracker while nobody asks; and followed while progress is asked for five times a second. Beside the time on
the clock it counts the processor time of the engine and of this process; and, which chance moves far less,
the part of it that the threads of Spark's monitoring and this process had.
"""

import asyncio
import contextlib
import random
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from headway.engine.address import EngineAddress
from headway.engine.base import Execution
from headway.engine.options import EngineOptions
from headway.engine.patience import Gone
from headway.engine.record import load
from headway.engine.spark_engine import SparkEngine
from headway.engine.spark_host import SparkHost
from headway.jobs.errors import ProgressUnavailable
from headway.jobs.lifecycle import JobState
from headway.service.clock import now_ms
from headway.service.run_history import RunHistory
from headway.service.tracker import Tracker
from headway.store.database import Database
from headway.store.history_store import HistoryStore
from headway.store.job_store import JobStore
from headway.store.progress_store import ProgressStore
from headway.store.table_store import TableStore
from tests.builders import a_job
from tests.statements import MULTI_STAGE

ROUNDS = 30
ASK_EVERY_SECONDS = 0.2
RESAMPLES = 10_000
ALONE, FOLLOWED, ASKED = "left alone", "followed", "followed and asked"
MODES = (ALONE, FOLLOWED, ASKED)
ROWS = 480_000_000  # some ten seconds' work for two cores
MONITORING = "SparkUI"  # how the threads of Spark's monitoring are named


@dataclass(frozen=True)
class Cost:
    """What one run took, in seconds on the clock and of processors; ``following`` is a part of those."""

    clock: float
    processor: float
    following: float


class Bench:
    """One engine, and the tracker that follows it or does not."""

    def __init__(self, engine: SparkEngine, pid: int, tracker: Tracker, jobs: JobStore, rows: int) -> None:
        self.engine = engine
        self.sql = MULTI_STAGE.replace("12000000", str(rows))
        self.processes = [psutil.Process(pid), psutil.Process()]
        self.jobs = jobs
        self.tracker = tracker
        self.ages: list[float] = []  # of each answer, in seconds

    def processor_seconds(self) -> float:
        """How much of the processor the engine and this process have had so far."""
        return sum(each.cpu_times().user + each.cpu_times().system for each in self.processes)

    def following_seconds(self) -> float:
        """How much of it the threads of Spark's monitoring and this process have had; Linux names threads."""
        engine, own = self.processes
        spent = own.cpu_times().user + own.cpu_times().system
        for thread in engine.threads():
            with contextlib.suppress(OSError):  # it may have ended
                name = Path(f"/proc/{engine.pid}/task/{thread.id}/comm").read_text()
                spent += (thread.user_time + thread.system_time) * name.startswith(MONITORING)
        return spent

    async def run(self, mode: str) -> Cost:
        """Run the statement once in one of ``MODES``."""
        session = await self.engine.open_session()
        execution = Execution(str(uuid.uuid4()), session, self.sql, "bench", "default")
        await self.engine.prepare(execution)
        job = replace(a_job(), job_id=execution.job_id, state=JobState.RUNNING, started_at=now_ms())
        await self.jobs.insert(job)  # what is said of a job is kept beside it
        asking = None
        began, spent, following = time.monotonic(), self.processor_seconds(), self.following_seconds()
        if mode != ALONE:
            self.tracker.watch(job)
        if mode == ASKED:
            asking = asyncio.create_task(self._ask(execution.job_id))
        async for _ in self.engine.execute(execution):
            pass
        took = time.monotonic() - began
        if asking is not None:
            asking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asking
        if mode != ALONE:
            await self.tracker.unwatch(job.job_id)
        cost = Cost(took, self.processor_seconds() - spent, self.following_seconds() - following)
        await self.engine.close_session(session)
        return cost

    async def _ask(self, job_id: str) -> None:
        job = replace(a_job(), job_id=job_id, state=JobState.RUNNING, started_at=now_ms())
        while True:
            await asyncio.sleep(ASK_EVERY_SECONDS)
            try:
                answer = await self.tracker.progress(job)
            except ProgressUnavailable:
                continue
            self.ages.append((now_ms() - answer.snapshot.taken_at) / 1000)


@contextlib.asynccontextmanager
async def a_bench(home: Path, rows: int) -> AsyncIterator[Bench]:
    made: list[SparkEngine] = []

    def connect(address: EngineAddress, gone: Gone | None) -> SparkEngine:
        made.append(SparkEngine(address, gone))
        return made[-1]

    directories = {name: home / name for name in ("directory", "warehouse", "metastore")}
    host = SparkHost(EngineOptions(**directories, memory="4g"), connect)
    database = Database(f"sqlite+aiosqlite:///{home / 'headway.db'}")
    await database.migrate()
    await host.ready()
    history = RunHistory(HistoryStore(database), TableStore(database), enabled=False)
    tracker = Tracker(host, ProgressStore(database), history, now_ms)
    try:
        record = load(directories["directory"])
        assert record is not None
        yield Bench(made[-1], record.pid, tracker, JobStore(database), rows)
    finally:
        await tracker.close()
        await host.stop()
        await database.close()


async def measure(rounds: int, rows: int) -> None:
    with tempfile.TemporaryDirectory(prefix="headway-bench-") as directory:
        async with a_bench(Path(directory), rows) as bench:
            for mode in (*MODES, *MODES):
                await bench.run(mode)  # the engine warms up
            bench.ages.clear()
            runs: dict[str, list[Cost]] = {mode: [] for mode in MODES}
            for number in range(rounds):
                turn = number % len(MODES)
                for mode in (*MODES[turn:], *MODES[:turn]):
                    runs[mode].append(await bench.run(mode))
                last = {mode: found[-1] for mode, found in runs.items()}
                told = (f"{mode} {cost.clock:6.3f} s ({cost.processor:6.3f})" for mode, cost in last.items())
                print("   ".join(told), flush=True)
            for mode in (FOLLOWED, ASKED):
                pairs = list(zip(runs[mode], runs[ALONE], strict=True))
                tell(f"{mode}: time", [one.clock / alone.clock for one, alone in pairs])
                tell(f"{mode}: processor time", [one.processor / alone.processor for one, alone in pairs])
                more = [(one.following - alone.following) / alone.processor for one, alone in pairs]
                tell(f"{mode}: processor time of the following itself", [1 + each for each in more])
            bench.ages.sort()
            ages = [bench.ages[round(share * (len(bench.ages) - 1))] for share in (0.5, 0.99, 1)]
            print(
                f"age of {len(bench.ages)} answers: median {ages[0]:.2f} s, p99 {ages[1]:.2f} s,"
                f" oldest {ages[2]:.2f} s"
            )


def tell(what: str, ratios: list[float]) -> None:
    low, high = interval(ratios)
    print(f"{what}: median ratio {statistics.median(ratios):.3f} (95 % interval {low:.3f} to {high:.3f})")


def interval(ratios: list[float]) -> tuple[float, float]:
    """Give the 95 % interval of the median, by resampling."""
    draw = random.Random(1)
    medians = sorted(statistics.median(draw.choices(ratios, k=len(ratios))) for _ in range(RESAMPLES))
    return medians[RESAMPLES * 25 // 1000], medians[RESAMPLES * 975 // 1000]


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:]]
    rounds, rows = (*given, *(ROUNDS, ROWS)[len(given) :])
    asyncio.run(measure(rounds, rows))
