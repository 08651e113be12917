"""``Watcher``: what a live view asks of a project, without blocking; its events as they come."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self

import httpx2

from headway.client.answers import content_of, unreachable
from headway.client.credentials import Credentials
from headway.client.project_seen import Event, QueueSeen, UsageSeen, read_event, read_queues, read_usage
from headway.client.seen import (
    EngineSeen,
    JobSeen,
    JobsSeen,
    ProgressSeen,
    read_engine,
    read_job,
    read_jobs,
    read_progress,
)

ANSWER_SECONDS = 10.0
# The service says something at least every 15 s; a line that is silent for longer is dead.
SILENT_SECONDS = 40.0

Query = Mapping[str, str | int | float | Sequence[str]]


class Watcher:
    """Speaks to one project of one service. Every call may raise ``ClientError``.

    Use it as an async context manager, or call ``close``.
    """

    def __init__(self, known: Credentials, *, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        self.endpoint = known.endpoint.rstrip("/")
        self.project_id = known.project_id
        self._base = f"/api/v1/{known.project_id}"
        self._http = httpx2.AsyncClient(
            base_url=self.endpoint,
            headers={"Authorization": f"Bearer {known.token}"},
            timeout=httpx2.Timeout(ANSWER_SECONDS, connect=5.0),
            trust_env=False,  # a proxy of the environment must not get calls to this machine
            transport=transport,
        )

    async def __aenter__(self) -> Self:
        """Give the watcher itself."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def jobs(self, *, statuses: Sequence[str] = (), search: str = "", limit: int = 100) -> JobsSeen:
        """Give the newest jobs that are in one of the statuses (none: in any) and have the text in them."""
        query: dict[str, int | str | Sequence[str]] = {"limit": limit}
        query |= {"status": list(statuses)} if statuses else {}
        query |= {"search": search} if search else {}
        return read_jobs(await self._call("GET", "/jobs", query))

    async def job(self, job_id: str) -> JobSeen:
        """Give a job."""
        return read_job(await self._call("GET", f"/jobs/{job_id}"))

    async def progress(self, job_id: str, since: str = "", wait: float = 0) -> ProgressSeen:
        """Give a job's progress; after ``since`` (its ``etag``), waits up to ``wait`` seconds for news."""
        query: dict[str, str | float] = {"since": since, "wait": wait} if since else {}
        return read_progress(await self._call("GET", f"/jobs/{job_id}/progress", query, wait=wait))

    async def cancel(self, job_id: str) -> JobSeen:
        """Ask for a job to be cancelled; it may still run when this returns."""
        return read_job(await self._call("DELETE", f"/jobs/{job_id}"))

    async def engine(self) -> EngineSeen:
        """Give the state of the project's engine."""
        return read_engine(await self._call("GET", "/engine"))

    async def usage(self) -> tuple[UsageSeen, ...]:
        """Give how many cores the engine had and used lately, the oldest sample first."""
        return read_usage(await self._call("GET", "/engine/usage"))

    async def queues(self) -> tuple[QueueSeen, ...]:
        """Give the project's queues."""
        return read_queues(await self._call("GET", "/queues"))

    @asynccontextmanager
    async def events(self) -> AsyncIterator[AsyncIterator[Event]]:
        """Open the project's events, from now on: what happens after this was entered is among them."""
        patience = httpx2.Timeout(ANSWER_SECONDS, connect=5.0, read=SILENT_SECONDS)
        try:
            async with self._http.stream("GET", f"{self._base}/events", timeout=patience) as response:
                if response.is_error:
                    await response.aread()
                    content_of(self.endpoint, response)
                yield _events(response)
        except httpx2.HTTPError as error:
            raise unreachable(self.endpoint, error) from error

    async def _call(
        self, method: str, path: str, query: Query | None = None, *, wait: float = 0
    ) -> Mapping[str, object]:
        patience = httpx2.Timeout(ANSWER_SECONDS + wait, connect=5.0)
        try:
            response = await self._http.request(
                method, self._base + path, params=query or None, timeout=patience
            )
        except httpx2.HTTPError as error:
            raise unreachable(self.endpoint, error) from error
        return content_of(self.endpoint, response)


async def _events(response: httpx2.Response) -> AsyncIterator[Event]:
    async for each in httpx2.EventSource(response):
        event = read_event(each.event, each.data)
        if event is not None:
            yield event
