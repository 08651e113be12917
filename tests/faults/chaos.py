"""Random kills under a load of all kinds of jobs, and what must be true after them."""

import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import psutil

from tests.faults.caller import Caller
from tests.faults.scene import Scene, tracebacks
from tests.faults.watcher import Watcher
from tests.faults.work import LOST, Making, Marking, Numbers, Shuffled, Sleeping, Work, marks
from tests.service_process import ENDED
from tests.waiting import eventually

UNDER_WAY = 12
# What is struck, and how often of a hundred times.
SHARES = {
    "service": {"service": 100},
    "engine": {"engine": 100},
    "freeze": {"freeze": 60, "freeze service": 40},
    "both": {"service": 76, "engine": 8, "engine and service": 4, "freeze": 8, "freeze service": 4},
}
ENDS_WITHIN_SECONDS = 240
# Why a job may fail when engines are killed: one under it, or two in a row that started for it.
ENGINE_DIED = (LOST, "engine start failed")


@dataclass
class Report:
    """What happened, for people."""

    kills: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    again: int = 0  # queries that ran a second time
    refused: int = 0  # calls that met nobody, or a connection that broke

    def __str__(self) -> str:
        kills = ", ".join(f"{count} of {what}" for what, count in self.kills.items())
        ends = ", ".join(f"{count} {status}" for status, count in self.ends.items())
        return (
            f"{kills}; {self.ends.total()} jobs: {ends}; {self.again} queries ran again; "
            f"{self.refused} calls met nobody"
        )


@dataclass
class Load:
    """Keeps some jobs under way through every fault; what it was promised is checked at the end."""

    scene: Scene
    watcher: Watcher
    dice: random.Random
    works: list[Work] = field(default_factory=list)
    cancelled: set[str] = field(default_factory=set)
    refused: int = 0
    _done: threading.Event = field(default_factory=threading.Event)
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "load"))
    _working: Future[None] = field(default_factory=Future)

    def __enter__(self) -> "Load":
        self._working = self._pool.submit(self._work)
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """Submit no more; raises what went wrong."""
        self._done.set()
        self._pool.shutdown()
        self._working.result()

    def look(self) -> None:
        """Raise what went wrong so far."""
        if self._working.done():
            self._working.result()

    def _work(self) -> None:
        open_works: list[Work] = []
        with Caller(self.scene.project) as caller:
            while not self._done.is_set():
                open_works = [work for work in open_works if not self._has_ended(caller, work)]
                if len(open_works) < UNDER_WAY:
                    work = self._next()
                    self.works.append(work)
                    self.watcher.follow(work.submit(caller))
                    open_works.append(work)
                if self.dice.random() < 0.06:
                    victim = self.dice.choice(open_works)
                    self.cancelled.add(victim.job_id)
                    caller.cancel(victim.job_id)
                self._done.wait(self.dice.uniform(0, 0.3))
            self.refused = caller.refused

    def _has_ended(self, caller: Caller, work: Work) -> bool:
        answer = caller.ask("GET", f"/jobs/{work.job_id}")
        return answer is not None and answer.status_code == 200 and answer.json()["status"] in ENDED

    def _next(self) -> Work:
        dice = self.dice
        makers: list[Callable[[], Work]] = [
            lambda: Numbers(n=dice.randrange(1, 400_000), parts=dice.randrange(1, 16)),
            lambda: Marking(ms=dice.choice((0, 0, 5, 15))),
            Making,
            lambda: Shuffled(rows=dice.randrange(1_000, 200_000)),
            lambda: Sleeping(tasks=dice.randrange(1, 12), ms=dice.randrange(50, 800)),
        ]
        work = dice.choice(makers)()
        # Spark's writers into one directory disturb each other: an INSERT waits for the one before.
        is_alone = isinstance(work, Marking)
        work.queue = "narrow" if is_alone else dice.choice(("default", "second", "third", "narrow"))
        return work


