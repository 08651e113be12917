"""One tracker a project, as there is one engine a project."""

from headway.service.clock import Clock
from headway.service.engines import Engines
from headway.service.run_history import RunHistory
from headway.service.tracker import Tracker, Witness
from headway.store.progress_store import ProgressStore


class Trackers:
    """The tracker of every project's engine."""

    def __init__(
        self,
        engines: Engines,
        store: ProgressStore,
        history: RunHistory,
        clock: Clock,
        *,
        keep_snapshots: bool = False,
        witness: Witness | None = None,
    ) -> None:
        self._engines = engines
        self._store = store
        self._history = history
        self._keep_snapshots = keep_snapshots
        self._witness = witness
        self._clock = clock
        self._trackers: dict[str, Tracker] = {}

    def of(self, project_id: str) -> Tracker:
        """Give the project's tracker."""
        tracker = self._trackers.get(project_id)
        if tracker is None:
            tracker = Tracker(
                self._engines.host(project_id),
                self._store,
                self._history,
                self._clock,
                self._keep_snapshots,
                self._witness,
            )
            self._trackers[project_id] = tracker
        return tracker

    def reads(self) -> int:
        """Count how often Spark's monitoring was read, over all engines."""
        return sum(tracker.reads for tracker in self._trackers.values())

    async def close(self) -> None:
        """Stop every tracker."""
        for tracker in self._trackers.values():
            await tracker.close()
