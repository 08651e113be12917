"""What the earlier runs of a statement tell together of the run under way."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from headway.jobs.forecast import Forecast
from headway.jobs.profile import Profile
from headway.jobs.recall import Recalled, recall, see
from headway.jobs.subjob import Snapshot
from headway.jobs.warmth import lengthening

TRUST = 0.8  # in earlier runs that this one follows; the rest is left to the plan
GROWING_TRUST = 1.0  # of the rest, as the run comes to its end
SHAPE_TRUST = 0.6  # in runs of other statements with a plan of the same shape, compared with runs of this one
OLDER_TRUST = 0.95  # in the run before one, compared with that one
SIZE_DISTRUST = 0.3  # power of how much larger or smaller the input of an earlier run was
LEAST_LIKENESS = 0.05
PACE_PRIOR_SECONDS = 0.5
PACE_SPREAD = 0.4  # as a logarithm: how far the pace of an earlier run may be off until it counts for little
LEAST_WEIGHT = 1e-6
LENGTH_TRUST = 0.2  # share of the run until its own pace counts as much as the earlier run's
LEAST_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Told:
    """The seconds that are left, and how far that is to be trusted against the plan (0…1)."""

    seconds: float
    trust: float


@dataclass(frozen=True, slots=True)
class History:
    """Earlier runs, the newest first; ``of_shape``: of other statements, with a plan of the same shape."""

    runs: tuple[Profile, ...] = ()
    of_shape: bool = False

    @property
    def seconds(self) -> float | None:
        """How long the last run took."""
        return self.runs[0].duration_ms / 1000 if self.runs else None

    def tell(self, snapshot: Snapshot, planned: Forecast, elapsed: float) -> Told | None:
        """Tell what is left after so many seconds; ``None`` without earlier runs."""
        if not self.runs:
            return None
        seen = see(snapshot, planned, elapsed * 1000)
        found = [recall(run, seen) for run in self.runs]
        expected = self._expected(found, snapshot)
        weights = [_weight(age, one, expected[age], elapsed) for age, one in enumerate(found)]
        left = [_left(one, length, elapsed) for one, length in zip(found, expected, strict=True)]
        seconds = math.exp(_mean([math.log(each) for each in left], weights))
        trust = _mean([_trust(one) for one in found], weights)
        trust *= TRUST * (SHAPE_TRUST if self.of_shape else 1.0)
        over = elapsed / (elapsed + seconds)
        return Told(seconds, trust + GROWING_TRUST * over**2 * trust * (1 - trust))

    def _expected(self, found: Sequence[Recalled], snapshot: Snapshot) -> list[float]:
        """Tell how long each earlier run would have taken here, in seconds."""
        lengths = [one.length_ms / 1000 for one in found]
        if self.of_shape:
            return lengths
        longer = lengthening(self.runs, snapshot.subjobs_before)
        return [length * by for length, by in zip(lengths, longer, strict=True)]


def _weight(age: int, one: Recalled, expected: float, elapsed: float) -> float:
    """Weigh an earlier run: the one counts most that is new, alike, and was as fast so far."""
    pace = math.log((PACE_PRIOR_SECONDS + elapsed) / (PACE_PRIOR_SECONDS + expected * one.fraction))
    by_pace = math.exp(-0.5 * (pace / PACE_SPREAD) ** 2)
    return max(LEAST_WEIGHT, OLDER_TRUST**age * max(LEAST_LIKENESS, one.likeness) * by_pace)


def _left(one: Recalled, expected: float, elapsed: float) -> float:
    length = (expected * LENGTH_TRUST + elapsed) / (LENGTH_TRUST + one.fraction)
    return max(LEAST_SECONDS, length * (1 - one.fraction))


def _trust(one: Recalled) -> float:
    return one.likeness * math.pow(min(one.scale, 1 / one.scale), SIZE_DISTRUST)


def _mean(values: Sequence[float], weights: Sequence[float]) -> float:
    return sum(value * weight for value, weight in zip(values, weights, strict=True)) / sum(weights)
