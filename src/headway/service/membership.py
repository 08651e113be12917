"""This process among those that share the store: its own beat, and an eye on the others'."""

import asyncio
import time
import uuid
from collections.abc import Callable, Mapping

import structlog

from headway.store.replica_store import Replica, ReplicaStore

log = structlog.get_logger(__name__)

BEAT_SECONDS = 1.0
DEAD_AFTER_SECONDS = 5.0
SURE_SECONDS = 3.5  # after a beat nobody takes its sender for dead before this time is over
# Who looked away for longer than this saw nothing: whoever stands still gets his whole time again.
GAP_SECONDS = 2.5


class StandStill:
    """Finds beats that stand still, by the observer's own clock alone."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[int, float]] = {}  # replica -> its beat, and when that was first seen
        self._looked_at: float | None = None

    def dead(self, beats: Mapping[str, int], now: float) -> list[tuple[str, int]]:
        """Take one look at ``now`` (seconds of any steady clock); gives (replica, beat) of the dead."""
        gap = 0.0 if self._looked_at is None else now - self._looked_at
        self._looked_at = now
        if not 0 <= gap <= GAP_SECONDS:
            self._seen.clear()
        before = self._seen
        self._seen = {
            replica: before[replica] if before.get(replica, (None,))[0] == beat else (beat, now)
            for replica, beat in beats.items()
        }
        return [
            (replica, beat)
            for replica, (beat, since) in self._seen.items()
            if now - since >= DEAD_AFTER_SECONDS
        ]


class Membership:
    """Joins, beats, and buries the dead. ``shared`` is false when this process has the store to itself."""

    def __init__(
        self,
        store: ReplicaStore,
        endpoint: str,
        version: str,
        *,
        shared: bool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._endpoint = endpoint
        self._version = version
        self._shared = shared
        self._clock = clock
        self._others = StandStill()
        self._id = ""
        self._beat_at = clock()  # when the last beat that the store took was sent
        self._sure = asyncio.Event()
        self._sure.set()

    @property
    def id(self) -> str:
        """This process's replica id; a new one after each ``join``."""
        return self._id

    async def sure(self) -> None:
        """Wait until nobody can have taken this replica for dead: a process that stood still asks first."""
        if self._shared and self._clock() - self._beat_at > SURE_SECONDS:
            self._sure.clear()
            await self._sure.wait()

    async def join(self) -> None:
        """Become a replica. Who has the store to himself buries those that were here before."""
        sent = self._clock()
        replica = Replica(uuid.uuid4().hex, self._endpoint, self._version, time.time_ns() // 1_000_000)
        await self._store.join(replica)
        self._id = replica.replica_id
        self._is_here(sent)
        if not self._shared:
            for other, beat in (await self._store.beats()).items():
                if other != self._id:
                    await self._store.bury(other, beat)

    async def look(self) -> bool:
        """Beat, and bury whose beat stands still; false when this replica was buried itself."""
        if not self._shared:
            return True
        sent = self._clock()
        if not await self._store.beat(self._id):
            return False
        self._is_here(sent)
        beats = await self._store.beats()
        others = {replica: beat for replica, beat in beats.items() if replica != self._id}
        for replica, beat in self._others.dead(others, self._clock()):
            if await self._store.bury(replica, beat):
                log.warning("replica is dead; its jobs are taken over", replica_id=replica)
        return True

    def _is_here(self, sent: float) -> None:
        self._beat_at = sent
        self._sure.set()

    async def leave(self) -> None:
        """Free this replica's jobs for the others and go."""
        await self._store.leave(self._id)
