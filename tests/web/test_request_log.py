import json

import httpx2
import pytest
import structlog
from fastapi import APIRouter, FastAPI
from starlette.responses import Response, StreamingResponse
from structlog.contextvars import get_contextvars
from structlog.typing import EventDict

from headway.web.authenticate import Authenticate
from headway.web.metrics import Metrics, metrics_router
from headway.web.request_log import RequestLog
from headway.web.unmatched import answer_unmatched
from tests.web.keys import KEYS, OTHER_KEYS, KnownKeys, signed

BASE = "/v1/project1"


async def no_counts() -> dict[str, int]:
    return {}


def an_app() -> FastAPI:
    metrics = Metrics(jobs=no_counts, engines=no_counts)
    inner = APIRouter(prefix="/jobs")

    @inner.get("/{job_id}")
    async def show(job_id: str) -> str:
        structlog.get_logger("test").info("inside")
        return str(get_contextvars()["request_id"])

    @inner.get("/{job_id}/fault")
    async def fault(job_id: str) -> None:
        raise RuntimeError("a word that callers must not see")

    @inner.get("/{job_id}/stream")
    async def stream(job_id: str) -> Response:
        async def parts() -> object:
            yield b"one"
            raise RuntimeError("too late")

        return StreamingResponse(parts())

    outer = APIRouter(prefix="/v1/{project_id}")
    outer.include_router(inner)
    app = FastAPI()
    app.include_router(outer)
    app.include_router(metrics_router(metrics))
    answer_unmatched(app)
    app.add_middleware(Authenticate, credentials=KnownKeys())
    app.add_middleware(RequestLog, observer=metrics)
    return app


def client_of(app: FastAPI) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(app)
    return httpx2.AsyncClient(
        transport=transport, base_url="http://dli", headers={"X-Auth-Token": KEYS.token}
    )


@pytest.fixture
def client() -> httpx2.AsyncClient:
    return client_of(an_app())


def lines(logs: list[EventDict], event: str) -> list[EventDict]:
    return [line for line in logs if line["event"] == event]


async def test_every_answer_has_an_id_of_its_own(client: httpx2.AsyncClient) -> None:
    paths = ["/metrics", "/nothing", f"{BASE}/jobs/j1", f"{BASE}/jobs/j1/fault", "/v1/project2/jobs"]
    ids = [(await client.get(path)).headers["x-request-id"] for path in paths]
    assert len(set(ids)) == len(ids)


async def test_the_id_is_in_the_context_of_everything_that_is_logged(client: httpx2.AsyncClient) -> None:
    response = await client.get(f"{BASE}/jobs/j1")
    assert response.json() == response.headers["x-request-id"]
    assert "request_id" not in get_contextvars()


async def test_a_request_is_one_line(client: httpx2.AsyncClient, logs: list[EventDict]) -> None:
    await client.get(f"{BASE}/jobs/j1?secret=1")
    (line,) = lines(logs, "request")
    assert line.pop("ms") >= 0
    assert line == {
        "event": "request",
        "log_level": "debug",  # a read that went well: most are polls
        "method": "GET",
        "path": "/v1/{project_id}/jobs/{job_id}",
        "status": 200,
        "project_id": "project1",
        "job_id": "j1",
    }


async def test_what_was_refused_is_told_at_info(client: httpx2.AsyncClient, logs: list[EventDict]) -> None:
    await client.get("/nothing")
    (line,) = lines(logs, "request")
    assert (line["log_level"], line["status"]) == ("info", 404)


async def test_a_fault_is_logged_and_not_shown(client: httpx2.AsyncClient, logs: list[EventDict]) -> None:
    response = await client.get(f"{BASE}/jobs/j1/fault")
    request_id = response.headers["x-request-id"]
    assert response.status_code == 500
    assert response.json() == {
        "error_code": "DLI.0999",
        "error_msg": f"internal error; request id {request_id}",
    }
    (fault,) = lines(logs, "unhandled error")
    assert fault["exc_info"]
    assert fault["path"] == "/v1/{project_id}/jobs/{job_id}/fault"
    assert lines(logs, "request")[0]["status"] == 500


async def test_a_stream_that_breaks_off_is_logged_and_broken_off(
    client: httpx2.AsyncClient, logs: list[EventDict]
) -> None:
    with pytest.raises(RuntimeError, match="too late"):
        await client.get(f"{BASE}/jobs/j1/stream")
    assert lines(logs, "unhandled error")


async def test_no_secret_is_logged(logs: list[EventDict]) -> None:
    app = an_app()
    async with client_of(app) as client:
        await client.get(f"{BASE}/jobs/j1", headers={"Authorization": f"Bearer {KEYS.token}"})
        await client.get(f"{BASE}/jobs/j1", headers={"X-Auth-Token": "wrong-token"})
        await client.get(f"{BASE}/jobs/j1/fault?token={KEYS.token}")
        await client.get(f"/{KEYS.token}")
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://dli") as client:
        headers = signed("GET", f"{BASE}/jobs/j1")
        assert (await client.get(f"{BASE}/jobs/j1", headers=headers)).status_code == 200
        headers = signed("GET", f"{BASE}/jobs/j1", keys=OTHER_KEYS)
        assert (await client.get(f"{BASE}/jobs/j1", headers=headers)).status_code == 403
    assert len(lines(logs, "request")) == 6
    text = json.dumps(logs, default=repr)
    signature = headers["Authorization"].rpartition("=")[2]
    for secret in (KEYS.token, KEYS.secret_key, OTHER_KEYS.secret_key, "wrong-token", signature):
        assert secret not in text


@pytest.mark.parametrize("path", ["/nothing", f"{BASE}/nothing", "/v1.0/project1/jobs", f"{BASE}/jobs/j1/"])
async def test_an_unknown_path_is_answered_in_the_contracts_shape(
    client: httpx2.AsyncClient, path: str
) -> None:
    response = await client.get(path)
    assert response.status_code == 404
    assert response.json() == {
        "error_code": "APIGW.0101",
        "error_msg": "The API does not exist or has not been published in the environment",
        "request_id": response.headers["x-request-id"],
    }


async def test_a_wrong_method_is_answered_in_the_contracts_shape(client: httpx2.AsyncClient) -> None:
    response = await client.put(f"{BASE}/jobs/j1")
    assert response.status_code == 405
    assert response.json()["error_code"] == "APIGW.0101"
    assert response.headers["allow"] == "GET"


async def test_requests_are_counted_by_route_and_class_of_status(client: httpx2.AsyncClient) -> None:
    await client.get(f"{BASE}/jobs/j1")
    await client.get(f"{BASE}/jobs/j2")
    await client.get(f"{BASE}/jobs/j2/fault")
    await client.request("BREW", "/no/such/path")
    text = (await client.get("/metrics")).text
    route = "/v1/{project_id}/jobs/{job_id}"
    counted = "headway_request_seconds_count"
    assert f'{counted}{{method="GET",route="{route}",status="2xx"}} 2.0' in text
    assert f'{counted}{{method="GET",route="{route}/fault",status="5xx"}} 1.0' in text
    assert f'{counted}{{method="other",route="unmatched",status="4xx"}} 1.0' in text
