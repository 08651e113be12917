"""Keeps a board up to date: by events, with a poll as the net; waits for a service that is away."""

import asyncio
import time

from headway.cli.top.board import Board, Link
from headway.client.errors import ClientError, Missing
from headway.client.project_seen import QueueSeen, UsageSeen
from headway.client.watcher import Watcher
from headway.jobs.lifecycle import JobStatus

HEAD_SECONDS = 2.0  # engine and queues: no event tells of them
JOBS_SECONDS = 15.0  # the list, while events come
RETRY_SECONDS = 2.0  # the list, while none come; and the next try to get them
NEWEST_ASKED = 150
_ACTIVE = (JobStatus.LAUNCHING, JobStatus.RUNNING)


class Feed:
    """Asks a service for what a board shows."""

    def __init__(self, watcher: Watcher, board: Board) -> None:
        self._watcher = watcher
        self._board = board
        self._is_open = False  # the stream of events
        self._asked = asyncio.Event()

    def ask_now(self) -> None:
        """Read the list of jobs anew: something else is wanted, or may have happened."""
        self._asked.set()

    async def run(self) -> None:
        """Go on until it is cancelled."""
        async with asyncio.TaskGroup() as together:
            together.create_task(self._follow())
            together.create_task(self._poll_jobs())
            together.create_task(self._poll_head())

    async def _follow(self) -> None:
        while True:
            try:
                async with self._watcher.events() as events:
                    self._is_open = True
                    self.ask_now()  # what happened before this moment no event tells
                    async for event in events:
                        self._board.take(event, time.monotonic())
            except ClientError:
                pass  # the list, asked for now, tells whether the service is there at all
            self._is_open = False
            self._board.tell("progress", "")
            self.ask_now()
            await asyncio.sleep(RETRY_SECONDS)

    async def _poll_jobs(self) -> None:
        while True:
            self._asked.clear()
            try:
                await self._read_jobs()
            except ClientError as error:
                self._board.link = Link.AWAY
                self._board.tell("jobs", str(error))
            else:
                self._board.link = Link.LIVE if self._is_open else Link.POLLING
                self._board.tell("jobs", "")
            try:
                async with asyncio.timeout(JOBS_SECONDS if self._is_open else RETRY_SECONDS):
                    await self._asked.wait()
            except TimeoutError:
                continue

    async def _poll_head(self) -> None:
        while True:
            try:
                engine = await self._watcher.engine()
                self._board.take_head(engine, await self._usage(), await self._queues())
                self._board.tell("engine", "")
            except ClientError as error:
                self._board.tell("engine", str(error))
            await asyncio.sleep(HEAD_SECONDS)

    async def _read_jobs(self) -> None:
        wanted, asked_at = self._board.wanted, time.monotonic()
        page = await self._watcher.jobs(statuses=wanted.statuses, search=wanted.search, limit=NEWEST_ASKED)
        jobs = [*page.jobs]
        if not wanted.statuses and page.total > len(page.jobs):
            # What runs since long ago is not among the newest.
            active = await self._watcher.jobs(statuses=_ACTIVE, search=wanted.search, limit=NEWEST_ASKED)
            jobs += active.jobs
        if wanted == self._board.wanted:
            self._board.take_jobs(jobs, page.total, asked_at)

    async def _usage(self) -> tuple[UsageSeen, ...]:
        try:
            return await self._watcher.usage()
        except Missing:
            return ()  # an older service does not tell

    async def _queues(self) -> tuple[QueueSeen, ...]:
        try:
            return await self._watcher.queues()
        except Missing:
            return ()
