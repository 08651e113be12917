"""HTTP to Spark's monitoring REST (``/api/v1``): the few requests that progress needs."""

import asyncio
import re
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar
from urllib.parse import quote, urlsplit

import httpx2

from headway.engine.address import EngineAddress
from headway.engine.doors import LOOPBACK
from headway.engine.monitor_fields import (
    Json,
    read_capacity,
    read_description,
    read_executor,
    read_plan,
    read_stage,
    read_subjob,
    read_tags,
    read_task,
)
from headway.engine.plan_page import Trees, read_page
from headway.engine.spark_page import ROOT_HEADER, SparkPage, check_asked, page_of
from headway.jobs.errors import ProgressUnavailable
from headway.jobs.plan import Plan
from headway.jobs.subjob import Capacity, RunningTask, Stage, Subjob

T = TypeVar("T")

REQUEST_SECONDS = 0.8
PAGE_SECONDS = 5.0  # nobody waits for it; a young engine takes long to write its first
EXECUTIONS_LISTED = 100_000  # more than Spark retains
LIST_SECONDS = 10.0  # all retained jobs: thousands on an old engine
# Spark's server lets one connection wait until it is accepted, the kernel drops what comes beside it. So few
# at a time, and soon once more. What takes long has connections of its own.
CONNECTIONS = 2
CONNECT_SECONDS = 0.2
CONNECT_AGAIN = 2
OLDEST_VERSION = (3, 4)  # the first Spark that speaks Connect
_KILL_TOKEN = re.compile(r'name="csrfToken" value="([^"]+)"')