@dataclass
class Chaos:
    """Strikes at random moments and holds everything to its promises afterwards."""

    scene: Scene
    seed: int
    what: str
    say: Callable[[str], object]
    pause: tuple[float, float] = (0.2, 3.0)  # seconds between two strikes
    report: Report = field(default_factory=Report)

    def run(self, strikes: int) -> Report:
        dice = random.Random(self.seed)
        logged = len(self.scene.service.log())
        shares = SHARES[self.what]
        with (
            Watcher(self.scene.project) as watcher,
            Load(self.scene, watcher, random.Random(dice.random())) as load,
        ):
            for number in range(1, strikes + 1):
                time.sleep(dice.uniform(*self.pause))
                (kind,) = dice.choices(list(shares), list(shares.values()))
                self.report.kills[kind] += 1
                told = self._strike(kind, dice)
                self.say(f"{number}/{strikes} {kind}: {told}; {len(load.works)} jobs so far")
                load.look()
            load.end()
            self._check(load)
        assert tracebacks(self.scene.service.log()[logged:]) == []
        return self.report

    def _strike(self, kind: str, dice: random.Random) -> str:
        match kind:
            case "service":
                self.scene.service.kill()
                return self._start(dice)
            case "engine":
                return self._kill_engine()
            case "engine and service":
                told = self._kill_engine()
                self.scene.service.kill()
                return f"{told}; {self._start(dice)}"
            case "freeze":
                engine = self._engine()
                return "there is none now" if engine is None else _freeze(engine, dice.uniform(0.5, 8))
            case _:
                process = self.scene.service.process
                assert process is not None
                return _freeze(psutil.Process(process.pid), dice.uniform(0.5, 8))

    def _start(self, dice: random.Random) -> str:
        """Start the service; sometimes it is struck again before it is there."""
        again = 0
        while dice.random() < 0.2:
            self.scene.service.launch()
            time.sleep(dice.uniform(0.2, 2.5))
            self.scene.service.kill()
            again += 1
        began = time.monotonic()
        self.scene.service.start(ready=False)
        return f"back after {time.monotonic() - began:.1f} s, killed {again} times while it started"

    def _kill_engine(self) -> str:
        engine = self._engine()
        if engine is None:
            return "there is none now"
        engine.kill()
        return f"process {engine.pid}"

    def _engine(self) -> psutil.Process | None:
        try:
            return self.scene.engine()
        except (AssertionError, psutil.NoSuchProcess):
            return None

    def _check(self, load: Load) -> None:
        """Hold everything to its promises; what is broken is told all together."""
        with Caller(self.scene.project) as caller:
            for work in load.works:
                self.report.ends[work.end(caller, ENDS_WITHIN_SECONDS)] += 1
                self.report.again += work.ended["attempt"] - 1
            found = marks(caller)
            broken = [text for work in load.works if (text := self._broken(caller, load, work, found))]
            self.report.refused = load.refused + caller.refused
        with self.scene.store() as store:
            kept = store.jobs()
        broken += [text for job in kept if (text := _failure(job.check))]
        tokens = Counter(job.client_token for job in kept)
        broken += [
            f"in the store {tokens[work.token]} times: {work}"
            for work in load.works
            if tokens[work.token] != 1
        ]
        spark = self.scene.spark()
        eventually(lambda: spark.get("/jobs?status=running") == [], 30)
        assert broken == [], "\n".join(broken)

    def _broken(
        self, caller: Caller, load: Load, work: Work, marked: Mapping[str, tuple[int, int]]
    ) -> str | None:
        """Say what is not as it should be with a job that has ended."""
        engine_died = any(what.startswith("engine") for what in self.report.kills)
        status, reason, attempt = (work.ended[name] for name in ("status", "reason", "attempt"))
        if attempt > 1 and not engine_died:
            return f"ran again: {work}"
        if status == "CANCELLED" and work.job_id not in load.cancelled:
            return f"nobody cancelled it: {work}"
        if status == "FAILED" and not (engine_died and reason in ENGINE_DIED):
            return f"should not have failed: {work}"
        if isinstance(work, Marking) and (text := _failure(lambda: work.check_marks(marked))):
            return text
        return _failure(lambda: work.check(caller)) if status == "FINISHED" else None


def _failure(check: Callable[[], None]) -> str | None:
    try:
        check()
    except AssertionError as error:
        return str(error) or "a check failed"
    return None


def _freeze(process: psutil.Process, seconds: float) -> str:
    process.send_signal(signal.SIGSTOP)
    try:
        time.sleep(seconds)
    finally:
        process.send_signal(signal.SIGCONT)
    return f"still for {seconds:.1f} s"
