"""The whole-job estimate: a fold over what was seen of a run, the same for the same input."""

import math
from collections.abc import Mapping, Sequence

from headway.jobs.estimate import Basis, Estimate, Remaining
from headway.jobs.forecast import Reading, forecast
from headway.jobs.history import LEAST_SECONDS, TRUST, History
from headway.jobs.profile import Profile
from headway.jobs.subjob import Snapshot
from headway.jobs.tables import Table

BELOW_ONE = 0.99
UNSEEN_SECONDS = 3.0  # what a statement takes of which nothing is known
PLANNING = 2.0  # the rest of a run that has no plan yet, as a multiple of the time that has passed
WHILE_PLANNING = 1 / (1 + PLANNING)  # long planning tells only that it takes long
UNREAD_MS = 1_500.0  # nothing is counted on for longer than that: without a read nothing is known to go on
CAUTION = 0.12  # how much longer than expected a run is taken to last at its beginning: a bar cannot go back
DOUBT_MS = 180.0  # a run that looks shorter all at once is believed after so long
# How far the time left may be off in 8 of 10 cases when a run begins: as the logarithm of a factor.
DOUBT: Mapping[Basis, float] = {Basis.HISTORY: 1.0, Basis.PLAN: 1.7, Basis.TASKS: 1.8}
DOUBT_POWER = 3.0  # of the trust in earlier runs: how soon less of it makes the time left unsure
LEAST_DOUBT_SECONDS = 0.2


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
        self._history = History(tuple(history))
        self._tables = tables or {}
        self._said = floor
        self._read: Mapping[int, Reading] = {}
        self._read_at = started_at
        self._lengths: list[tuple[int, float]] = []  # of the whole run, as the last reads made it out
        self._left = self._likely = self._history.seconds or UNSEEN_SECONDS
        self._basis = Basis.HISTORY if history else Basis.TASKS
        self._doubt = DOUBT[self._basis]
        self._is_planning = not history  # nothing is known of the run but how long it has been planned

    @property
    def has_history(self) -> bool:
        """Whether earlier runs are known."""
        return bool(self._history.runs)

    def learn(self, history: Sequence[Profile]) -> None:
        """Take in runs of other statements with a plan of the same shape, the newest first."""
        if not self.has_history:
            self._history = History(tuple(history), of_shape=True)

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
        self._is_planning = not (self.has_history or has_plan or runs)
        if not has_plan:
            left = max(left, UNSEEN_SECONDS, PLANNING * elapsed if self._is_planning else 0.0)
        self._basis = Basis.PLAN if has_plan else Basis.TASKS
        self._doubt = DOUBT[self._basis]
        if (told := self._history.tell(snapshot, planned, elapsed)) is not None:
            left = _between(told.seconds, left, told.trust) if snapshot.subjobs else told.seconds
            self._basis = Basis.HISTORY if told.trust > TRUST / 2 else self._basis
            known = min(1.0, told.trust / TRUST) ** DOUBT_POWER if has_plan else 0.0
            self._doubt = known * DOUBT[Basis.HISTORY] + (1 - known) * self._doubt
        likely = left
        if self._basis is not Basis.HISTORY:
            left *= 1 + CAUTION * left / (elapsed + left)
        self._lengths = [each for each in self._lengths if snapshot.taken_at - each[0] <= DOUBT_MS]
        self._lengths.append((snapshot.taken_at, elapsed + left))
        self._left = max(length for _, length in self._lengths) - elapsed
        self._likely = likely
        self._read_at = snapshot.taken_at

    def say(self, now: float) -> Estimate:
        """Give the estimate at a moment not before the last read."""
        fraction = self._fraction(now)
        elapsed = max(0.0, now - self._started_at) / 1000
        likely = self._at(self._likely, now)
        doubt = math.exp(self._doubt * math.sqrt(likely / (elapsed + likely)) if likely else 0.0)
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


def _between(one: float, other: float, trust: float) -> float:
    """Give the seconds between two that are trusted so far: the mean of their logarithms."""
    return math.exp(trust * math.log(one) + (1 - trust) * math.log(max(other, LEAST_SECONDS)))


def _share(elapsed: float, left: float) -> float:
    return elapsed / (elapsed + left) if elapsed + left > 0 else 0.0
