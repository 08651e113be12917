from dataclasses import dataclass, field

import httpx2
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send
from structlog.typing import EventDict

from headway.web.authenticate import Authenticate
from headway.web.metrics import Metrics
from headway.web.rate_limit import RateLimit
from headway.web.request_log import RequestLog
from tests.web.keys import KEYS, OTHER_KEYS, KnownKeys

PATH = "/v1.0/project1/jobs"
ADA = {"X-Auth-Token": KEYS.token}


async def none() -> dict[str, int]:
    return {}


async def hello(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("hello")(scope, receive, send)


@dataclass
class Door:
    """Five requests per second, ten at once; time stands still until a test moves it."""

    now: float = 0.0
    metrics: Metrics = field(default_factory=lambda: Metrics(jobs=none, engines=none))

    def __post_init__(self) -> None:
        limited = RateLimit(hello, requests_per_second=5, clock=lambda: self.now)
        app = RequestLog(Authenticate(limited, credentials=KnownKeys()), observer=self.metrics)
        self.http = httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://dli")

    async def knock(self, times: int, path: str = PATH, **headers: str) -> list[httpx2.Response]:
        return [await self.http.get(path, headers=headers) for _ in range(times)]

    async def let_in(self, times: int, path: str = PATH, **headers: str) -> int:
        return sum(answer.status_code == 200 for answer in await self.knock(times, path, **headers))


async def test_what_is_too_much_is_refused_as_the_gateway_does() -> None:
    door = Door()
    *first, last = await door.knock(11, **ADA)
    assert {answer.status_code for answer in first} == {200}
    assert last.status_code == 429
    assert last.headers["retry-after"] == "1"
    assert last.json() == {
        "error_code": "APIGW.0308",
        "error_msg": "The project sends more than 5 requests per second (limits.requests_per_second)",
        "request_id": last.headers["x-request-id"],
    }


async def test_who_comes_back_when_told_is_let_in() -> None:
    door = Door()
    *_, last = await door.knock(11, **ADA)
    door.now += int(last.headers["retry-after"])
    assert await door.let_in(20, **ADA) == 5


async def test_one_project_does_not_use_up_anothers_share() -> None:
    door = Door()
    assert await door.let_in(30, **ADA) == 10
    assert await door.let_in(5, "/v1.0/project2/jobs", **{"X-Auth-Token": OTHER_KEYS.token}) == 5


async def test_who_is_not_the_project_cannot_use_up_its_share() -> None:
    door = Door()
    for headers in ({}, {"X-Auth-Token": "wrong"}, {"X-Auth-Token": OTHER_KEYS.token}):
        assert await door.let_in(20, **headers) == 0
    assert await door.let_in(10, **ADA) == 10


async def test_what_needs_no_caller_is_free() -> None:
    door = Door()
    await door.knock(11, **ADA)
    assert await door.let_in(50, "/healthz", **ADA) == 50


async def test_refusals_are_counted_and_do_not_fill_the_log(logs: list[EventDict]) -> None:
    door = Door()
    await door.knock(14, **ADA)
    assert b'headway_refusals_total{reason="RateExceeded"} 4.0' in await door.metrics.text()
    told = [line for line in logs if line.get("refusal") == "RateExceeded"]
    assert {line["log_level"] for line in told} == {"debug"}
    assert len(told) == 4
