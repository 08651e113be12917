"""Sees to it that every job under way is carried by exactly one living process."""

import asyncio
from collections.abc import Callable

import structlog

from headway.jobs.errors import StoreUnavailable
from headway.service.dispatcher import Dispatcher
from headway.service.journal import Journal
from headway.service.membership import BEAT_SECONDS, Membership

log = structlog.get_logger(__name__)


class Rescuer:
    """Once a second: beat, bury the dead, take over what nobody carries, follow what others did."""

    def __init__(
        self,
        membership: Membership,
        journal: Journal,
        dispatcher: Dispatcher,
        taken_over: Callable[[], None] = lambda: None,
    ) -> None:
        self._membership = membership
        self._journal = journal
        self._dispatcher = dispatcher
        self._taken_over = taken_over  # called when jobs of a dead replica were adopted
        self._loop: asyncio.Task[None] | None = None

    async def start(self) -> int:
        """Join the others and take over what nobody carries; gives how many jobs that were."""
        await self._membership.join()
        adopted = await self._dispatcher.adopt()
        self._loop = asyncio.create_task(self._look_forever(), name="rescuer")
        return adopted

    async def stop(self) -> None:
        """Hand the jobs over: they must have been let go of before."""
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)
        try:
            await self._membership.leave()
        except StoreUnavailable as error:
            log.warning("could not say goodbye; others find out in seconds", reason=str(error))

    async def look(self) -> None:
        """Do one round."""
        if not await self._membership.look():
            log.warning("this replica was taken for dead; lets go of its jobs and joins anew")
            await self._dispatcher.let_go_all()
            self._journal.drop_all()
            await self._membership.join()
        if adopted := await self._dispatcher.adopt():
            log.info("jobs taken over", count=adopted)
            self._taken_over()
        await self._dispatcher.reconcile()

    async def _look_forever(self) -> None:
        trouble = ""
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            try:
                await self.look()
                trouble = ""
            except StoreUnavailable as error:
                # Said once, not each second.
                if str(error) != trouble:
                    log.warning("store away; looks again each second", reason=str(error))
                trouble = str(error)
            except Exception:  # whatever it was must not end the rescuing of jobs
                log.exception("a round failed; the next one follows")
