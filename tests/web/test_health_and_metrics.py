import asyncio

import httpx2
import pytest
from fastapi import FastAPI
from structlog.typing import EventDict

from headway.web import health
from headway.web.health import Check, health_router
from headway.web.metrics import Metrics, metrics_router


def client_of(app: FastAPI) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://dli")


async def ask(path: str, **checks: Check) -> httpx2.Response:
    app = FastAPI()
    app.include_router(health_router(checks))
    async with client_of(app) as client:
        return await client.get(path)


async def ready() -> str | None:
    return None


async def starting() -> str | None:
    return "the engine starts"


async def broken() -> str | None:
    raise OSError("a word for the log only")


async def hanging() -> str | None:
    await asyncio.Event().wait()
    return None


async def test_the_process_is_healthy_whatever_its_parts_are() -> None:
    response = await ask("/healthz", engine=starting)
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


async def test_the_service_is_ready_when_every_part_is() -> None:
    response = await ask("/readyz", store=ready, engine=ready)
    assert (response.status_code, response.json()) == (200, {"status": "ready"})


async def test_what_is_not_ready_is_said(monkeypatch: pytest.MonkeyPatch, logs: list[EventDict]) -> None:
    monkeypatch.setattr(health, "CHECK_SECONDS", 0.05)
    response = await ask("/readyz", store=ready, engine=starting, disk=broken, network=hanging)
    assert response.status_code == 503
    assert response.json() == {
        "status": "not ready",
        "reasons": {
            "engine": "the engine starts",
            "disk": "the check failed: OSError",
            "network": "no answer within 0.05 s",
        },
    }
    assert any(line.get("check") == "disk" for line in logs)


async def test_jobs_and_engines_are_counted_at_each_scrape() -> None:
    jobs = {"RUNNING": 2, "FAILED": 1}

    async def count_jobs() -> dict[str, int]:
        return jobs

    async def count_engines() -> dict[str, int]:
        return {"READY": 1}

    app = FastAPI()
    app.include_router(metrics_router(Metrics(jobs=count_jobs, engines=count_engines)))
    async with client_of(app) as client:
        first = await client.get("/metrics")
        jobs = {"FINISHED": 2}
        second = await client.get("/metrics")
    assert first.headers["content-type"].startswith("text/plain; version=")
    assert 'headway_jobs{status="RUNNING"} 2.0' in first.text
    assert 'headway_engines{state="READY"} 1.0' in first.text
    assert 'headway_jobs{status="FINISHED"} 2.0' in second.text
    assert "RUNNING" not in second.text


async def test_two_services_in_one_process_do_not_share_measures() -> None:
    async def none() -> dict[str, int]:
        return {}

    mine, yours = Metrics(jobs=none, engines=none), Metrics(jobs=none, engines=none)
    mine.observe("GET", "/x", 200, 0.1)
    assert b"/x" in await mine.text()
    assert b"/x" not in await yours.text()
