"""Asks for the progress of jobs all the time, whatever happens to the service, and holds it to its rules."""

import threading
from dataclasses import dataclass, field
from types import TracebackType

from tests.faults.caller import COME_BACK, Caller
from tests.service_process import ENDED, Project

ASK_EVERY_SECONDS = 0.1


@dataclass(frozen=True)
class Said:
    status: str
    fraction: float
    attempt: int


@dataclass
class Watcher:
    """Its rules: progress never falls, is 1 at FINISHED and nowhere else, and an end is the end."""

    project: Project
    unanswered: int = 0  # progress that the service said it has not now
    _jobs: dict[str, list[Said]] = field(default_factory=dict)
    _broken: list[str] = field(default_factory=list)
    _done: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Watcher":
        self._thread = threading.Thread(target=self._ask_all, name="watcher")
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()
        if error is None:
            assert not self._broken, self._broken

    def follow(self, *job_ids: str) -> None:
        for job_id in job_ids:
            self._jobs.setdefault(job_id, [])

    def said(self, job_id: str) -> list[Said]:
        return self._jobs[job_id]

    def last(self, job_id: str) -> float:
        said = self._jobs[job_id]
        return said[-1].fraction if said else 0.0

    def _ask_all(self) -> None:
        with Caller(self.project) as caller:
            while not self._done.is_set():
                for job_id, said in list(self._jobs.items()):
                    if not said or said[-1].status not in ENDED:
                        self._ask(caller, job_id, said)
                self._done.wait(ASK_EVERY_SECONDS)

    def _ask(self, caller: Caller, job_id: str, said: list[Said]) -> None:
        answer = caller.ask("GET", f"/jobs/{job_id}/progress")
        if answer is None:
            return
        if answer.status_code == COME_BACK:
            self.unanswered += 1
            return
        if answer.status_code != 200:
            self._broken.append(f"{job_id}: {answer.status_code} {answer.text}")
            return
        view = answer.json()
        now = Said(view["status"], view["estimate"]["fraction"], view["attempt"])
        before = said[-1] if said else Said("LAUNCHING", 0.0, 1)
        if now.fraction < before.fraction:
            self._broken.append(f"{job_id}: progress fell: {before} then {now}")
        if (now.fraction == 1) is not (now.status == "FINISHED"):
            self._broken.append(f"{job_id}: 1 is for FINISHED: {now}")
        if now.attempt < before.attempt:
            self._broken.append(f"{job_id}: attempts fell: {before} then {now}")
        said.append(now)
