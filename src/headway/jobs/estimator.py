"""The whole-job estimate: a fold over what was seen of a run, the same for the same input."""

import math
from collections.abc import Mapping, Sequence

from headway.jobs.estimate import Basis, Estimate, Remaining
from headway.jobs.forecast import Forecast, Reading, forecast
from headway.jobs.profile import Profile
from headway.jobs.recall import recall, see
from headway.jobs.subjob import Snapshot
from headway.jobs.tables import Table
from headway.jobs.warmth import lengthening

BELOW_ONE = 0.99
UNSEEN_SECONDS = 3.0  # what a statement takes of which nothing is known
PLANNING = 2.0  # the rest of a run that has no plan yet, as a multiple of the time that has passed
WHILE_PLANNING = 1 / (1 + PLANNING)  # long planning tells only that it takes long
UNREAD_MS = 1_500.0  # nothing is counted on for longer than that: without a read nothing is known to go on
HISTORY_TRUST = 0.7  # in an earlier run that this one follows; the rest is left to the plan
SHAPE_TRUST = 0.6  # in a run of another statement with a plan of the same shape, compared with one of this
OLDER_TRUST = 0.95  # in the run before one, compared with that one
SIZE_DISTRUST = 0.3  # power of how much larger or smaller the input of an earlier run was
CAUTION = 0.12  # how much longer than expected a run is taken to last at its beginning: a bar cannot go back
DOUBT_MS = 180.0  # a run that looks shorter all at once is believed after so long
# How far the time left may be off in 8 of 10 cases when a run begins: as the logarithm of a factor.
DOUBT: Mapping[Basis, float] = {Basis.HISTORY: 1.0, Basis.PLAN: 1.6, Basis.TASKS: 1.8}
LEAST_DOUBT_SECONDS = 0.2
PACE_PRIOR_SECONDS = 0.5
PACE_SPREAD = 0.4  # as a logarithm: how far the pace of an earlier run may be off until it counts for little
LENGTH_TRUST = 0.2  # share of the run until its own pace counts as much as the earlier run's


