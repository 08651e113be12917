"""How many cores of an engine were busy, over the last half hour."""

from collections import deque
from dataclasses import dataclass

from headway.jobs.subjob import Capacity

KEPT_MS = 30 * 60 * 1000
EVERY_MS = 1_000  # samples are no closer


@dataclass(frozen=True, slots=True)
class UsageSample:
    """What an engine had at one moment (epoch ms) and how many tasks of any job ran on it."""

    at: int
    cores: int
    busy: int
    executors: int


class EngineUsage:
    """Samples of one engine, in memory. They are taken while jobs run: in a gap none did."""

    def __init__(self) -> None:
        self._samples: deque[UsageSample] = deque(maxlen=KEPT_MS // EVERY_MS)

    def note(self, at: int, capacity: Capacity | None, tasks: int = 0) -> None:
        """Take in what the monitoring says at a moment (epoch ms); ``tasks`` of followed jobs surely run.

        Cores are asked for less often than stages.
        """
        if capacity is None or (self._samples and at - self._samples[-1].at < EVERY_MS):
            return
        self._samples.append(UsageSample(at, capacity.cores, max(capacity.busy, tasks), capacity.executors))

    def samples(self, now: int) -> tuple[UsageSample, ...]:
        """Give the samples of the last half hour, oldest first."""
        return tuple(sample for sample in self._samples if now - sample.at <= KEPT_MS)
