"""The store's own word, read past Headway and without writing: jobs and their events."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import Engine, create_engine, select

from headway.jobs.lifecycle import TERMINAL, JobState, may_move
from headway.store.tables import job_events, jobs


@dataclass(frozen=True)
class Remembered:
    """One job as the store has it, with the states it went through."""

    job_id: str
    state: JobState
    job_type: str
    attempt: int
    replica_id: str | None
    client_token: str | None
    states: tuple[JobState, ...]

    def check(self) -> None:
        """Hold its life to the table of lives: one way, one end, Spark asked once an attempt."""
        states = self.states
        assert states[0] is JobState.QUEUED, self
        assert all(may_move(*move) for move in pairwise(states)), self
        assert states[-1] is self.state, self
        assert sum(state in TERMINAL for state in states) == (self.state in TERMINAL), self
        assert states.count(JobState.RUNNING) <= self.attempt, self
        assert self.attempt == 1 or (self.attempt == 2 and self.job_type == "QUERY"), self


class StoreSide:
    def __init__(self, url: str) -> None:
        self._engine: Engine = create_engine(url)

    def __enter__(self) -> "StoreSide":
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.dispose()

    def jobs(self) -> Sequence[Remembered]:
        """Every job, the oldest first."""
        with self._engine.connect() as connection:
            events = connection.execute(select(job_events).order_by(job_events.c.event_id)).all()
            rows = connection.execute(select(jobs).order_by(jobs.c.seq)).all()
        states: dict[str, list[JobState]] = {}
        sources: dict[str, list[JobState | None]] = {}
        for event in events:
            states.setdefault(event.job_id, []).append(JobState(event.target))
            sources.setdefault(event.job_id, []).append(event.source and JobState(event.source))
        for job_id, seen in states.items():
            assert sources[job_id] == [None, *seen[:-1]], f"{job_id}: {sources[job_id]} {seen}"
        return [
            Remembered(
                row.job_id,
                JobState(row.state),
                row.job_type,
                row.attempt,
                row.replica_id,
                row.client_token,
                tuple(states[row.job_id]),
            )
            for row in rows
        ]

    def job(self, job_id: str) -> Remembered:
        return next(job for job in self.jobs() if job.job_id == job_id)


def sqlite_of(home: object) -> str:
    return f"sqlite:///file:{home}/headway.db?mode=ro&uri=true"
