"""One job in ``headway top``: it is followed to its end."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.pilot import Pilot

from headway.cli.top import feed, job_screen
from headway.cli.top.app import Top
from headway.client.seen import read_progress
from tests.cli.screen import line_with, lines_of, seen, shows
from tests.cli.top_service import Body, Service, ended, job

STATEMENT = "SELECT l_shipmode,\n       count(*)\nFROM lineitem"


def progress(etag: str, fraction: float, state: str = "RUNNING", **more: Any) -> Body:
    stage = {
        "stage_id": 3,
        "attempt_id": 0,
        "status": "ACTIVE",
        "num_tasks": 80,
        "num_complete_tasks": 34,
        "num_active_tasks": 4,
    }
    return {
        "job_id": "a1",
        "state": state,
        "etag": etag,
        "phase": "running",
        "estimate": {
            "fraction": fraction,
            "low": fraction / 2,
            "high": 1,
            "remaining_seconds": {"low": 8, "likely": 12, "high": 20},
        },
        "findings": [
            {"kind": "skew", "severity": "warning", "text": "Task 7 holds the rest"},
            {"kind": "tiny_tasks", "severity": "info", "text": "Many tiny tasks"},
        ],
        "subjobs": [
            {"id": 1, "status": "SUCCEEDED", "num_tasks": 8, "num_completed_tasks": 8, "stages": []},
            {"id": 2, "status": "RUNNING", "num_tasks": 80, "num_completed_tasks": 34, "stages": [stage]},
        ],
        **more,
    }


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "RETRY_SECONDS", 0.05)
    monkeypatch.setattr(job_screen, "RETRY_SECONDS", 0.05)


@asynccontextmanager
async def opened(service: Service) -> AsyncIterator[tuple[Top, Pilot[None]]]:
    app = Top(service.watcher())
    async with app.run_test(size=(100, 40)) as pilot:
        await shows(app, "a1")
        await pilot.press("enter")
        await shows(app, "job a1")
        yield app, pilot


def running() -> Service:
    service = Service(job("a1", statement=STATEMENT, tags={"team": "blue"}))
    service.progress["a1"] = progress("1", 0.5)
    return service


async def test_a_running_job_shows_its_work_its_findings_and_its_statement() -> None:
    async with opened(running()) as (app, _):
        await shows(app, "running", "50%", "about", "left")
        for texts in (
            ("subjob 2", "34/80 tasks"),
            ("stage 3", "34/80"),
            ("subjob 1", "SUCCEEDED", "8/8"),
            ("warning: Task 7 holds the rest",),
            ("note: Many tiny tasks",),
            ("tags team=blue",),
            ("count(*)",),
        ):
            assert line_with(app, *texts), texts


async def test_a_job_is_followed_to_its_end_and_says_what_it_came_to() -> None:
    service = running()
    async with opened(service) as (app, _):
        await shows(app, "50%")
        service.progress["a1"] = progress("2", 0.75)
        await shows(app, "75%")
        service.jobs["a1"] = ended("a1", statement=STATEMENT)
        totals = {"tasks": 88, "completed_tasks": 88}
        service.progress["a1"] = progress("3", 1, "FINISHED", totals=totals)
        await shows(app, "FINISHED", "took 9.00 s")
        await shows(app, "88 of 88")
        await shows(app, "result 1,234")


async def test_a_failure_is_shown_with_its_place() -> None:
    error = {"message": "no such column", "line": 2, "column": 8, "fragment": "count(*)"}
    service = Service(ended("a1", "FAILED", statement=STATEMENT, error=error, reason="statement failed"))
    service.progress["a1"] = progress("1", 0.1, "FAILED", subjobs=[], findings=[])
    async with opened(service) as (app, _):
        await shows(app, "FAILED (statement failed)")
        await shows(app, "no such column")
        lines = lines_of(app)
        carets = next(at for at, line in enumerate(lines) if "^^^^^^^^" in line)
        start = lines[carets].index("^")
        assert lines[carets - 1][start : start + 8] == "count(*)"


async def test_a_service_that_is_away_is_said_and_the_job_is_taken_up_again() -> None:
    service = running()
    async with opened(service) as (app, _):
        await shows(app, "50%")
        service.go_away()
        await shows(app, "Waiting for it to come back")
        service.is_away = False
        service.progress["a1"] = progress("2", 0.75)
        await shows(app, "75%")
        assert not line_with(app, "Waiting for it")


async def test_news_that_comes_while_the_page_is_being_closed_harms_nothing() -> None:
    service = running()
    async with opened(service) as (app, pilot):
        await shows(app, "50%")
        page = app.screen
        assert isinstance(page, job_screen.JobScreen)
        await pilot.press("q")
        await shows(app, "headway", "● ")
        page._hear(read_progress(progress("2", 0.75)))
        await pilot.pause()
        assert app.is_running


async def test_a_job_is_cancelled_from_its_page_and_q_goes_back() -> None:
    service = running()
    async with opened(service) as (app, pilot):
        await pilot.press("c", "y")
        await seen(app, lambda: "DELETE /jobs/a1" in service.asked)
        await pilot.press("q")
        await shows(app, "headway", "● ")
