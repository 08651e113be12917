import asyncio

import httpx2
import pytest
from fastapi import FastAPI
from structlog.typing import EventDict

from headway.jobs.errors import StoreUnavailable
from headway.web import health, metrics
from headway.web.health import Check, health_router
from headway.web.metrics import Counts, Metrics, metrics_router


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


async def away() -> str | None:
    raise StoreUnavailable("The store does not answer")


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
    response = await ask("/readyz", store=away, memory=ready, engine=starting, disk=broken, network=hanging)
    assert response.status_code == 503
    assert response.json() == {
        "status": "not ready",
        "reasons": {
            "store": "The store does not answer",
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


async def store_away() -> dict[str, int]:
    raise StoreUnavailable("The store does not answer")


async def store_hanging() -> dict[str, int]:
    await asyncio.Event().wait()
    return {}


@pytest.mark.parametrize("then", [store_away, store_hanging])
async def test_a_store_that_is_away_takes_only_its_own_measures_away(
    then: Counts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "ASK_SECONDS", 0.05)

    async def one() -> dict[str, int]:
        return {"READY": 1}

    count_jobs: Counts = one
    measures = Metrics(jobs=lambda: count_jobs(), engines=one)
    assert b"headway_jobs{" in await measures.text()
    count_jobs = then
    text = await measures.text()
    assert b"headway_jobs{" not in text  # rather nothing than what was so once
    assert b'headway_engines{state="READY"} 1.0' in text


async def test_refusals_are_counted_by_reason() -> None:
    async def none() -> dict[str, int]:
        return {}

    measures = Metrics(jobs=none, engines=none)
    for reason in ("TooBusy", "NotFound", "TooBusy"):
        measures.refused(reason)
    text = await measures.text()
    assert b'headway_refusals_total{reason="TooBusy"} 2.0' in text
    assert b'headway_refusals_total{reason="NotFound"} 1.0' in text