class MonitorClient:
    """Reads jobs and stages of the engine's application; all errors are ``ProgressUnavailable``.

    Whatever Spark no longer retains is left out of the answers.
    """

    def __init__(self, address: EngineAddress) -> None:
        self._address = address
        self._clients: dict[bool, httpx2.AsyncClient] = {}  # by whether answers take long
        self._application: str | None = None

    async def close(self) -> None:
        """Close the connections."""
        for http in self._clients.values():
            await http.aclose()

    async def jobs(self, *, running: bool) -> list[Subjob]:
        """List Spark's jobs: those that run, or all that are retained."""
        return _checked(read_subjob, await self._list(running=running))

    async def running_tags(self) -> dict[int, tuple[str, ...]]:
        """Give the tags of each of Spark's jobs that runs, by id."""
        return dict(_checked(read_tags, await self._list(running=True)))

    async def jobs_by_id(self, ids: Iterable[int]) -> dict[int, Subjob]:
        """Read single jobs."""
        wanted = sorted(ids)
        answers = await asyncio.gather(*(self._read(f"/jobs/{job_id}") for job_id in wanted))
        found = _checked(read_subjob, [data for data in answers if data is not None])
        return {subjob.id: subjob for subjob in found}

    async def open_stages(self) -> list[Stage]:
        """List the attempts of stages that run or wait."""
        data = await self._read("/stages?status=active&status=pending")
        return _checked(read_stage, data or [])

    async def stages_by_id(self, ids: Iterable[int]) -> dict[int, tuple[Stage, ...]]:
        """Read single stages with all their attempts, oldest first."""
        wanted = sorted(ids)
        # Without ``details`` Spark leaves out the single tasks, which are most of the answer.
        paths = [f"/stages/{stage_id}?details=false" for stage_id in wanted]
        answers = await asyncio.gather(*(self._read(path) for path in paths))
        found: dict[int, tuple[Stage, ...]] = {}
        for stage_id, data in zip(wanted, answers, strict=True):
            if data is not None:
                attempts = _checked(read_stage, data)
                found[stage_id] = tuple(sorted(attempts, key=lambda stage: stage.attempt_id))
        return found

    async def running_tasks(self, stage: Stage, most: int) -> tuple[RunningTask, ...]:
        """List the tasks of a stage attempt that run, the one launched first in front."""
        path = f"/stages/{stage.stage_id}/{stage.attempt_id}/taskList"
        data = await self._read(f"{path}?status=running&sortBy=ID&length={most}")
        return tuple(_checked(read_task, data or []))

    async def capacity(self) -> Capacity:
        """Sum up the executors."""
        return read_capacity(_checked(read_executor, await self._read("/executors") or []))

    async def plans(self, ids: Iterable[int]) -> dict[int, Plan]:
        """Read single SQL executions, without their trees."""
        wanted = sorted(ids)
        query = "?details=false&planDescription=false"
        answers = await asyncio.gather(*(self._read(f"/sql/{each}{query}") for each in wanted))
        found = _checked(read_plan, [data for data in answers if data is not None])
        return {plan.execution_id: plan for plan in found}

    async def trees(self, execution_id: int) -> Trees:
        """Read the trees of a SQL execution, with the figures so far where Spark's page has them."""
        page = await self._send("GET", f"/SQL/execution/?id={execution_id}", PAGE_SECONDS)
        if page.status_code == httpx2.codes.OK and (trees := read_page(page.text)):
            return trees
        data = await self._read(f"/sql/{execution_id}?details=false")
        return _checked(read_description, [data])[0] if data is not None else ()

    async def executions_listed(self) -> dict[int, Plan]:
        """List all retained SQL executions, without their plans."""
        # Without a length Spark gives the oldest twenty.
        query = f"?details=false&planDescription=false&length={EXECUTIONS_LISTED}"
        data = await self._read(f"/sql{query}", LIST_SECONDS)
        return {plan.execution_id: plan for plan in _checked(read_plan, data or [])}

    async def kill(self, ids: Iterable[int]) -> None:
        """Kill running Spark jobs as the button on Spark's own page does; an ended one is left alone."""
        # Interrupting a statement cancels the jobs that run then, once: adaptive execution may submit
        # one more a moment later, and nothing else in Spark's interface reaches it.
        page = await self._send("GET", "/jobs/", REQUEST_SECONDS)
        token = _KILL_TOKEN.search(page.text)
        if token is None:
            return  # the page has a kill button exactly while a job runs
        for job_id in ids:
            await self._send(
                "POST", "/jobs/job/kill/", REQUEST_SECONDS, {"id": str(job_id), "csrfToken": token[1]}
            )

    async def page(self, path: str, query: str, root: str) -> SparkPage:
        """Read a page for a browser that sees it below ``root``; raises also what ``check_asked`` does."""
        check_asked(path, root)
        url = f"{quote(path)}?{query}" if query else quote(path)
        answer = await self._send("GET", url, LIST_SECONDS, more={ROOT_HEADER: root})
        return page_of(answer.status_code, answer.headers, answer.content, root)

    async def _list(self, *, running: bool) -> object:
        data = await (self._read("/jobs?status=running") if running else self._read("/jobs", LIST_SECONDS))
        if data is None:
            # Another application answers now, so the next read has to look for it.
            self._application = None
            raise ProgressUnavailable("Spark's monitoring no longer knows the engine's application")
        return data

    async def _read(self, path: str, seconds: float = REQUEST_SECONDS) -> object | None:
        if self._application is None:
            self._application = await self._find_application()
        return await self._get(f"/applications/{self._application}{path}", seconds)

    async def _find_application(self) -> str:
        data = await self._get("/applications?status=running", REQUEST_SECONDS)
        if not isinstance(data, list) or not data:
            raise ProgressUnavailable("Spark's monitoring knows no running application")
        version = str(data[0]["attempts"][0].get("appSparkVersion", "")).split(".")
        numbers = tuple(int(part) for part in version[:2] if part.isdigit())
        if len(numbers) == 2 and numbers < OLDEST_VERSION:
            raise ProgressUnavailable(f"Spark {'.'.join(version)} is too old")
        return str(data[0]["id"])

    async def _get(self, path: str, seconds: float) -> object | None:
        response = await self._send("GET", f"/api/v1{path}", seconds)
        if response.status_code == httpx2.codes.NOT_FOUND:
            return None
        if response.status_code != httpx2.codes.OK:
            raise ProgressUnavailable(f"Spark's monitoring answers with status {response.status_code}")
        try:
            answer: object = response.json()
        except ValueError:
            raise ProgressUnavailable("Spark's monitoring does not answer in JSON") from None
        return answer

    async def _send(
        self,
        method: str,
        path: str,
        seconds: float,
        form: Mapping[str, str] | None = None,
        more: Mapping[str, str] | None = None,
    ) -> httpx2.Response:
        url = self._address.monitor_url
        if url is None:
            raise ProgressUnavailable("The engine has no monitoring address")
        http = self._client(url, slow=seconds > REQUEST_SECONDS)
        connect = CONNECT_SECONDS if urlsplit(url).hostname == LOOPBACK else seconds
        timeout = httpx2.Timeout(seconds, connect=connect)
        try:
            # Packing answers would cost both sides more than carrying them as they are.
            headers = {"accept-encoding": "identity", **self._address.monitor_headers(), **(more or {})}
            return await http.request(method, url + path, headers=headers, timeout=timeout, data=form)
        except httpx2.HTTPError as error:
            reason = str(error) or type(error).__name__
            raise ProgressUnavailable(f"Spark's monitoring does not answer: {reason}") from None

    def _client(self, url: str, *, slow: bool) -> httpx2.AsyncClient:
        if slow not in self._clients:
            # No proxies: an engine is on this machine or in the same network. Certificates are slow to load.
            self._clients[slow] = httpx2.AsyncClient(
                trust_env=False,
                transport=httpx2.AsyncHTTPTransport(
                    verify=url.startswith("https:"),
                    trust_env=False,
                    limits=httpx2.Limits(max_connections=CONNECTIONS),
                    retries=CONNECT_AGAIN,
                ),
            )
        return self._clients[slow]


def _checked(read: Callable[[Json], T], data: object) -> list[T]:
    try:
        return [read(item) for item in data]  # type: ignore[attr-defined]
    except (KeyError, TypeError, ValueError) as error:
        raise ProgressUnavailable(f"Spark's monitoring says something unknown: {error!r}") from None