class Estimator:
    """Follows one run from the moment Spark was given the statement. Times are epoch milliseconds.

    ``history`` are earlier runs of the statement, the newest first; ``floor`` is what was said already.
    """

    def __init__(
        self,
        started_at: int,
        history: Sequence[Profile] = (),
        *,
        floor: float = 0.0,
        tables: Mapping[str, Table] | None = None,
    ) -> None:
        self._started_at = started_at
        self._history = tuple(history)
        self._trust = HISTORY_TRUST
        self._is_of_shape = False
        self._tables = tables or {}
        self._said = floor
        self._read: Mapping[int, Reading] = {}
        self._read_at = started_at
        self._lengths: list[tuple[int, float]] = []  # of the whole run, as the last reads made it out
        self._left = self._history[0].duration_ms / 1000 if self._history else UNSEEN_SECONDS
        self._likely = self._left
        self._basis = Basis.HISTORY if self._history else Basis.TASKS
        self._is_planning = not self._history  # nothing is known of the run but how long it has been planned

    @property
    def has_history(self) -> bool:
        """Whether earlier runs are known."""
        return bool(self._history)

    def learn(self, history: Sequence[Profile]) -> None:
        """Take in runs of other statements with a plan of the same shape, the newest first."""
        if not self._history:
            self._history = tuple(history)
            self._trust = HISTORY_TRUST * SHAPE_TRUST
            self._is_of_shape = True

    def see(self, snapshot: Snapshot, kept_bytes: int, now: float) -> None:
        """Take in one read that has come at a moment: until then the ones before it were spoken of."""
        self._said = self._fraction(now)
        cores = max(1, snapshot.capacity.cores if snapshot.capacity else 1)
        elapsed = max(0.001, (snapshot.taken_at - self._started_at) / 1000)
        planned = forecast(snapshot, cores, self._tables, kept_bytes, self._read)
        self._read = planned.read
        left = planned.seconds
        runs = any(subjob.is_running for subjob in snapshot.subjobs)
        # Spark tells of a statement before it tells its plan.
        has_plan = any(plan.trees for plan in snapshot.plans)
        self._is_planning = not (self._history or has_plan or runs)
        if not has_plan:
            left = max(left, UNSEEN_SECONDS, PLANNING * elapsed if self._is_planning else 0.0)
        self._basis = Basis.PLAN if has_plan else Basis.TASKS
        if self._history:
            past, trust = self._recalled(snapshot, planned, elapsed)
            if snapshot.subjobs:
                left = math.exp(trust * math.log(past) + (1 - trust) * math.log(max(left, 0.01)))
            else:
                left = past
            self._basis = Basis.HISTORY if trust > HISTORY_TRUST / 2 else self._basis
        likely = left
        if self._basis is not Basis.HISTORY:
            left *= 1 + CAUTION * left / (elapsed + left)
        self._lengths = [each for each in self._lengths if snapshot.taken_at - each[0] <= DOUBT_MS]
        self._lengths.append((snapshot.taken_at, elapsed + left))
        self._left = max(length for _, length in self._lengths) - elapsed
        self._likely = likely
        self._read_at = snapshot.taken_at

    def _recalled(self, snapshot: Snapshot, planned: Forecast, elapsed: float) -> tuple[float, float]:
        """Give the seconds left by what earlier runs tell, and how far that is to be trusted."""
        seen = see(snapshot, planned, elapsed * 1000)
        longer = lengthening(self._history, snapshot.subjobs_before)
        if self._is_of_shape:
            longer = [1.0] * len(longer)  # they were of other statements
        total = weights = likeness = 0.0
        for age, profile in enumerate(self._history):
            one = recall(profile, seen)
            expected = one.length_ms / 1000 * longer[age]
            # Of earlier runs the one counts most that was as fast so far.
            pace = math.log((PACE_PRIOR_SECONDS + elapsed) / (PACE_PRIOR_SECONDS + expected * one.fraction))
            weight = OLDER_TRUST**age * max(0.05, one.likeness) * math.exp(-0.5 * (pace / PACE_SPREAD) ** 2)
            weight = max(1e-6, weight)
            length = (expected * LENGTH_TRUST + elapsed) / (LENGTH_TRUST + one.fraction)
            total += weight * math.log(max(0.01, length * (1 - one.fraction)))
            likeness += weight * one.likeness * min(one.scale, 1 / one.scale) ** SIZE_DISTRUST
            weights += weight
        return math.exp(total / weights), self._trust * likeness / weights

    def say(self, now: float) -> Estimate:
        """Give the estimate at a moment not before the last read."""
        fraction = self._fraction(now)
        elapsed = max(0.0, now - self._started_at) / 1000
        likely = self._at(self._likely, now)
        doubt = math.exp(DOUBT[self._basis] * math.sqrt(likely / (elapsed + likely)) if likely else 0.0)
        left = Remaining(likely / doubt, likely, likely * doubt + LEAST_DOUBT_SECONDS)
        low = min(fraction, _share(elapsed, left.high))
        high = max(fraction, min(1.0, _share(elapsed, left.low)))
        return Estimate(fraction, low, high, left, self._basis)

    def _at(self, left: float, now: float) -> float:
        """Give the seconds left at a moment after the last read, when so many were left then."""
        passed = max(0.0, now - self._read_at) / 1000
        return left * math.exp(-passed / max(left, 1e-3))

    def _fraction(self, now: float) -> float:
        now = min(now, self._read_at + UNREAD_MS)
        elapsed = max(0.0, now - self._started_at) / 1000
        most = WHILE_PLANNING if self._is_planning else BELOW_ONE
        return max(self._said, min(most, _share(elapsed, self._at(self._left, now))))


def _share(elapsed: float, left: float) -> float:
    return elapsed / (elapsed + left) if elapsed + left > 0 else 0.0
